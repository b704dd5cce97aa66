/** What a node could leave on the machine, looked for where it would be. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { basename } from 'node:path';
import type { Space } from '../../cluster/node/space.ts';

/** Processes, mounts, interfaces, control groups and folders of a node, each in words; empty when there are none. */
export async function tracesOf({ dir, cgroups }: Space): Promise<string[]> {
  const [processes, mounts] = await Promise.all([processesNaming(dir), mountsNaming(dir)]);
  const interfaces = Object.keys(networkInterfaces()).filter((name) => /^(node0|cni0|veth)/.test(name));
  return [
    ...processes.map((line) => `process ${line}`),
    ...mounts.map((line) => `mount ${line}`),
    ...interfaces.map((name) => `interface ${name}`),
    ...cgroups.filter((group) => existsSync(group)).map((group) => `control group ${group}`),
    ...(existsSync(dir) ? [`folder ${dir}`] : []),
  ];
}

async function processesNaming(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(
    pids.map(async (pid) => `${pid} ${await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')}`),
  );
  return lines.filter((line) => line.includes(basename(text))).map((line) => line.replaceAll('\0', ' '));
}

async function mountsNaming(text: string): Promise<string[]> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  return mounts.split('\n').filter((line) => line.includes(basename(text)));
}
