import { describe, expect, it } from 'vitest';

import { buildGraph, type RelatedKind } from '../../../../src/policy/graph.ts';
import { readObject } from '../../../../src/policy/objects/object-kinds.ts';
import { expectedReplicas } from '../../../../src/policy/scaling/replicas.ts';
import { readPod } from '../../../../src/policy/objects/view.ts';
import { autoscaler, scaled } from '../checks/scaled.ts';
import { ofNamesake, withNamesakes } from '../graphs.ts';
import { yamlObject, yamlObjects } from '../objects.ts';

/** The replicas of a workload, with these autoscalers beside it. */
function expected(manifest: string, beside = '', unknown: readonly RelatedKind[] = []) {
  const workload = withNamesakes.read(yamlObject(manifest));
  if (workload === undefined) throw new Error('no workload');
  const graph = buildGraph({
    objects: yamlObjects(beside).flatMap((object) => readObject(object) ?? []),
    namespaces: new Map(),
    defaultNamespace: 'shop',
    unknown: new Set(unknown),
    predict: ({ template }) => readPod(template),
  });
  return expectedReplicas(workload, graph, 'shop');
}

/** The fewest and the most of them. */
function bounds(manifest: string, beside = ''): readonly [number, number] | undefined {
  const replicas = expected(manifest, beside);
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
  });

  it('are what the lowest and the highest of several autoscalers allow, of which the lowest is named', () => {
    const low = autoscaler(2, 3).replace('name: web, namespace', 'name: low, namespace');
    for (const beside of [`${autoscaler(4, 5)}---${low}`, `${low}---${autoscaler(4, 5)}`]) {
      const replicas = expected(scaled(''), beside);
      expect([replicas?.min, replicas?.max, replicas?.autoscaler?.name]).toEqual([2, 5, 'low']);
    }
  });

  it('are never fewer than none, nor at the most fewer than at the least', () => {
    expect(bounds(scaled(''), autoscaler(-1, 5))).toEqual([0, 5]);
    expect(bounds(scaled(''), autoscaler(5, 3))).toEqual([5, 5]);
    expect(bounds(scaled(''), autoscaler(2, 3).replace('maxReplicas: 3', ''))).toEqual([2, 2]);
  });

  it('stay at zero, unless the autoscaler scales to zero itself', () => {
    expect(bounds(scaled('replicas: 0'), autoscaler(2, 5))).toEqual([0, 0]);
    expect(bounds(scaled('replicas: 0'), autoscaler(0, 5))).toEqual([0, 5]);
  });

  it('are not known where autoscalers are not', () => {
    expect(expected(scaled('replicas: 3'), '', ['HorizontalPodAutoscaler'])).toBeUndefined();
    expect(expected(scaled('replicas: 3'), '', ['workloads'])).toMatchObject({ min: 3, max: 3 });
  });

  it('are not known for what has none', () => {
    expect(bounds(scaled('replicas: 3', 'DaemonSet'), autoscaler(2, 5, 'DaemonSet'))).toBeUndefined();
  });

  it.each(['many', '-1', '1.5'])('are not known where they are %s, which no server takes', (replicas) => {
    expect(bounds(scaled(`replicas: ${replicas}`))).toBeUndefined();
  });

  it('of a custom kind are known only where it says them', () => {
    expect(bounds(scaled('replicas: 3', 'Rollout'))).toEqual([3, 3]);
    expect(bounds(scaled('', 'Rollout'))).toBeUndefined();
    const scaler = autoscaler(2, 5, 'Rollout').replace('apps/v1', 'argoproj.io/v1alpha1');
    expect(bounds(scaled('', 'Rollout'), scaler)).toEqual([2, 5]);
    expect(bounds(ofNamesake(scaled('', 'StatefulSet')))).toBeUndefined();
    expect(bounds(ofNamesake(scaled('replicas: 3', 'DaemonSet')))).toEqual([3, 3]);
  });
});
