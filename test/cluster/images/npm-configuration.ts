/** npm's configuration on this machine, for an `npm ci` elsewhere: registries, and what opens them. */
import { readFile } from 'node:fs/promises';
import { runOrThrow } from '../command.ts';

const ASK_TIMEOUT_MS = 20_000;

/** The text of an .npmrc; it may hold secrets. `caFile` is where the certificates to trust are over there. */
export async function npmConfiguration(caFile: string): Promise<string> {
  const files = await Promise.all(['globalconfig', 'userconfig'].map(configured));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  // The command line and the environment may name another registry than the files do.
  const registry = await configured('registry');
  return portable([...texts, `registry=${registry}`, `cafile=${caFile}`, ''].join('\n'), process.env);
}

/** With the variables of the environment filled in, and without the paths of this machine. */
export function portable(npmrc: string, env: NodeJS.ProcessEnv): string {
  const lines = npmrc
    .replaceAll(/\$\{(\w+)\}/g, (reference, name: string) => env[name] ?? reference)
    .split('\n');
  const own = lines.lastIndexOf(lines.findLast((line) => line.startsWith('cafile=')) ?? '');
  return lines
    .filter(
      (line, index) =>
        index === own || !/^\s*(cafile|cache|prefix|nodedir|userconfig|globalconfig)\s*=/.test(line),
    )
    .join('\n');
}

async function configured(key: string): Promise<string> {
  return (await runOrThrow('npm', ['config', 'get', key], { timeoutMs: ASK_TIMEOUT_MS })).trim();
}
