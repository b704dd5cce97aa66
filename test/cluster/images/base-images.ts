/**
 * Local base images for the Dockerfile, made of this machine's Node: the same layout as `node:24` and as the distroless
 * `nodejs24`, so that the Dockerfile can be built where no image registry is in reach.
 */
import { chmod, cp, copyFile, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { run, runOrThrow } from '../command.ts';
import { findProgram } from '../node/distribution.ts';
import { writeImage } from './archive.ts';

export const BUILD_BASE = 'localhost/gracegate-build-base:1';
export const RUNTIME_BASE = 'localhost/gracegate-runtime-base:1';
/** Where npm finds the certificates that this machine trusts, its own ones included. */
export const CA_FILE = '/etc/ssl/certs/ca-certificates.crt';

const LDD_TIMEOUT_MS = 10_000;
const PASSWD = [
  'root:x:0:0:root:/root:/sbin/nologin',
  'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin',
  '',
].join('\n');

/** Node alone, at distroless' place; `root` is an empty folder to put it together in. */
export async function writeRuntimeBase(root: string, archive: string): Promise<void> {
  await placeNode(root, '/nodejs/bin');
  await place(root, '/etc/passwd', PASSWD);
  await placeTemporaryFolder(root);
  await writeImage(
    { reference: RUNTIME_BASE, root, user: '65532', environment: { PATH: '/nodejs/bin' } },
    archive,
  );
}

/** Node with npm, a shell and the certificates that this machine trusts; never part of what is shipped. */
export async function writeBuildBase(root: string, archive: string): Promise<void> {
  await placeNode(root, '/usr/local/bin');
  const npm = await npmFolder();
  await cp(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  await mkdir(join(root, 'bin'));
  await mkdir(join(root, 'usr/bin'));
  await mkdir(join(root, 'root'));
  await placeTemporaryFolder(root);
  await copyFile(findProgram('busybox') ?? 'busybox', join(root, 'bin/busybox'));
  await symlink('busybox', join(root, 'bin/sh'));
  // npm is a script that begins with #!/usr/bin/env.
  await symlink('../../bin/busybox', join(root, 'usr/bin/env'));
  await place(root, '/etc/passwd', PASSWD);
  const certificates = [...getCACertificates('default'), ...getCACertificates('system')];
  await place(root, CA_FILE, `${[...new Set(certificates)].join('\n')}\n`);
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  await writeImage({ reference: BUILD_BASE, root, environment }, archive);
}

/** The files that ldd(1) names: `libm.so.6 => /lib/libm.so.6 (0x...)`, and the loader without an arrow. */
export function librariesOf(lddOutput: string): string[] {
  return lddOutput.split('\n').flatMap((line) => /(?:=> |^\s*)(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

/** npm's folder, of the npm that PATH finds first. */
export async function npmFolder(): Promise<string> {
  const npm = findProgram('npm');
  if (npm === undefined) {
    throw new Error('npm is not installed');
  }
  return dirname(dirname(await realpath(npm)));
}

/** Puts this machine's Node into `folder` of an image and the libraries it needs where its loader looks for them. */
export async function placeNode(root: string, folder: string): Promise<void> {
  await mkdir(join(root, folder), { recursive: true });
  await copyFile(process.execPath, join(root, folder, 'node'));
  const { stdout } = await run('ldd', [process.execPath], { timeoutMs: LDD_TIMEOUT_MS });
  for (const library of librariesOf(stdout)) {
    await mkdir(join(root, dirname(library)), { recursive: true });
    await copyFile(library, join(root, library));
  }
  // A library may be missing without a word from ldd's exit code.
  await runOrThrow('chroot', [root, join(folder, basename('node')), '--version'], {
    timeoutMs: LDD_TIMEOUT_MS,
  });
}

async function placeTemporaryFolder(root: string): Promise<void> {
  await mkdir(join(root, 'tmp'));
  // Not by mkdir's mode, from which the umask is taken.
  await chmod(join(root, 'tmp'), 0o1777);
}

async function place(root: string, path: string, content: string): Promise<void> {
  await mkdir(join(root, dirname(path)), { recursive: true });
  await writeFile(join(root, path), content);
}
