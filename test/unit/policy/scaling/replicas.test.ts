import { describe, expect, it } from 'vitest';

import { buildGraph } from '../../../../src/policy/graph.ts';
import { readObject } from '../../../../src/policy/objects/object-kinds.ts';
import { expectedReplicas } from '../../../../src/policy/scaling/replicas.ts';
import { readPod } from '../../../../src/policy/objects/view.ts';
import { WorkloadTable } from '../../../../src/policy/objects/workload-kinds.ts';
import { autoscaler, scaled } from '../checks/scaled.ts';
import { yamlObject, yamlObjects } from '../objects.ts';

const rollout = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Rollout',
  resource: 'rollouts',
  templatePath: ['spec', 'template'],
};

/** The fewest and the most replicas of a workload, with these autoscalers beside it. */
function bounds(manifest: string, beside = ''): readonly [number, number] | undefined {
  const workload = new WorkloadTable([rollout]).read(yamlObject(manifest));
  if (workload === undefined) throw new Error('no workload');
  const graph = buildGraph({
    objects: yamlObjects(beside).flatMap((object) => readObject(object) ?? []),
    namespaces: new Map(),
    defaultNamespace: 'shop',
    unknown: new Set(),
    predict: ({ template }) => readPod(template),
  });
  const replicas = expectedReplicas(workload, graph, 'shop');
  return replicas && [replicas.min, replicas.max];
}

describe('the replicas of a workload', () => {
  it('are those that are written, and else one', () => {
    expect(bounds(scaled('replicas: 3'))).toEqual([3, 3]);
    expect(bounds(scaled(''))).toEqual([1, 1]);
    expect(bounds(scaled('', 'ReplicationController'))).toEqual([1, 1]);
  });

  it('are what an autoscaler allows', () => {
    expect(bounds(scaled('replicas: 9'), autoscaler(2, 5))).toEqual([2, 5]);
    expect(bounds(scaled(''), autoscaler('null', 5))).toEqual([1, 5]);
    expect(bounds(scaled(''), `${autoscaler(4, 5)}---${autoscaler(2, 3)}`)).toEqual([2, 5]);
  });

  it('stay at zero, unless the autoscaler scales to zero itself', () => {
    expect(bounds(scaled('replicas: 0'), autoscaler(2, 5))).toEqual([0, 0]);
    expect(bounds(scaled('replicas: 0'), autoscaler(0, 5))).toEqual([0, 5]);
  });

  it('are not known for what has none', () => {
    expect(bounds(scaled('replicas: 3', 'DaemonSet'), autoscaler(2, 5, 'DaemonSet'))).toBeUndefined();
    expect(bounds(scaled('replicas: many'))).toBeUndefined();
  });

  it('of a custom kind are known only where it says them', () => {
    expect(bounds(scaled('replicas: 3', 'Rollout'))).toEqual([3, 3]);
    expect(bounds(scaled('', 'Rollout'))).toBeUndefined();
    const scaler = autoscaler(2, 5, 'Rollout').replace('apps/v1', 'argoproj.io/v1alpha1');
    expect(bounds(scaled('', 'Rollout'), scaler)).toEqual([2, 5]);
  });
});
