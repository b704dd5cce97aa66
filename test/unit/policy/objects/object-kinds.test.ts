import { describe, expect, it } from 'vitest';

import type { Json } from '../../../../src/policy/json.ts';
import { apiVersionOf } from '../../../../src/policy/objects/kube-object.ts';
import {
  objectKind,
  objectKinds,
  readObject,
  type ObjectKindName,
} from '../../../../src/policy/objects/object-kinds.ts';
import { workloadKinds } from '../../../../src/policy/objects/workload-kinds.ts';

describe('the table of kinds that are no workloads', () => {
  it('is read in these versions, and of custom kinds a cluster may have none', () => {
    const lines = objectKinds.map((kind) =>
      [
        `${apiVersionOf(kind)} ${kind.kind} ${kind.resource}`,
        ...(kind.admitted ? ['admitted'] : []),
        ...(kind.custom === true ? ['custom'] : []),
        ...(kind.metadataOnly === true ? ['metadata'] : []),
      ].join(' '),
    );
    expect(lines).toEqual([
      'autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers admitted',
      'autoscaling.k8s.io/v1 VerticalPodAutoscaler verticalpodautoscalers custom',
      'policy/v1 PodDisruptionBudget poddisruptionbudgets admitted',
      'v1 ResourceQuota resourcequotas',
      'v1 Service services',
      'networking.k8s.io/v1 Ingress ingresses',
      // What is in a Secret is none of our business.
      'v1 Secret secrets metadata',
      'cert-manager.io/v1 Certificate certificates custom',
    ]);
  });

  it('has no workload in it', () => {
    const names = new Set<string>(objectKinds.map(({ kind }) => kind));
    expect(workloadKinds.filter(({ kind }) => names.has(kind))).toEqual([]);
  });

  it('finds a kind by its name, and none by another', () => {
    expect(objectKind('Ingress')).toMatchObject({ group: 'networking.k8s.io', kind: 'Ingress' });
    expect(() => objectKind('Deployment' as ObjectKindName)).toThrow('no kind Deployment in the table');
  });
});

describe('readObject', () => {
  const metadata = { name: 'web', namespace: 'shop' };

  it.each(objectKinds)('reads a $kind', (kind) => {
    const object = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
    expect(readObject(object)).toEqual({ kind, namespace: 'shop', name: 'web', object });
  });

  it.each<[string, ObjectKindName]>([
    ['autoscaling/v1', 'HorizontalPodAutoscaler'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler'],
    ['autoscaling/v7', 'HorizontalPodAutoscaler'],
    ['policy/v1beta1', 'PodDisruptionBudget'],
    ['networking.k8s.io/v1beta1', 'Ingress'],
    ['extensions/v1beta1', 'Ingress'],
    ['cert-manager.io/v1alpha2', 'Certificate'],
  ])('reads, in whatever version of its group, %s %s', (apiVersion, kind) => {
    expect(readObject({ apiVersion, kind, metadata })?.kind).toBe(objectKind(kind));
  });

  it.each<[string, Json | undefined]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', [{ apiVersion: 'v1', kind: 'Service' }]],
    ['an empty object', {}],
    ['a kind without apiVersion and of another group than the core', { kind: 'Ingress' }],
    ['a workload', { apiVersion: 'apps/v1', kind: 'Deployment' }],
    ['a LimitRange, which is read apart', { apiVersion: 'v1', kind: 'LimitRange' }],
    ['a kind of another group', { apiVersion: 'example.com/v1', kind: 'Service' }],
    ['the Service of Knative', { apiVersion: 'serving.knative.dev/v1', kind: 'Service' }],
    [
      'a group that only begins alike',
      { apiVersion: 'autoscaling.k8s.io/v1', kind: 'HorizontalPodAutoscaler' },
    ],
    ['another kind of a former group', { apiVersion: 'extensions/v1beta1', kind: 'PodDisruptionBudget' }],
    ['a kind in lower case', { apiVersion: 'v1', kind: 'service' }],
    ['the list of a kind', { apiVersion: 'v1', kind: 'ServiceList' }],
    ['a kind that is no string', { apiVersion: 'v1', kind: ['Service'] }],
    ['inherited keys', { apiVersion: 'constructor', kind: '__proto__' }],
  ])('reads nothing from %s', (_name, value) => {
    expect(readObject(value)).toBeUndefined();
  });
});
