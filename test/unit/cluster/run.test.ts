import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { commandLine, startTime } from '../../cluster/process-table.ts';
import { createRun } from '../../cluster/run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('createRun', () => {
  it('ends its process and removes its folder when the owner is killed', async () => {
    const root = await temporaryDirectory();
    const owner = spawn(process.execPath, [fileURLToPath(new URL('run-owner.ts', import.meta.url))], {
      env: { PATH: process.env['PATH'], TMPDIR: root },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void owner.kill('SIGKILL'));
    const [line]: Buffer[] = await once(owner.stdout, 'data');
    const { path, pid }: { path: string; pid: number } = JSON.parse(String(line));
    expect(await commandLine(pid)).toContain(path);

    owner.kill('SIGKILL');

    await vi.waitUntil(async () => !existsSync(path) && (await startTime(pid)) === undefined, 10_000);
  });

  it('stops in order, once, and keeps the logs when asked', async () => {
    const root = await temporaryDirectory();
    vi.stubEnv('TMPDIR', root);
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
    });
    const run = await createRun();
    const child = await run.start({ name: 'child', command: 'sleep', args: ['60'] });

    await Promise.all([run.stop({ keepLogs: true }), run.stop({ keepLogs: true })]);

    expect(await startTime(child.pid)).toBeUndefined();
    expect(await readdir(root)).toEqual(['gracegate-logs']);
    const [kept = ''] = await readdir(join(root, 'gracegate-logs'));
    expect(await readdir(join(root, 'gracegate-logs', kept))).toEqual(['child.log']);
    expect(written.mock.calls).toEqual([[expect.stringContaining(kept)]]);
  });
});
