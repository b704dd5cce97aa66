import { describe, expect, it } from 'vitest';

import { flatten, objectProblem, unknownAmong } from '../../../src/audit/objects.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { podOf, workloadOf, yamlObject } from '../policy/objects.ts';

function items(text: string) {
  return parseManifests(text, 'test.yaml').manifests.flatMap(flatten);
}

describe('flatten', () => {
  it('is the document itself', () => {
    expect(items('# a comment\nkind: Pod\n')).toMatchObject([
      { file: 'test.yaml', line: 2, object: { kind: 'Pod' } },
    ]);
  });

  it('is each item of a List, with its own lines', () => {
    const flattened = items(`apiVersion: v1
kind: List
items:
  - kind: A
    spec: {}
  - kind: B
    spec:
      a: 1
`);
    expect(flattened.map(({ object, line }) => [object['kind'], line])).toEqual([
      ['A', 4],
      ['B', 6],
    ]);
    expect(flattened[1]?.lineAt(['spec', 'a'])).toBe(8);
    expect(flattened[1]?.lineAt(['status'])).toBe(6);
  });

  it('gives the items of a typed list what the list says already', () => {
    const list =
      '{ apiVersion: apps/v1, kind: DeploymentList, items: [{ spec: 1 }, { apiVersion: v1, kind: Pod }] }';
    expect(items(list).map(({ object }) => object)).toEqual([
      { apiVersion: 'apps/v1', kind: 'Deployment', spec: 1 },
      { apiVersion: 'v1', kind: 'Pod' },
    ]);
  });

  it.each([
    ['{ kind: List, items: [] }', []],
    ['{ kind: List, items: }', []],
    ['{ kind: DeploymentList, items: null }', []],
    ['{ kind: AllowList, items: { a: 1 } }', [{ kind: 'AllowList', items: { a: 1 } }]],
    ['{ kind: List, items: [7, null, [a]] }', [{}, {}, {}]],
    ['{ kind: AllowList, spec: { items: [a] } }', [{ kind: 'AllowList', spec: { items: ['a'] } }]],
    ['{ kind: Menu, items: [a] }', [{ kind: 'Menu', items: ['a'] }]],
    ['[{ kind: Pod }]', [{}]],
    ['text', [{}]],
  ])('of %s', (text, objects) => {
    expect(items(text).map(({ object }) => object)).toEqual(objects);
  });
});

describe('unknownAmong', () => {
  const certificate = '{ apiVersion: v1, kind: Secret, type: kubernetes.io/tls }';
  const password = '{ apiVersion: v1, kind: Secret, type: Opaque }';

  it.each([
    ['a certificate', certificate],
    ['a certificate beside a password', `${password}\n---\n${certificate}`],
    ['a certificate in a list', `{ apiVersion: v1, kind: SecretList, items: [{ type: kubernetes.io/tls }] }`],
  ])('takes %s for all Secrets that there are', (_name, text) => {
    expect([...unknownAmong(items(text))]).toEqual([]);
  });

  it.each([
    ['nothing', '{ apiVersion: v1, kind: Service }'],
    ['a password', password],
    ['a Secret without a type', '{ apiVersion: v1, kind: Secret }'],
    ['another object of that type', '{ apiVersion: v1, kind: Other, type: kubernetes.io/tls }'],
    ...['ExternalSecret', 'SealedSecret', 'VaultStaticSecret', 'VaultDynamicSecret', 'PushSecret'].map(
      (kind) => [`a certificate and a ${kind}`, `${certificate}\n---\n{ apiVersion: x/v1, kind: ${kind} }`],
    ),
  ])('knows nothing of Secrets by %s', (_name, text) => {
    expect([...unknownAmong(items(text))]).toEqual(['Secret']);
  });
});

