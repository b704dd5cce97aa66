/**
 * The long-running processes of a node. What they are is written in the run's folder, so that not only the process that
 * started the node can end them and start them again.
 */
import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startProcess, type ManagedProcess } from '../process.ts';
import { startTime } from '../process-table.ts';
import { pathWithSystemPrograms } from './distribution.ts';
import { childrenOf, entering, type Space } from './space.ts';

/** Longer would be of no use: kube-apiserver waits a minute for clients that watch, and they do not leave it. */
const STOP_GRACE_MS = 3_000;
const POLL_MS = 50;

export interface ComponentSpec {
  /** Names its log and its record. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

interface ComponentRecord extends ComponentSpec {
  /** Of the process outside that waits for the one inside. */
  readonly pid: number;
}

export async function startComponent(space: Space, spec: ComponentSpec): Promise<ManagedProcess> {
  const started = await startProcess(
    {
      name: spec.name,
      ...entering(space, spec.command, spec.args),
      env: { PATH: pathWithSystemPrograms() },
      outlivesOwner: true,
    },
    { path: space.dir, logs: join(space.dir, 'logs') },
  );
  const record: ComponentRecord = { ...spec, pid: started.pid };
  mkdirSync(join(space.dir, 'components'), { recursive: true });
  await writeFile(recordOf(space, spec.name), JSON.stringify(record));
  return started;
}

/** SIGTERM, and SIGKILL when it has not ended 3 s later; or SIGKILL at once. */
export async function stopComponent(
  space: Space,
  name: string,
  signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM',
): Promise<void> {
  const { pid } = await recorded(space, name);
  await signalComponent(space, name, signal);
  const deadline = Date.now() + STOP_GRACE_MS;
  while ((await startTime(pid)) !== undefined) {
    if (Date.now() > deadline) {
      kill(await childrenOf(pid), 'SIGKILL');
    }
    await delay(POLL_MS);
  }
}

/** Ends it, if it runs, as {@link stopComponent} does, and starts it with the same command line; its log goes on. */
export async function restartComponent(
  space: Space,
  name: string,
  signal?: 'SIGTERM' | 'SIGKILL',
): Promise<ManagedProcess> {
  const { command, args, pid } = await recorded(space, name);
  if ((await childrenOf(pid)).length > 0) {
    await stopComponent(space, name, signal);
  }
  return startComponent(space, { name, command, args });
}

/** SIGSTOP makes it slow to answer beyond all measure, SIGCONT ends that. */
export async function signalComponent(space: Space, name: string, signal: NodeJS.Signals): Promise<void> {
  const { pid } = await recorded(space, name);
  const inside = await childrenOf(pid);
  if (inside.length === 0) {
    throw new Error(`${name} is not running on the node of ${space.dir}`);
  }
  // nsenter(1) stops itself when its child is stopped, and must be woken to see that the child goes on.
  const targets = signal === 'SIGCONT' ? [pid, ...inside] : inside;
  kill(targets, signal);
}

function kill(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
  }
}

async function recorded(space: Space, name: string): Promise<ComponentRecord> {
  const text = await readFile(recordOf(space, name), 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new Error(`the node of ${space.dir} has no component ${name}`);
  }
  const record: ComponentRecord = JSON.parse(text);
  return record;
}

function recordOf(space: Space, name: string): string {
  return join(space.dir, 'components', `${name}.json`);
}
