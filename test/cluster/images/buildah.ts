/** buildah with a storage and a configuration of its own, so that it neither sees nor changes the machine's. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow } from '../command.ts';
import { pathWithSystemPrograms } from '../node/distribution.ts';

/** Runs a subcommand; resolves to its standard output, rejects with what it said. */
export type Buildah = (
  subcommand: string,
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly onErrorLine?: (line: string) => void },
) => Promise<string>;

/** Everything it writes is in `folder`. */
export async function createBuildah(folder: string): Promise<Buildah> {
  const at = (name: string): string => join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(
    at('storage.conf'),
    `[storage]\ndriver = "overlay"\ngraphroot = "${at('storage')}"\nrunroot = "${at('state')}"\n`,
  );
  await writeFile(at('registries.conf'), '');
  // Only local archives are read.
  await writeFile(at('policy.json'), JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
  const env = {
    ...process.env,
    PATH: pathWithSystemPrograms(),
    CONTAINERS_STORAGE_CONF: at('storage.conf'),
    CONTAINERS_REGISTRIES_CONF: at('registries.conf'),
    TMPDIR: folder,
  };
  const policed = new Set(['pull', 'push', 'bud']);
  return (subcommand, args, options) =>
    runOrThrow(
      'setpriv',
      // In a mount namespace of its own, so that the mounts of its storage end with it.
      [
        ...['--pdeathsig', 'KILL', '--', 'unshare', '--mount', '--', 'buildah', subcommand],
        ...(policed.has(subcommand) ? ['--signature-policy', at('policy.json')] : []),
        ...args,
      ],
      { ...options, env },
    );
}
