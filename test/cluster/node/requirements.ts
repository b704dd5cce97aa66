/** Whether this machine can run a node, asked before anything is started. */
import { tmpdir } from 'node:os';
import { resolve, sep } from 'node:path';
import { ownHierarchies, type Hierarchy } from '../cgroups.ts';
import { run } from '../command.ts';
import { findCniFolder, findProgram, pathWithSystemPrograms } from './distribution.ts';
import { NAMESPACES } from './space.ts';

const PROBE_TIMEOUT_MS = 10_000;

/** Each program, and the Debian package that has it. */
const PROGRAMS = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
  ip: 'iproute2',
  iptables: 'iptables',
  conntrack: 'conntrack',
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  busybox: 'busybox-static',
  tar: 'tar',
} as const;

/** The hierarchies without which the kubelet or runc refuses to start. */
const CONTROLLERS = [
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'devices',
  'freezer',
  'blkio',
  'pids',
  'name=systemd',
];

/**
 * What is missing for a node, each with what to do about it; empty when a node can be started. Private namespaces are
 * really made and left again; nothing stays.
 */
export async function missingForNode(): Promise<string[]> {
  if (process.platform !== 'linux') {
    return [`a Linux kernel: this is ${process.platform}`];
  }
  const missing: string[] = [];
  if (process.getuid?.() !== 0) {
    missing.push('root: namespaces with control groups, mounts and iptables are its alone');
  }
  if (`${resolve(tmpdir())}${sep}`.startsWith('/var/')) {
    missing.push(
      `a temporary folder outside of /var, over which the node lays its own (TMPDIR is ${tmpdir()})`,
    );
  }
  missing.push(...missingPrograms(), ...missingControllers(await ownHierarchies()));
  if (missing.length === 0) {
    missing.push(...(await missingRights()));
  }
  return missing;
}

function missingPrograms(): string[] {
  const missing = Object.entries(PROGRAMS)
    .filter(([program]) => findProgram(program) === undefined)
    .map(([program, debianPackage]) => `the program ${program} (Debian: apt install ${debianPackage})`);
  if (findCniFolder() === undefined) {
    missing.push(
      'the CNI plugins bridge, host-local and loopback (Debian: apt install containernetworking-plugins)',
    );
  }
  return missing;
}

export function missingControllers(hierarchies: readonly Hierarchy[]): string[] {
  const present = new Set(hierarchies.flatMap(({ options }) => options.split(',')));
  const missing = CONTROLLERS.filter((controller) => !present.has(controller));
  if (missing.length === CONTROLLERS.length) {
    return [
      'cgroup v1: this machine has cgroup v2 alone, or none, and the node is made for the v1 hierarchies (kernel argument systemd.unified_cgroup_hierarchy=0)',
    ];
  }
  return missing.map((controller) => `the cgroup v1 hierarchy ${controller}`);
}

/** Tries, in namespaces that end with the command, what `init.sh` and kube-proxy will do. */
async function missingRights(): Promise<string[]> {
  const attempts: [what: string, script: string][] = [
    ['the right to make namespaces', 'true'],
    ['the right to mount cgroups', 'mount -t tmpfs tmpfs /mnt && mount -t cgroup -o memory cgroup /mnt'],
    [
      'the right to mount overlays',
      'mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w && mount -t overlay -o lowerdir=/var,upperdir=/mnt/u,workdir=/mnt/w overlay /var',
    ],
    ['iptables with a nat table', 'iptables -t nat -S'],
    ['bridges', 'ip link add probe0 type bridge'],
    ['iptables for bridges (modprobe br_netfilter)', 'test -e /proc/sys/net/bridge/bridge-nf-call-iptables'],
  ];
  const missing: string[] = [];
  for (const [what, script] of attempts) {
    const { code, stderr } = await run(
      'unshare',
      [...NAMESPACES, '--fork', '--mount-proc', '--', '/bin/sh', '-c', script],
      { env: { PATH: pathWithSystemPrograms() }, timeoutMs: PROBE_TIMEOUT_MS },
    );
    if (code !== 0) {
      missing.push(`${what}: ${stderr.trim().split('\n').at(-1) ?? `exit code ${code}`}`);
    }
  }
  return missing;
}
