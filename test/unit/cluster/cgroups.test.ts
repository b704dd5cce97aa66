import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCgroups, parseHierarchies, removeCgroups } from '../../cluster/cgroups.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const MOUNTS = [
  '23 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct',
  '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
  '36 31 0:33 /outer /sys/fs/cgroup/devices rw,relatime - cgroup cgroup rw,devices',
  '40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd',
  '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
].join('\n');

describe('parseHierarchies', () => {
  it('finds the own group of each hierarchy, below what is mounted of it', () => {
    const memberships =
      '9:name=systemd:/user.slice\n4:memory:/a/b\n3:devices:/outer/inner\n2:cpu,cpuacct:/\n1:pids:/\n0::/user.slice\n';
    expect(parseHierarchies(memberships, MOUNTS)).toEqual([
      { options: 'name=systemd', own: '/sys/fs/cgroup/systemd/user.slice' },
      { options: 'memory', own: '/sys/fs/cgroup/memory/a/b' },
      { options: 'devices', own: '/sys/fs/cgroup/devices/inner' },
      { options: 'cpu,cpuacct', own: '/sys/fs/cgroup/cpu,cpuacct' },
    ]);
  });

  it('finds none where there is only cgroup v2', () => {
    expect(parseHierarchies('0::/user.slice\n', MOUNTS)).toEqual([]);
  });
});

/** Ordinary folders behave as groups do, but for the files that the kernel puts into a group. */
describe('the groups of a run', () => {
  it('are made with the processors and memory of their parent, and removed with all below them', async () => {
    const run = await temporaryDirectory();
    const own = await temporaryDirectory();
    await writeFile(join(own, 'cpuset.cpus'), '0-1\n');

    const [group = ''] = await createCgroups(run, [{ options: 'cpuset', own }]);
    expect(group).toBe(join(own, basename(run)));
    await mkdir(join(group, 'kubepods', 'pod1'), { recursive: true });
    await removeCgroups(run);

    expect(existsSync(group)).toBe(false);
    expect(existsSync(own)).toBe(true);
  });

  it('are on record before they exist', async () => {
    const run = await temporaryDirectory();
    const gone = await temporaryDirectory();
    await rm(gone, { recursive: true });
    await expect(createCgroups(run, [{ options: 'memory', own: gone }])).rejects.toThrow('ENOENT');
    expect(await readFile(join(run, 'cgroups'), 'utf8')).toBe(`${join(gone, basename(run))}\n`);
    await expect(removeCgroups(run)).resolves.toBeUndefined();
  });

  it('are not taken for a run’s own when they bear another name', async () => {
    const run = await temporaryDirectory();
    const foreign = await temporaryDirectory();
    await writeFile(join(run, 'cgroups'), `${foreign}\n`);
    await removeCgroups(run);
    expect(existsSync(foreign)).toBe(true);
  });

  it('are none for a run that has no record', async () => {
    await expect(removeCgroups(await temporaryDirectory())).resolves.toBeUndefined();
  });
});
