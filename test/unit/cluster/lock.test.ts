import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { withLock } from '../../cluster/lock.ts';
import { startTime } from '../../cluster/process-table.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('withLock', () => {
  it('lets one in at a time and tells who waits whom for', async () => {
    const file = join(await temporaryDirectory(), 'locks', 'one.lock');
    const holders: number[] = [];
    const events: string[] = [];
    const enter = async (name: string, until: () => boolean): Promise<void> => {
      events.push(`${name} in`);
      await vi.waitUntil(until, 10_000);
      events.push(`${name} out`);
    };
    const onWait = (holder: number): void => void holders.push(holder);
    await Promise.all([
      withLock(file, () => enter('first', () => holders.length === 1), onWait),
      vi
        .waitUntil(() => events.length === 1)
        .then(() => withLock(file, () => enter('second', () => true), onWait)),
    ]);
    expect(holders).toEqual([process.pid]);
    expect(events).toEqual(['first in', 'first out', 'second in', 'second out']);
  });

  it('gives back the result and lets go, after a failure too', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'lock');
    expect(await withLock(file, () => Promise.resolve('result'))).toBe('result');
    await expect(withLock(file, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await readdir(directory)).toEqual([]);
  });

  it('takes over from a dead process', async () => {
    const file = join(await temporaryDirectory(), 'lock');
    const child = spawn('true');
    await once(child, 'exit');
    await writeFile(file, `${child.pid} 1`);
    await expect(withLock(file, () => access(file))).resolves.toBeUndefined();
  });

  it('takes over when the pid is in use again by a younger process', async () => {
    const file = join(await temporaryDirectory(), 'lock');
    const started = Number(await startTime(process.pid));
    await writeFile(file, `${process.pid} ${started - 1}`);
    await expect(withLock(file, () => access(file))).resolves.toBeUndefined();
  });
});
