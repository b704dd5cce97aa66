/** Images of a statically linked busybox: the one that holds a pod's namespaces, and one that serves and answers. */
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeImage, type ImageSpec } from './archive.ts';

export const BUSYBOX_IMAGE = 'localhost/gracegate-busybox:1';

/** Waits until it is told to end, and collects the processes that lost their parent. */
const PAUSE = 'trap "exit 0" TERM INT; while :; do /bin/busybox sleep 3600 & wait; done';

/** The pod's first container; `busybox` is the path of the program. */
export async function writePauseImage(busybox: string, reference: string, archive: string): Promise<void> {
  await writeBusyboxImage(busybox, { reference, entrypoint: ['/bin/busybox', 'sh', '-c', PAUSE] }, archive);
}

/** `sh` and every applet by its name: `httpd`, `wget`, `nc`... */
export async function writeToolsImage(busybox: string, archive: string): Promise<void> {
  await writeBusyboxImage(busybox, { reference: BUSYBOX_IMAGE, environment: { PATH: '/bin' } }, archive);
}

async function writeBusyboxImage(
  busybox: string,
  spec: Omit<ImageSpec, 'root'>,
  archive: string,
): Promise<void> {
  const root = await mkdtemp(`${archive}-`);
  try {
    await mkdir(join(root, 'bin'));
    await mkdir(join(root, 'tmp'));
    // Not by mkdir's mode, from which the umask is taken.
    await chmod(join(root, 'tmp'), 0o1777);
    await copyFile(busybox, join(root, 'bin', 'busybox'));
    for (const applet of ['sh', 'cat', 'echo', 'env', 'httpd', 'id', 'nc', 'sleep', 'touch', 'wget']) {
      await symlink('busybox', join(root, 'bin', applet));
    }
    await writeImage({ ...spec, root }, archive);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
