/**
 * The control groups of a run (cgroup v1): in each hierarchy one group below that of this process, so that everything
 * a container runtime makes is inside and can be removed with it. The run's folder holds the list for a later sweep.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const REMOVE_TIMEOUT_MS = 5_000;
const POLL_MS = 50;

/** One cgroup v1 hierarchy of this machine. */
export interface Hierarchy {
  /** As mount(8) takes it: `memory`, `cpu,cpuacct`, `name=systemd`. */
  readonly options: string;
  /** The group in which this process is, as a folder. */
  readonly own: string;
}

/** From the texts of `/proc/self/cgroup` and `/proc/self/mountinfo`; proc(5) and cgroups(7) have their formats. */
export function parseHierarchies(memberships: string, mountInfo: string): Hierarchy[] {
  const mounts = mountInfo.split('\n').flatMap((line) => {
    const [mount = '', source = ''] = line.split(' - ');
    const [, , , root = '', mountPoint = ''] = mount.split(' ');
    const [type, , superOptions = ''] = source.split(' ');
    return type === 'cgroup' ? [{ root, mountPoint, options: superOptions.split(',') }] : [];
  });
  return memberships.split('\n').flatMap((line) => {
    const [, id, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    // The unified hierarchy of cgroup v2 has the id 0 and no controllers.
    if (id === undefined || controllers === undefined || path === undefined || id === '0') {
      return [];
    }
    const mount = mounts.find(({ options }) =>
      controllers.split(',').every((controller) => options.includes(controller)),
    );
    if (mount === undefined) {
      return [];
    }
    const below = mount.root === '/' ? path : path.slice(mount.root.length);
    return [{ options: controllers, own: resolve(join(mount.mountPoint, below)) }];
  });
}

export async function ownHierarchies(): Promise<Hierarchy[]> {
  const [memberships, mountInfo] = await Promise.all([
    readFile('/proc/self/cgroup', 'utf8'),
    readFile('/proc/self/mountinfo', 'utf8'),
  ]);
  return parseHierarchies(memberships, mountInfo);
}

/** Makes the run's group in each hierarchy; resolves to their folders, in the order of `hierarchies`. */
export async function createCgroups(run: string, hierarchies: readonly Hierarchy[]): Promise<string[]> {
  const groups = hierarchies.map(({ own }) => join(own, basename(run)));
  // On record before they exist, so that no crash can leave one behind that nobody knows of.
  await writeFile(recordIn(run), groups.map((group) => `${group}\n`).join(''));
  for (const group of groups) {
    await mkdir(group);
    // A new cpuset has no processors and no memory, and takes no process until it has some.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (existsSync(join(group, file))) {
        await writeFile(join(group, file), await readFile(join(dirname(group), file)));
      }
    }
  }
  return groups;
}

/** Kills what runs in the groups of a run and removes them; does nothing for a run without any. */
export async function removeCgroups(run: string): Promise<void> {
  const record = await readFile(recordIn(run), 'utf8').catch(() => '');
  const groups = record.split('\n').filter((group) => basename(group) === basename(run));
  const deadline = Date.now() + REMOVE_TIMEOUT_MS;
  for (const group of groups) {
    for (;;) {
      await Promise.all((await treeOf(group)).map(killMembers));
      const left = await removeTree(group);
      if (left === undefined) {
        break;
      }
      if (Date.now() > deadline) {
        throw new Error(`cannot remove the control group ${group}: ${left}`);
      }
      await delay(POLL_MS);
    }
  }
}

/** The folders of a group and of all below it, the deepest first; empty when there is none. */
async function treeOf(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => []);
  const children = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(group, name));
  const below = await Promise.all(children.map(treeOf));
  return existsSync(group) ? [...below.flat(), group] : [];
}

async function killMembers(group: string): Promise<void> {
  const pids = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '');
  for (const pid of pids.split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended between the look and the kill.
    }
  }
}

/** Undefined when nothing is left, else why. */
async function removeTree(group: string): Promise<string | undefined> {
  for (const folder of await treeOf(group)) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (existsSync(folder)) {
        return error instanceof Error ? error.message : String(error);
      }
    }
  }
  return undefined;
}

function recordIn(run: string): string {
  return join(run, 'cgroups');
}
