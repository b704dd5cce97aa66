/**
 * The space of a node: private mount, pid, network, uts, ipc and cgroup namespaces with a PID 1 of their own
 * (`init.sh`), whose death ends everything inside. Commands enter it from outside.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCgroups, ownHierarchies, type Hierarchy } from '../cgroups.ts';
import type { ManagedProcess } from '../process.ts';
import type { Run } from '../run.ts';
import { pathWithSystemPrograms } from './distribution.ts';
import { NODE_ADDRESS, NODE_NAME } from './network.ts';

const FURNISH_TIMEOUT_MS = 20_000;

/** What the kubelet wants to find (`setupKernelTunables` in pkg/kubelet/cm/container_manager_linux.go). */
const SYSCTLS = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
} as const;

/** Plain values, so that another process can enter too. */
export interface Space {
  /** The run's folder; every command line that enters names it, which is how a sweep knows the process. */
  readonly dir: string;
  /** PID 1 of the space, by its number outside. */
  readonly initPid: number;
  /** The run's group in each hierarchy. */
  readonly cgroups: readonly string[];
}

export interface StartedSpace extends Space {
  /** Ends everything inside; afterwards no process, mount or interface is left. */
  end(): Promise<void>;
}

export async function startSpace(run: Run): Promise<StartedSpace> {
  const dir = run.directory.path;
  const hierarchies = await ownHierarchies();
  await writeInitFiles(dir, hierarchies);
  const cgroups = await createCgroups(dir, hierarchies);
  const unshare = await run.start({
    name: 'init',
    // Only after the process has joined the run's groups do they become the root that the new namespace shows.
    ...inCgroups(dir, 'unshare', [
      ...NAMESPACES,
      ...['--fork', '--kill-child', '--mount-proc', '--'],
      ...['/bin/sh', scriptPath('init.sh'), dir, NODE_NAME, NODE_ADDRESS],
    ]),
    env: { PATH: pathWithSystemPrograms() },
  });
  const ready = join(dir, 'init', 'ready');
  await unshare.waitUntil('furnished namespaces', async () => existsSync(ready), FURNISH_TIMEOUT_MS);
  const [initPid] = await childrenOf(unshare.pid);
  if (initPid === undefined) {
    throw new Error(`process ${unshare.pid} (unshare) has no child`);
  }
  return { dir, initPid, cgroups, end: () => endSpace(unshare, initPid) };
}

/** What a node has for itself, as unshare(1) and nsenter(1) call it. */
export const NAMESPACES = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup'] as const;

/** A command line that runs `command` inside. When the process that it starts is killed, so is the one inside. */
export function entering(
  { dir, initPid }: Space,
  command: string,
  args: readonly string[],
): { readonly command: string; readonly args: string[] } {
  return inCgroups(dir, 'nsenter', [
    ...[`--target=${initPid}`, ...NAMESPACES, `--wd=${dir}`, '--'],
    ...['setpriv', '--pdeathsig', 'KILL', '--'],
    ...[command, ...args],
  ]);
}

/** The children of a process, by their numbers outside. */
export async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children
    .split(' ')
    .map(Number)
    .filter((child) => child > 0);
}

/** Node cannot start a process in a group, and the process must be in it before it forks. */
function inCgroups(
  dir: string,
  command: string,
  args: readonly string[],
): { readonly command: string; readonly args: string[] } {
  return { command: '/bin/sh', args: [scriptPath('enter.sh'), dir, command, ...args] };
}

function scriptPath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function writeInitFiles(dir: string, hierarchies: readonly Hierarchy[]): Promise<void> {
  const folder = join(dir, 'init');
  await mkdir(folder);
  const lines = (rows: readonly (readonly (string | number)[])[]): string =>
    rows.map((row) => `${row.join(' ')}\n`).join('');
  const mounts = hierarchies.map(({ options }) =>
    options.startsWith('name=') ? [options.slice('name='.length), `none,${options}`] : [options, options],
  );
  // `cpu,cpuacct` in one hierarchy is looked for under each name, too.
  const links = hierarchies
    .filter(({ options }) => options.includes(','))
    .flatMap(({ options }) => options.split(',').map((controller) => [controller, options]));
  await writeFile(join(folder, 'cgroups'), lines(mounts));
  await writeFile(join(folder, 'cgroup-links'), lines(links));
  await writeFile(join(folder, 'sysctls'), lines(Object.entries(SYSCTLS)));
}

async function endSpace(unshare: ManagedProcess, initPid: number): Promise<void> {
  // Only while `unshare` lives, which collects it, is the number surely that of our PID 1.
  if ((await childrenOf(unshare.pid)).includes(initPid)) {
    process.kill(initPid, 'SIGKILL');
  }
  await unshare.stop(FURNISH_TIMEOUT_MS);
}
