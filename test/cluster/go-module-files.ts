/** Files of published Go modules, such as the CustomResourceDefinitions of a project. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow } from './command.ts';

const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;

/**
 * The texts of the files in a folder of a module that a pattern matches. Go keeps what it has downloaded, so only the
 * first run needs the network.
 * @param module as `path@version`
 */
export async function goModuleFiles(module: string, folder: string, names: RegExp): Promise<string[]> {
  const answer = await runOrThrow('go', ['mod', 'download', '-json', module], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    env: { ...process.env, GO111MODULE: 'on', GOWORK: 'off', GOFLAGS: '' },
  });
  const { Dir } = JSON.parse(answer) as { Dir: string };
  const matching = (await readdir(join(Dir, folder))).filter((name) => names.test(name));
  if (matching.length === 0) throw new Error(`${module} has no file ${folder}/${names.source}`);
  return Promise.all(matching.toSorted().map((name) => readFile(join(Dir, folder, name), 'utf8')));
}
