/** The places on this machine where a binary may already be, in the order in which they are asked. */
import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { unfitness, type BinaryName } from './binary-version.ts';
import type { KubernetesRelease } from './versions.ts';

/** A binary that fits, or why this source has none. */
type Lookup = { readonly path: string } | { readonly reason: string };

export interface LocalSource {
  readonly name: string;
  find(binary: BinaryName, release: KubernetesRelease): Promise<Lookup>;
}

/** The directory of envtest's `setup-envtest`; it has no kube-controller-manager, which then comes from elsewhere. */
export function kubebuilderAssets(env: NodeJS.ProcessEnv): LocalSource {
  const directory = env['KUBEBUILDER_ASSETS'] ?? '';
  return {
    name: 'KUBEBUILDER_ASSETS',
    find: async (binary, release) =>
      directory === '' ? { reason: 'not set' } : firstFitting([directory], binary, release),
  };
}

/** Every directory of PATH, not just the first that has the name: a version manager's shim may hide the right one. */
export function searchPath(env: NodeJS.ProcessEnv): LocalSource {
  const directories = (env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  return { name: 'PATH', find: (binary, release) => firstFitting(directories, binary, release) };
}

/** What an earlier run downloaded or built. The directory's name holds the version, so the binary is not asked. */
export function projectCache(directoryOf: (binary: BinaryName) => string): LocalSource {
  return {
    name: 'cache',
    find: async (binary) => {
      const path = join(directoryOf(binary), binary);
      return (await isExecutableFile(path)) ? { path } : { reason: `no ${path}` };
    },
  };
}

async function firstFitting(
  directories: readonly string[],
  binary: BinaryName,
  release: KubernetesRelease,
): Promise<Lookup> {
  const reasons: string[] = [];
  const seen = new Set<string>();
  for (const directory of directories) {
    const path = join(directory, binary);
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || seen.has(real) || !(await isExecutableFile(path))) {
      continue;
    }
    seen.add(real);
    const reason = await unfitness(binary, path, release);
    if (reason === undefined) {
      return { path };
    }
    reasons.push(reason);
  }
  return { reason: reasons.length === 0 ? 'not there' : reasons.join(', ') };
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
