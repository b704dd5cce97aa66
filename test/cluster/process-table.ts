/**
 * Which process has a pid *now*. Pids are used again, so a pid in a file says nothing alone: an owner is known by its
 * pid and start time, a child by a command line that names its run directory.
 */
import { readFile } from 'node:fs/promises';
import { run } from './command.ts';

/** When the process started, in a unit that only ever gets compared with itself; undefined when it is not running. */
export async function startTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // The second field is the program's name in parentheses and may hold anything, parentheses and spaces included.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    // proc(5): the state is field 3 and the start time field 22. A zombie runs no more.
    return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
  }
  const started = Date.parse(await askPs('lstart=', pid));
  return Number.isNaN(started) ? undefined : String(started);
}

/** The command line with its arguments; empty when the process is not running. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line.replaceAll('\0', ' ');
  }
  return askPs('args=', pid);
}

async function askPs(format: string, pid: number): Promise<string> {
  const result = await run('ps', ['-ww', '-o', format, '-p', String(pid)], {
    env: { ...process.env, LC_ALL: 'C' },
    timeoutMs: 5_000,
  });
  return result.stdout.trim();
}
