/** The load generator. It has to be cheaper than what it loads, or it is itself what gets measured; wrk is. */
import { fileURLToPath } from 'node:url';
import { run } from '../test/cluster/command.ts';

const script = fileURLToPath(new URL('wrk.lua', import.meta.url));
/** As many as an API server under load keeps open to one webhook. */
export const connections = 16;

export interface Load {
  readonly requests: number;
  readonly perSecond: number;
}

interface Counts {
  readonly requests: number;
  readonly microseconds: number;
  readonly connect: number;
  readonly read: number;
  readonly write: number;
  readonly timeout: number;
  readonly status: number;
}

/** The version, as the first thing to be asked for: without wrk there is no benchmark. */
export async function wrkVersion(): Promise<string> {
  const { stdout, stderr } = await wrk(['-v'], 10_000);
  return /^wrk \S+/.exec(stdout + stderr)?.[0] ?? 'wrk';
}

/**
 * POSTs the review in a file for some seconds.
 * @throws when one answer was not a 2xx or 3xx or one connection broke: a benchmark of errors says nothing
 */
export async function load(url: string, bodyFile: string, seconds: number): Promise<Load> {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '5s', '-s', script, url];
  const { code, stdout, stderr } = await wrk([...args, '--', bodyFile], seconds * 1000 + 30_000);
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (code !== 0 || line === undefined) throw new Error(`wrk ended with ${code}: ${stdout}${stderr}`);
  const { requests, microseconds, ...errors } = JSON.parse(line) as Counts;
  const failed = Object.entries(errors).filter(([, count]) => count > 0);
  if (failed.length > 0 || requests === 0) {
    const said = failed.map(([kind, count]) => `${count} x ${kind}`).join(', ');
    throw new Error(`${url}: ${requests} requests, errors: ${said || 'none'}; nothing was measured`);
  }
  return { requests, perSecond: requests / (microseconds / 1e6) };
}

async function wrk(args: readonly string[], timeoutMs: number) {
  try {
    return await run('wrk', args, { timeoutMs });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error('wrk is not installed; on Debian and Ubuntu: apt-get install wrk', { cause: error });
    }
    throw error;
  }
}
