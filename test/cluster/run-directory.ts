/**
 * A run's folder: everything a run writes is inside, and its name tells who owns it, so that a later run can tell an
 * abandoned folder from a live one and end what is still running for it.
 */
import { existsSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeCgroups } from './cgroups.ts';
import { commandLine, startTime } from './process-table.ts';

const NAME = /^gracegate-run-(\d+)-(\d+)-/;
const KILL_WAIT_MS = 5_000;
const POLL_MS = 20;

export interface RunDirectory {
  readonly path: string;
  /** Where logs go; what is kept of a failed run. */
  readonly logs: string;
}

/** A new folder under `root`, owned by this process from its first moment: the owner is in the name. */
export async function createRunDirectory(root = tmpdir()): Promise<RunDirectory> {
  const started = await startTime(process.pid);
  const path = await mkdtemp(join(root, `gracegate-run-${process.pid}-${started}-`));
  const logs = join(path, 'logs');
  await Promise.all([mkdir(logs), mkdir(pidsIn(path))]);
  return { path, logs };
}

/** Notes a child, so that it can be ended when this process no longer can. */
export function recordPid(directory: RunDirectory, pid: number): void {
  // Synchronous: right after a spawn there must be no moment in which the child runs without being on record.
  writeFileSync(join(pidsIn(directory.path), String(pid)), '');
}

export function forgetPid(directory: RunDirectory, pid: number): void {
  const record = join(pidsIn(directory.path), String(pid));
  if (existsSync(record)) {
    unlinkSync(record);
  }
}

/** Ends and removes every run under `root` whose owner is dead; resolves to the folders it removed. */
export async function sweepAbandonedRuns(root = tmpdir()): Promise<string[]> {
  const names = await readdir(root);
  const swept = await Promise.all(
    names.map(async (name) => {
      const path = join(root, name);
      if (!(await isAbandoned(path))) {
        return [];
      }
      await endRun(path);
      return [path];
    }),
  );
  return swept.flat();
}

/** Kills what is on record in a run's folder and removes it, the run's control groups included. Its data is worth nothing, so nobody is asked politely. */
export async function endRun(path: string): Promise<void> {
  const pids = await readdir(pidsIn(path)).catch(() => []);
  await Promise.all(pids.map((pid) => killMember(Number(pid), path)));
  await removeCgroups(path);
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

async function isAbandoned(path: string): Promise<boolean> {
  const [, pid, started] = NAME.exec(basename(path)) ?? [];
  if (pid === undefined || (await startTime(Number(pid))) === started) {
    return false;
  }
  // In a shared temporary folder somebody else's runs are theirs to sweep, and theirs to plant.
  const owner = await stat(path).catch(() => undefined);
  return owner?.uid === process.getuid?.();
}

async function killMember(pid: number, path: string): Promise<void> {
  const isMember = async (): Promise<boolean> => (await commandLine(pid)).includes(path);
  const deadline = Date.now() + KILL_WAIT_MS;
  while ((await isMember()) && Date.now() < deadline) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return; // It ended between the look and the kill.
    }
    await delay(POLL_MS);
  }
}

function pidsIn(path: string): string {
  return join(path, 'pids');
}

/** The text of a log in the folder, empty when there is none. */
export async function readLog(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
