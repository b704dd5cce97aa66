import { describe, expect, it } from 'vitest';

import { unknownSurroundings, type RelatedKind } from '../../../src/policy/graph.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import { graphOf, namesOf } from './graphs.ts';

const madeBy = (apiVersion: string, kind: string, controller = 'true') =>
  `ownerReferences: [{ apiVersion: ${apiVersion}, kind: ${kind}, name: o, uid: u, controller: ${controller} }]`;
const template = 'template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app }] } }';

const text = `
{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop } }
---
{ apiVersion: v1, kind: Service, metadata: { name: api } }
---
{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: bank } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: tls } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { ${template} } }
---
{ apiVersion: apps/v1, kind: ReplicaSet, metadata: { name: web-1, ${madeBy('apps/v1', 'Deployment')} }, spec: { ${template} } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: web-1-a, ${madeBy('apps/v1', 'ReplicaSet')} }, spec: {} }
---
{ apiVersion: v1, kind: Pod, metadata: { name: bare, ${madeBy('apps/v1', 'ReplicaSet', 'false')} }, spec: {} }
---
{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: api, namespace: bank }, spec: { ${template} } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: api-1, namespace: bank, ${madeBy('argoproj.io/v1alpha1', 'Rollout')} }, spec: {} }
---
{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db, namespace: bank, ${madeBy('example.com/v1', 'Database')} }, spec: { ${template} } }
---
{ apiVersion: v1, kind: Service, metadata: { name: owned, namespace: bank, ${madeBy('apps/v1', 'Deployment')} } }
`;

describe('a graph', () => {
  const graph = graphOf(text);
  const workloads = (namespace: string) =>
    namesOf(graph.workloads(namespace).map(({ workload }) => workload));

  it('has the objects of a kind by namespace, in their order; what names none is in that of the command line', () => {
    expect(namesOf(graph.objects('Service', 'shop'))).toEqual(['Service web', 'Service api']);
    expect(namesOf(graph.objects('Secret', 'shop'))).toEqual(['Secret tls']);
    // An object that makes no pods counts, whoever made it.
    expect(namesOf(graph.objects('Service', 'bank'))).toEqual(['Service web', 'Service owned']);
    expect(graph.objects('Secret', 'bank')).toEqual([]);
    expect(graph.objects('Service', 'default')).toEqual([]);
  });

  it('has the workloads that no other one made: bare pods, custom kinds, and what an operator made', () => {
    expect(workloads('shop')).toEqual(['Deployment web', 'Pod bare']);
    expect(workloads('bank')).toEqual(['Rollout api', 'StatefulSet db']);
    expect(workloads('default')).toEqual([]);
  });

  it('takes another namespace for those that do not say', () => {
    const other = graphOf(text, { defaultNamespace: 'default' });
    expect(namesOf(other.objects('Service', 'default'))).toEqual(['Service api']);
    expect(namesOf(other.objects('Service', 'shop'))).toEqual(['Service web']);
    expect(namesOf(other.workloads('default').map(({ workload }) => workload))).toEqual([
      'Deployment web',
      'Pod bare',
    ]);
  });

  it.each(['constructor', '__proto__', ''])('has nothing in a namespace called %j', (namespace) => {
    expect([graph.objects('Service', namespace), graph.workloads(namespace)]).toEqual([[], []]);
    expect(graph.namespaceLabels(namespace)).toBeUndefined();
  });

  it('has the labels of the namespaces that are there', () => {
    const labels = { team: 'shop' };
    const known = graphOf('', { namespaces: new Map([['shop', labels]]) });
    expect([known.namespaceLabels('shop'), known.namespaceLabels('bank')]).toEqual([labels, undefined]);
  });

  it('knows every kind but those of which nothing can be said', () => {
    const known = graphOf('', { unknown: new Set<RelatedKind>(['workloads', 'Secret']) });
    expect(
      (['workloads', 'Secret', 'Service', 'Namespace'] as const).map((kind) => known.knows(kind)),
    ).toEqual([false, false, true, true]);
  });
});

describe('the pod of a workload', () => {
  function predicting() {
    const predicted: string[] = [];
    const graph = graphOf(text, {
      predict: ({ name, template: pod }) => {
        predicted.push(name);
        return readPod(pod);
      },
    });
    return { graph, predicted };
  }

  it('is predicted for nobody who does not ask for it', () => {
    const { graph, predicted } = predicting();
    expect(graph.workloads('shop').map(({ workload }) => workload.name)).toEqual(['web', 'bare']);
    expect(predicted).toEqual([]);
  });

  it('is predicted once, however often it is asked for', () => {
    const { graph, predicted } = predicting();
    const [first] = graph.workloads('shop').map(({ pod }) => pod);
    const [again] = graph.workloads('shop').map(({ pod }) => pod);
    expect(first?.labels).toEqual({ app: 'web' });
    expect(again).toBe(first);
    expect(predicted).toEqual(['web', 'bare']);
  });
});

it('surroundings of which nothing is known have nothing in them, and no absence means anything', () => {
  expect(unknownSurroundings.knows('workloads')).toBe(false);
  expect(unknownSurroundings.knows('Secret')).toBe(false);
  expect(unknownSurroundings.objects('Secret', 'shop')).toEqual([]);
  expect(unknownSurroundings.workloads('shop')).toEqual([]);
  expect(unknownSurroundings.namespaceLabels('shop')).toBeUndefined();
});
