/**
 * Writes an image as an archive that `ctr images import`, `docker load` and buildah read (the format of `docker save`):
 * one layer, made of a folder, everything in it owned by root.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runOrThrow } from '../command.ts';

const TAR_TIMEOUT_MS = 120_000;
/** The same files give the same archive, whoever makes it and when. */
const REPRODUCIBLE = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];

export interface ImageSpec {
  /** With its tag: `localhost/gracegate-pause:1`. */
  readonly reference: string;
  /** The folder that becomes the root of its file system. */
  readonly root: string;
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
}

/** Resolves when `archive` is whole; until then there is no such file. */
export async function writeImage(spec: ImageSpec, archive: string): Promise<void> {
  // Beside the archive: in a run's folder it goes with the run, should this process be killed.
  const work = await mkdtemp(`${archive}-`);
  try {
    const tar = (args: readonly string[]): Promise<string> =>
      runOrThrow('tar', args, { timeoutMs: TAR_TIMEOUT_MS });
    const layer = join(work, 'layer.tar');
    await tar([...REPRODUCIBLE, '-C', spec.root, '-cf', layer, '.']);
    await writeFile(join(work, 'config.json'), JSON.stringify(imageConfig(spec, await sha256(layer))));
    const manifest = [{ Config: 'config.json', RepoTags: [spec.reference], Layers: ['layer.tar'] }];
    await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest));
    const draft = `${archive}.${process.pid}`;
    await tar([...REPRODUCIBLE, '-C', work, '-cf', draft, 'manifest.json', 'config.json', 'layer.tar']);
    await rename(draft, archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** https://github.com/opencontainers/image-spec/blob/main/config.md */
export function imageConfig(spec: ImageSpec, layerDigest: string): object {
  return {
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: 'linux',
    config: {
      ...(spec.entrypoint === undefined ? {} : { Entrypoint: spec.entrypoint }),
      ...(spec.user === undefined ? {} : { User: spec.user }),
      Env: Object.entries(spec.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
    history: [{ created: '1970-01-01T00:00:00Z' }],
  };
}

/** Go's names, which images use. */
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
