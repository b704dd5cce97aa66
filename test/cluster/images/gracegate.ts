/**
 * Builds the project's image from its Dockerfile, with buildah and without a container engine or an image registry: on
 * local base images (`base-images.ts`). The result is cached by the content that went into it.
 */
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../cache.ts';
import { withLock } from '../lock.ts';
import { findProgram } from '../node/distribution.ts';
import { startTime } from '../process-table.ts';
import { note, withProgress, type Progress } from '../progress.ts';
import { createRun } from '../run.ts';
import { BUILD_BASE, CA_FILE, RUNTIME_BASE, writeBuildBase, writeRuntimeBase } from './base-images.ts';
import { createBuildah, type Buildah } from './buildah.ts';
import { fingerprint } from './fingerprint.ts';
import { npmConfiguration } from './npm-configuration.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** What the build reads, and what makes the bases. */
const INPUTS = [
  ...['Dockerfile', '.dockerignore', 'package.json', 'package-lock.json', 'LICENSE'],
  ...['src', 'scripts/build.ts', 'scripts/licenses.ts', 'examples'],
  ...['archive.ts', 'base-images.ts'].map((module) => `test/cluster/images/${module}`),
];
const COPY_TIMEOUT_MS = 3 * 60_000;
const BUILD_TIMEOUT_MS = 15 * 60_000;
/** An image is over 100 MB, and each change of the sources makes another. */
const KEPT_IMAGES = 3;
const BUILD_ATTEMPTS = 3;
const ARCHIVE = /^gracegate-[0-9a-f]{12}\.tar$/;
/** With the process that writes it. */
const DRAFT = /^gracegate-[0-9a-f]{12}\.tar\.(\d+)$/;

export interface GracegateImage {
  /** `localhost/gracegate:<fingerprint>`: the tag changes when the content does. */
  readonly reference: string;
  /** In the format of `docker save`. */
  readonly archive: string;
  /** As it lies unpacked on a node, 10^6 bytes each. */
  readonly megabytes: number;
}

/** What this machine lacks for a build; empty when it can. */
export function missingForImage(): string[] {
  const programs = {
    buildah: 'buildah',
    npm: 'npm',
    ldd: 'libc-bin',
    busybox: 'busybox-static',
    setpriv: 'util-linux',
  };
  return Object.entries(programs)
    .filter(([program]) => findProgram(program) === undefined)
    .map(([program, debianPackage]) => `the program ${program} (Debian: apt install ${debianPackage})`);
}

export async function buildGracegateImage(): Promise<GracegateImage> {
  const missing = missingForImage();
  if (missing.length > 0) {
    throw new Error(
      `this machine cannot build the image; missing:\n${missing.map((what) => `- ${what}`).join('\n')}`,
    );
  }
  for (let attempt = 1; ; attempt += 1) {
    const digest = await fingerprintOfInputs();
    const image = await cachedOrBuilt(digest);
    // Somebody may have saved a file meanwhile, and then the name would lie about the content.
    if ((await fingerprintOfInputs()) === digest) {
      return image;
    }
    await rm(image.archive, { force: true });
    if (attempt === BUILD_ATTEMPTS) {
      throw new Error('the sources changed with every attempt to build the image of them; try again');
    }
  }
}

function fingerprintOfInputs(): Promise<string> {
  return fingerprint(PROJECT, INPUTS, [process.version, process.arch]);
}

async function cachedOrBuilt(digest: string): Promise<GracegateImage> {
  const cache = cacheFolder(process.env);
  const folder = join(cache, 'images');
  const reference = `localhost/gracegate:${digest}`;
  const archive = join(folder, `gracegate-${digest}.tar`);
  await mkdir(folder, { recursive: true });
  await withLock(
    join(cache, 'locks', `image-${digest}.lock`),
    async () => {
      if (await exists(archive)) {
        // Marks it as used, for {@link removeOld}.
        await utimes(archive, new Date(), new Date());
        return;
      }
      await withProgress(`Building the image ${reference}`, (progress) =>
        build(reference, archive, progress),
      );
      await removeOld(folder);
    },
    (holder) => note(`Waiting for process ${holder}, which builds ${reference}`),
  );
  return { reference, archive, megabytes: (await stat(archive)).size / 1e6 };
}

async function build(reference: string, archive: string, progress: Progress): Promise<void> {
  // A run for its folder alone, which goes whatever happens to this process.
  const work = await createRun();
  const at = (name: string): string => join(work.directory.path, name);
  try {
    const buildah = await createBuildah(at('buildah'));
    progress.update('base images');
    await addBase(buildah, at('build-base'), writeBuildBase);
    await addBase(buildah, at('runtime-base'), writeRuntimeBase);
    // Mounted while npm runs and never part of a layer.
    await writeFile(at('npmrc'), await npmConfiguration(CA_FILE), { mode: 0o600 });
    await buildah(
      'bud',
      [
        ...['--isolation', 'chroot', '--pull-never', '--tag', reference],
        ...['--build-arg', `BUILD_IMAGE=${BUILD_BASE}`, '--build-arg', `RUNTIME_IMAGE=${RUNTIME_BASE}`],
        ...['--secret', `id=npmrc,src=${at('npmrc')}`],
        ...['--file', join(PROJECT, 'Dockerfile'), PROJECT],
      ],
      { timeoutMs: BUILD_TIMEOUT_MS, onErrorLine: (line) => progress.update(line) },
    );
    const draft = `${archive}.${process.pid}`;
    await buildah('push', [reference, `docker-archive:${draft}:${reference}`], {
      timeoutMs: COPY_TIMEOUT_MS,
    });
    await rename(draft, archive);
  } finally {
    await work.stop({ keepLogs: false });
  }
}

async function addBase(
  buildah: Buildah,
  folder: string,
  write: (root: string, archive: string) => Promise<void>,
): Promise<void> {
  const root = join(folder, 'root');
  const archive = join(folder, 'image.tar');
  await mkdir(root, { recursive: true });
  await write(root, archive);
  await buildah('pull', ['--quiet', `docker-archive:${archive}`], { timeoutMs: COPY_TIMEOUT_MS });
  await rm(folder, { recursive: true });
}

/** All but the images used last, and what killed builds left. */
async function removeOld(folder: string): Promise<void> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names
      .filter((name) => ARCHIVE.test(name))
      .map(async (name) => ({ name, used: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = files.toSorted((a, b) => b.used - a.used).slice(KEPT_IMAGES);
  const drafts = names.filter((name) => DRAFT.test(name));
  const abandoned = await Promise.all(
    drafts.map(async (name) => {
      const [, pid] = DRAFT.exec(name) ?? [];
      return (await startTime(Number(pid))) === undefined ? [name] : [];
    }),
  );
  const removed = [...old.map(({ name }) => name), ...abandoned.flat()];
  await Promise.all(removed.map((name) => rm(join(folder, name), { force: true })));
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
