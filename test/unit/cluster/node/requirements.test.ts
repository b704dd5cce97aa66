import { describe, expect, it } from 'vitest';
import { missingControllers } from '../../../cluster/node/requirements.ts';

const ALL = ['cpu,cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'name=systemd'];
const hierarchies = (options: readonly string[]): { options: string; own: string }[] =>
  options.map((option) => ({ options: option, own: `/sys/fs/cgroup/${option}` }));

describe('missingControllers', () => {
  it('misses nothing where every controller has a v1 hierarchy, alone or with another', () => {
    expect(missingControllers(hierarchies(ALL))).toEqual([]);
  });

  it('names each one that is missing', () => {
    expect(
      missingControllers(hierarchies(ALL.filter((name) => name !== 'memory' && name !== 'pids'))),
    ).toEqual(['the cgroup v1 hierarchy memory', 'the cgroup v1 hierarchy pids']);
  });

  it('says that cgroup v2 alone does not do, in one sentence', () => {
    expect(missingControllers([])).toEqual([
      expect.stringMatching(/^cgroup v1: this machine has cgroup v2 alone/),
    ]);
  });
});
