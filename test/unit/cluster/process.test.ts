import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startProcess, type ManagedProcess } from '../../cluster/process.ts';
import { createRunDirectory, readLog, type RunDirectory } from '../../cluster/run-directory.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function start(script: string): Promise<{ subject: ManagedProcess; directory: RunDirectory }> {
  const directory = await createRunDirectory(await temporaryDirectory());
  const subject = await startProcess(
    { name: 'subject', command: 'sh', args: ['-c', script, directory.path] },
    directory,
  );
  onTestFinished(() => subject.stop(0));
  return { subject, directory };
}

const logHas = (subject: ManagedProcess, text: string) => async (): Promise<boolean> =>
  (await readLog(subject.logFile)).includes(text);

const refused = (): Promise<boolean> => Promise.reject(new Error('connection refused'));

describe('startProcess', () => {
  it('has its output in its own log and waits for a condition', async () => {
    const { subject, directory } = await start('echo out; echo err >&2; exec sleep 60');
    await subject.waitUntil('output', logHas(subject, 'out\nerr\n'), 10_000);
    expect(await readdir(join(directory.path, 'pids'))).toEqual([String(subject.pid)]);
  });

  it('tells the end of the log when the process ends early', async () => {
    const { subject } = await start('echo cannot bind >&2; exit 3');
    await expect(subject.waitUntil('readiness', () => Promise.resolve(false), 10_000)).rejects.toThrow(
      /^subject ended early with 3, waiting for readiness; the end of its log:\ncannot bind$/,
    );
  });

  it('tells the last failure of the condition when time is up', async () => {
    const { subject } = await start('exec sleep 60');
    await expect(subject.waitUntil('readiness', refused, 100)).rejects.toThrow(
      'subject did not reach "readiness" within 100 ms: connection refused',
    );
  });

  it('rejects when the program does not exist', async () => {
    const directory = await createRunDirectory(await temporaryDirectory());
    const spec = { name: 'subject', command: join(directory.path, 'missing'), args: [] };
    await expect(startProcess(spec, directory)).rejects.toThrow(/^cannot start subject: .*ENOENT/);
  });

  it('ends a process in order, and takes it off the record', async () => {
    const { subject, directory } = await start(
      'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.05; done',
    );
    await subject.waitUntil('start', logHas(subject, 'up'), 10_000);
    await subject.stop(10_000);
    expect(await readLog(subject.logFile)).toBe('up\nbye\n');
    expect(await readdir(join(directory.path, 'pids'))).toEqual([]);
  });

  it('kills a process that does not end when asked', async () => {
    const { subject } = await start('trap "" TERM; echo up; while :; do sleep 0.05; done');
    await subject.waitUntil('start', logHas(subject, 'up'), 10_000);
    await subject.stop(50);
    expect(() => process.kill(subject.pid, 0)).toThrow('ESRCH');
  });
});
