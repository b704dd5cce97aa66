/** Long-running children: each with a log file, a readiness condition, and an end by its pid. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { lastLines } from './command.ts';
import { forgetPid, readLog, recordPid, type RunDirectory } from './run-directory.ts';

const POLL_MS = 50;
const LOG_TAIL_LINES = 25;

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  /** Must name the run directory: that is how a sweep knows a pid is still this process. */
  readonly args: readonly string[];
  /** Added to the environment, which is else almost empty. */
  readonly env?: NodeJS.ProcessEnv;
  /** Whether this process may end before that one does, which then lives on until its run ends. */
  readonly outlivesOwner?: boolean;
}

export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Polls until the condition holds; rejects with the log's tail when the process ends first or time is up. */
  waitUntil(what: string, condition: () => Promise<boolean>, timeoutMs: number): Promise<void>;
  /** SIGTERM, then SIGKILL when it has not ended within `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

export async function startProcess(spec: ProcessSpec, directory: RunDirectory): Promise<ManagedProcess> {
  const logFile = join(directory.logs, `${spec.name}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(spec.command, spec.args, {
    // Hermetic: ETCD_* variables, proxies and the like are meant for other programs of the developer.
    env: { PATH: process.env['PATH'], HOME: directory.path, TMPDIR: directory.path, ...spec.env },
    stdio: ['ignore', log, log],
    // Its own session: Ctrl-C reaches the owner only, which then stops its children in order.
    detached: true,
  });
  closeSync(log);
  if (child.pid === undefined) {
    const [error] = await once(child, 'error');
    throw new Error(`cannot start ${spec.name}: ${String(error)}`);
  }
  recordPid(directory, child.pid);
  if (spec.outlivesOwner === true) {
    child.unref();
  }
  return manage(spec.name, child, child.pid, logFile, directory);
}

function manage(
  name: string,
  child: ChildProcess,
  pid: number,
  logFile: string,
  directory: RunDirectory,
): ManagedProcess {
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      forgetPid(directory, pid);
      resolve();
    });
  });
  const fail = async (problem: string): Promise<never> => {
    const tail = lastLines(await readLog(logFile), LOG_TAIL_LINES);
    throw new Error(`${name} ${problem}; the end of its log:\n${tail}`);
  };

  return {
    name,
    pid,
    logFile,
    waitUntil: async (what, condition, timeoutMs) => {
      const deadline = Date.now() + timeoutMs;
      let lastError = '';
      for (;;) {
        try {
          if (await condition()) {
            return;
          }
        } catch (error) {
          lastError = `: ${error instanceof Error ? error.message : String(error)}`;
        }
        if (hasExited()) {
          await fail(`ended early with ${child.exitCode ?? child.signalCode}, waiting for ${what}`);
        }
        if (Date.now() > deadline) {
          await fail(`did not reach "${what}" within ${timeoutMs} ms${lastError}`);
        }
        await Promise.race([exited, delay(POLL_MS)]);
      }
    },
    stop: async (graceMs) => {
      // Through the handle and not the pid: Node sends nothing to a child it has already collected.
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Starts the run's guardian (`guardian.ts`); the returned function tells it that the run ended in order. */
export function startGuardian(directory: RunDirectory): () => Promise<void> {
  const script = fileURLToPath(new URL('guardian.ts', import.meta.url));
  const child = spawn(process.execPath, [script, directory.path], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'] },
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // It watches this process; it must not be what keeps it alive.
  child.unref();
  if (child.stdin instanceof Socket) {
    child.stdin.unref();
  }
  return async () => {
    child.ref();
    child.stdin.end();
    await ended;
  };
}
