import { describe, expect, it } from 'vitest';

import type { Json, JsonObject } from '../../../../src/policy/json.ts';
import { readWorkload, workloadKinds } from '../../../../src/policy/objects/workload-kinds.ts';
import { apiVersionOf, controllerUid } from '../../../../src/policy/objects/kube-object.ts';
import { podOf, workloadOf, yamlObject } from '../objects.ts';

describe('the table of kinds', () => {
  it.each([
    ['v1', 'Pod', 'pods', ''],
    ['v1', 'ReplicationController', 'replicationcontrollers', 'spec.template'],
    ['apps/v1', 'Deployment', 'deployments', 'spec.template'],
    ['apps/v1', 'ReplicaSet', 'replicasets', 'spec.template'],
    ['apps/v1', 'StatefulSet', 'statefulsets', 'spec.template'],
    ['apps/v1', 'DaemonSet', 'daemonsets', 'spec.template'],
    ['batch/v1', 'Job', 'jobs', 'spec.template'],
    ['batch/v1', 'CronJob', 'cronjobs', 'spec.jobTemplate.spec.template'],
  ])('%s %s', (apiVersion, kind, resource, templatePath) => {
    const known = workloadKinds.find((candidate) => candidate.kind === kind);
    expect(known).toMatchObject({
      resource,
      templatePath: templatePath === '' ? [] : templatePath.split('.'),
    });
    expect(known && apiVersionOf(known)).toBe(apiVersion);
  });

  it('has no other kinds', () => {
    expect(workloadKinds).toHaveLength(8);
  });
});

describe('readWorkload', () => {
  const pod = podOf('containers: [{ name: app }]');

  it.each(workloadKinds)('finds the pods of a $kind', (kind) => {
    const object = workloadOf(kind.kind, pod);
    expect(readWorkload(object)).toMatchObject({
      kind,
      namespace: 'shop',
      name: 'web',
      object,
      controlled: false,
    });
    expect(readWorkload(object)?.template['spec']).toBe(pod['spec']);
  });

  it.each<[string, Json | undefined]>([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'Pod'],
    ['a list', [pod]],
    ['an empty object', {}],
    ['another kind', { ...pod, kind: 'Service' }],
    ['a kind in lower case', { ...pod, kind: 'pod' }],
    ['a kind of another group', { ...workloadOf('Deployment', pod), apiVersion: 'example.com/v1' }],
    ['a version that is gone', { ...workloadOf('Deployment', pod), apiVersion: 'extensions/v1beta1' }],
    ['a pod without spec', { apiVersion: 'v1', kind: 'Pod' }],
    ['a pod with a list for a spec', { apiVersion: 'v1', kind: 'Pod', spec: [] }],
    ['a workload without template', { apiVersion: 'apps/v1', kind: 'Deployment', spec: {} }],
    ['a template without spec', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: {} } }],
    ['a Job where a CronJob should be', { ...workloadOf('Job', pod), kind: 'CronJob' }],
    ['inherited keys for a kind', { apiVersion: 'constructor', kind: '__proto__' }],
    ['a kind that is no string', { apiVersion: ['v1'], kind: ['Pod'], spec: {} }],
  ])('reads nothing from %s', (_name, value) => {
    expect(readWorkload(value)).toBeUndefined();
  });

  it.each<[string, string, { namespace: string | undefined; name: string }]>([
    ['metadata: { name: web, namespace: shop }', 'both', { namespace: 'shop', name: 'web' }],
    ['metadata: { name: web }', 'no namespace', { namespace: undefined, name: 'web' }],
    ['metadata: { generateName: web- }', 'a generated name', { namespace: undefined, name: 'web-*' }],
    [
      'metadata: { name: web-1, generateName: web- }',
      'a name that was generated',
      { namespace: undefined, name: 'web-1' },
    ],
    ['metadata: {}', 'neither', { namespace: undefined, name: '' }],
    ['metadata: [web]', 'garbage', { namespace: undefined, name: '' }],
    ['metadata: { name: 7, namespace: null }', 'values of a wrong type', { namespace: undefined, name: '' }],
  ])('names by %s: %s', (metadata, _name, expected) => {
    const object: JsonObject = { apiVersion: 'v1', kind: 'Pod', spec: {}, ...yamlObject(metadata) };
    const workload = readWorkload(object);
    expect({ namespace: workload?.namespace, name: workload?.name }).toEqual(expected);
  });
});

describe('controllerUid', () => {
  it.each<[string, string | undefined]>([
    ['{}', undefined],
    ['ownerReferences: []', undefined],
    ['ownerReferences: [{ uid: a }]', undefined],
    ['ownerReferences: [{ uid: a, controller: false }]', undefined],
    ['ownerReferences: [{ uid: a }, { uid: b, controller: true }]', 'b'],
    ['ownerReferences: [{ controller: true }]', ''],
    ['ownerReferences: [null, b, [], { uid: b, controller: "true" }]', undefined],
    ['ownerReferences: { controller: true }', undefined],
  ])('of %s is %s', (metadata, uid) => {
    expect(controllerUid(yamlObject(metadata))).toBe(uid);
  });

  it('tells a workload that a controller made', () => {
    const metadata = { name: 'web', ownerReferences: [{ uid: 'u', controller: true }] };
    expect(readWorkload({ apiVersion: 'v1', kind: 'Pod', metadata, spec: {} })?.controlled).toBe(true);
  });
});