describe('objectProblem', () => {
  const pod = podOf('containers: [{ name: app }]');

  it.each(workloadKinds)('has nothing to say of a $kind', ({ kind }) => {
    expect(objectProblem(workloadOf(kind, pod))).toBeUndefined();
  });

  it.each([
    ['{ apiVersion: v1, kind: Service }'],
    ['{ apiVersion: example.com/v1, kind: Job }'],
    ['{ apiVersion: serving.example.com/v1, kind: deployment }'],
    ['{ apiVersion: example.com/v1, kind: PodList }'],
    ['{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler }'],
    ['{ apiVersion: autoscaling/v7, kind: HorizontalPodAutoscaler }'],
    ['{ apiVersion: extensions/v1beta1, kind: Ingress }'],
    ['{ apiVersion: serving.knative.dev/v1, kind: service }'],
    ['{ apiVersion: example.com/v1, kind: secret }'],
    ['{ apiVersion: apps/v1, kind: service }'],
  ])('has nothing to say of what it does not know: %s', (object) => {
    expect(objectProblem(yamlObject(object))).toBeUndefined();
  });

  it.each([
    ['{}', 'not a Kubernetes object: apiVersion and kind are missing'],
    ['{ kind: Pod }', 'not a Kubernetes object: Pod without apiVersion'],
    ['{ apiVersion: v1 }', 'not a Kubernetes object: apiVersion v1 without kind'],
    ['{ apiVersion: 1, kind: [Pod] }', 'not a Kubernetes object: apiVersion and kind are missing'],
    [
      '{ apiVersion: apps/v1, kind: deployment }',
      'no API server knows kind deployment: kinds are case-sensitive, it is Deployment',
    ],
    ['{ apiVersion: v1, kind: POD }', 'no API server knows kind POD: kinds are case-sensitive, it is Pod'],
    [
      '{ apiVersion: extensions/v1beta1, kind: Deployment }',
      'no API server serves Deployment as extensions/v1beta1: it is apps/v1',
    ],
    [
      '{ apiVersion: apps/v1beta2, kind: StatefulSet }',
      'no API server serves StatefulSet as apps/v1beta2: it is apps/v1',
    ],
    [
      '{ apiVersion: batch/v1beta1, kind: CronJob }',
      'no API server serves CronJob as batch/v1beta1: it is batch/v1',
    ],
    ['{ apiVersion: v1, kind: Deployment }', 'no API server serves Deployment as v1: it is apps/v1'],
    // Groups of Kubernetes itself hold no kind of another one.
    ['{ apiVersion: apps/v1, kind: Pod }', 'no API server serves Pod as apps/v1: it is v1'],
    ['{ apiVersion: apps/v1, kind: Job }', 'no API server serves Job as apps/v1: it is batch/v1'],
    [
      '{ apiVersion: batch/v1, kind: Deployment }',
      'no API server serves Deployment as batch/v1: it is apps/v1',
    ],
    ...[
      ['autoscaling/v2', 'horizontalpodautoscaler', 'HorizontalPodAutoscaler'],
      ['autoscaling/v2beta2', 'HorizontalPodAutoScaler', 'HorizontalPodAutoscaler'],
      ['autoscaling.k8s.io/v1', 'verticalpodautoscaler', 'VerticalPodAutoscaler'],
      ['policy/v1', 'PodDisruptionbudget', 'PodDisruptionBudget'],
      ['v1', 'resourceQuota', 'ResourceQuota'],
      ['v1', 'service', 'Service'],
      ['networking.k8s.io/v1', 'ingress', 'Ingress'],
      ['extensions/v1beta1', 'INGRESS', 'Ingress'],
      ['v1', 'secret', 'Secret'],
      ['cert-manager.io/v1', 'certificate', 'Certificate'],
    ].map(([apiVersion, kind, meant]) => [
      `{ apiVersion: ${apiVersion}, kind: ${kind} }`,
      `no API server knows kind ${kind}: kinds are case-sensitive, it is ${meant}`,
    ]),
    ['{ apiVersion: v1, kind: List, items: [] }', 'no API server takes a List within a List'],
    ['{ apiVersion: v1, kind: List, items: null }', 'no API server takes a List within a List'],
    ['{ apiVersion: v1, kind: List }', 'no API server takes a List without a list of items'],
    ['{ apiVersion: v1, kind: List, items: {} }', 'no API server takes a List without a list of items'],
    [
      '{ apiVersion: v1, kind: Pod, spec: {} }',
      'no API server takes a Pod without containers: spec.containers is missing or empty',
    ],
    [
      '{ apiVersion: apps/v1, kind: Deployment, spec: { template: { spec: { containers: [] } } } }',
      'no API server takes a Deployment without containers: spec.template.spec.containers is missing or empty',
    ],
    [
      '{ apiVersion: batch/v1, kind: CronJob }',
      'no API server takes a CronJob without containers: spec.jobTemplate.spec.template.spec.containers is missing or empty',
    ],
  ])('of %s: %s', (object, problem) => {
    expect(objectProblem(yamlObject(object))).toBe(problem);
  });
});
