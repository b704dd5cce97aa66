/** Runs a program to its end and says what it took. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface Taken {
  readonly seconds: number;
  /** The most resident memory at any time, in megabytes (10^6 bytes). */
  readonly peakMegabytes: number;
}

const pollMs = 10;

/** What it prints is thrown away. Rejects when it exits with anything but 0 or 1, which is "findings" for linters. */
export async function measure(command: string, args: readonly string[]): Promise<Taken> {
  const started = process.hrtime.bigint();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const { promise, resolve, reject } = Promise.withResolvers<Taken>();
  let peakKibibytes = 0;
  const { pid } = child;
  // The kernel keeps the peak itself, so only what comes in the last moments is missed.
  const timer = setInterval(() => {
    if (pid === undefined) return;
    void peakOf(pid).then((peak) => (peakKibibytes = Math.max(peakKibibytes, peak)));
  }, pollMs);
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    if (code === 0 || code === 1) resolve({ seconds, peakMegabytes: (peakKibibytes * 1024) / 1e6 });
    else reject(new Error(`${command} ended with ${String(code ?? signal)}`));
  });
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}

/** 0 when the process has ended. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}
