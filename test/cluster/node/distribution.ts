/** What a node takes from the distribution: the container runtime and the tools of the network. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where system programs are that an ordinary PATH may leave out. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
/** Debian's and upstream's places. */
const CNI_FOLDERS = ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni'];
const CNI_PLUGINS = ['bridge', 'host-local', 'loopback'];

export function pathWithSystemPrograms(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set([...folders, ...SYSTEM_FOLDERS])].join(delimiter);
}

/** The path of a program; undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  return pathWithSystemPrograms()
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** The folder that has every CNI plugin a node needs; undefined when there is none. */
export function findCniFolder(): string | undefined {
  return CNI_FOLDERS.find((folder) => CNI_PLUGINS.every((plugin) => existsSync(join(folder, plugin))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
