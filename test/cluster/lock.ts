/**
 * One process at a time does a long piece of work; a lock whose owner died is taken over.
 *
 * Between judging a lock stale and removing it another process can do the same, and both may then go on. That is
 * accepted: the work guarded here ends in an atomic rename, so the worst is that it is done twice.
 */
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startTime } from './process-table.ts';

const POLL_MS = 250;

/** Runs `work` while holding `file`; `onWait` is called once, with the holder's pid, when another one has it. */
export async function withLock<Result>(
  file: string,
  work: () => Promise<Result>,
  onWait: (holder: number) => void = () => {},
): Promise<Result> {
  await mkdir(dirname(file), { recursive: true });
  const self = `${process.pid} ${await startTime(process.pid)}`;
  let waited = false;
  while (!(await acquire(file, self))) {
    const holder = await readFile(file, 'utf8').catch(() => undefined);
    if (holder === undefined) {
      continue;
    }
    const [pid, started] = holder.split(' ');
    if ((await startTime(Number(pid))) !== started) {
      await rm(file, { force: true });
      continue;
    }
    if (!waited) {
      waited = true;
      onWait(Number(pid));
    }
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** A hard link appears with its content in one step, which `open(O_EXCL)` followed by a write does not. */
async function acquire(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${process.pid}.${crypto.randomUUID()}`;
  await writeFile(draft, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
