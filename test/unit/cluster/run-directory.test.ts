import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRunDirectory, forgetPid, recordPid, sweepAbandonedRuns } from '../../cluster/run-directory.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A process that would run for minutes, with `mention` in its command line. */
async function longRunning(mention: string): Promise<{ child: ChildProcess; pid: number }> {
  const child = spawn('sh', ['-c', 'echo ready; while :; do sleep 60 & wait; done', mention], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) {
    throw new Error('cannot start sh');
  }
  onTestFinished(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The whole group is gone already.
    }
  });
  await once(child.stdout, 'data');
  return { child, pid };
}

async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? NaN;
}

/** A run's folder as its dead owner left it. */
async function abandonedRun(root: string, pids: readonly number[]): Promise<string> {
  const path = join(root, `gracegate-run-${await deadPid()}-1-abcdef`);
  await mkdir(join(path, 'pids'), { recursive: true });
  await Promise.all(pids.map((pid) => writeFile(join(path, 'pids', String(pid)), '')));
  return path;
}

describe('sweepAbandonedRuns', () => {
  it('kills what an abandoned run left and removes its folder', async () => {
    const root = await temporaryDirectory();
    const path = await abandonedRun(root, []);
    const { child, pid } = await longRunning(join(path, 'etcd'));
    await writeFile(join(path, 'pids', String(pid)), '');
    const exited = once(child, 'exit');

    expect(await sweepAbandonedRuns(root)).toEqual([path]);

    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(await readdir(root)).toEqual([]);
  });

  it('spares a process that got the pid of a dead child later', async () => {
    const root = await temporaryDirectory();
    const { child, pid } = await longRunning('somebody else');
    const path = await abandonedRun(root, [pid]);

    expect(await sweepAbandonedRuns(root)).toEqual([path]);

    expect(child.exitCode ?? child.signalCode).toBeNull();
    process.kill(pid, 0);
  });

  it('removes a run whose owner pid is in use again by another process', async () => {
    const root = await temporaryDirectory();
    const path = join(root, `gracegate-run-${process.pid}-1-abcdef`);
    await mkdir(path);
    expect(await sweepAbandonedRuns(root)).toEqual([path]);
  });

  it('leaves live runs and other folders alone', async () => {
    const root = await temporaryDirectory();
    const run = await createRunDirectory(root);
    const { child, pid } = await longRunning(run.path);
    recordPid(run, pid);
    await mkdir(join(root, 'gracegate-logs'));
    await mkdir(join(root, 'another-run-1-1-abcdef'));

    expect(await sweepAbandonedRuns(root)).toEqual([]);

    expect(child.exitCode ?? child.signalCode).toBeNull();
    expect(await readdir(join(run.path, 'pids'))).toEqual([String(pid)]);
  });
});

describe('recordPid and forgetPid', () => {
  it('keep the record equal to what runs', async () => {
    const run = await createRunDirectory(await temporaryDirectory());
    recordPid(run, 11);
    recordPid(run, 12);
    forgetPid(run, 11);
    forgetPid(run, 11);
    expect(await readdir(join(run.path, 'pids'))).toEqual(['12']);
  });
});
