/** The other program of the comparison, built from the Go module proxy once. */
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../test/cluster/cache.ts';
import { runOrThrow } from '../../test/cluster/command.ts';

export const kubeScoreVersion = '1.20.0';

const buildTimeoutMs = 15 * 60_000;

/** The binary, from the cache or built into it. Rejects where there is no Go, or no module proxy. */
export async function kubeScore(): Promise<string> {
  const bin = join(cacheFolder(process.env), 'bin');
  const folder = join(bin, `kube-score-v${kubeScoreVersion}`);
  const binary = join(folder, 'kube-score');
  if (await exists(binary)) return binary;
  await mkdir(bin, { recursive: true });
  const work = await mkdtemp(join(bin, '.kube-score-'));
  try {
    const env = { ...process.env, GOBIN: work, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-trimpath' };
    const target = `github.com/zegl/kube-score/cmd/kube-score@v${kubeScoreVersion}`;
    await runOrThrow('go', ['install', target], { cwd: work, env, timeoutMs: buildTimeoutMs });
    await mkdir(folder, { recursive: true });
    await rename(join(work, 'kube-score'), binary);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return binary;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
