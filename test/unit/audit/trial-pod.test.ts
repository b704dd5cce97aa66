import { describe, expect, it } from 'vitest';

import { trialPod } from '../../../src/audit/trial-pod.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import { withRollouts } from '../policy/graphs.ts';
import { yamlObject } from '../policy/objects.ts';

/** What is sent for a workload whose predicted pod is its template. */
function sent(text: string): JsonObject {
  const workload = withRollouts.read(yamlObject(text));
  if (workload === undefined) throw new Error('no workload');
  return trialPod(workload, 'shop', readPod(workload.template).raw);
}

const template =
  'template: { metadata: { labels: { app: web }, annotations: { a: b } }, spec: { containers: [{ name: app }] } }';
const owned = (kind: string, apiVersion: string, name = 'web') => [
  {
    apiVersion,
    kind,
    name,
    uid: '00000000-0000-0000-0000-000000000000',
    controller: true,
    blockOwnerDeletion: false,
  },
];

it('is the pod of the template, with a name that the server completes', () => {
  expect(
    sent(`{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: web }, spec: { ${template} } }`),
  ).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: 'web-',
      namespace: 'shop',
      labels: { app: 'web' },
      annotations: { a: 'b' },
      ownerReferences: owned('DaemonSet', 'apps/v1'),
    },
    spec: { containers: [{ name: 'app' }] },
  });
});

describe('its owner', () => {
  it.each([
    ['apps/v1', 'Deployment', owned('ReplicaSet', 'apps/v1')],
    ['apps/v1', 'ReplicaSet', owned('ReplicaSet', 'apps/v1')],
    ['batch/v1', 'Job', owned('Job', 'batch/v1')],
    ['argoproj.io/v1alpha1', 'Rollout', owned('Rollout', 'argoproj.io/v1alpha1')],
  ])('of %s %s is who makes the pods', (apiVersion, kind, owners) => {
    const pod = sent(
      `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web }, spec: { ${template} } }`,
    );
    expect(pod['metadata']).toMatchObject({ ownerReferences: owners });
  });

  it('of a CronJob is a Job', () => {
    const pod = sent(
      `{ apiVersion: batch/v1, kind: CronJob, metadata: { name: web, uid: u }, spec: { jobTemplate: { spec: { ${template} } } } }`,
    );
    expect(pod['metadata']).toMatchObject({ ownerReferences: [{ kind: 'Job', uid: 'u' }] });
  });

  it('of a pod is its own, or none', () => {
    const pod = (owners: string) =>
      sent(`{ apiVersion: v1, kind: Pod, metadata: { name: web${owners} }, spec: { containers: [] } }`)[
        'metadata'
      ];
    expect(pod('')).not.toHaveProperty('ownerReferences');
    expect(
      pod(', ownerReferences: [{ kind: Database, apiVersion: a/v1, name: b, uid: u, controller: true }]'),
    ).toMatchObject({ ownerReferences: [{ kind: 'Database', uid: 'u', blockOwnerDeletion: false }] });
  });
});

it('has not what only a running pod has', () => {
  const pod = sent(
    '{ apiVersion: v1, kind: Pod, metadata: { generateName: web- }, spec: { nodeName: n, ephemeralContainers: [{ name: d }], containers: [{ name: app }] } }',
  );
  expect(pod).toMatchObject({ metadata: { generateName: 'web-' }, spec: { containers: [{ name: 'app' }] } });
  expect(Object.keys(pod['spec'] as object)).toEqual(['containers']);
});

it('has the volumes that a StatefulSet makes of its claims, in place of those of the same name', () => {
  const volumes = 'volumes: [{ name: data, emptyDir: {} }, { name: tmp, emptyDir: {} }]';
  const claims = 'volumeClaimTemplates: [{ metadata: { name: data } }, { metadata: { name: logs } }]';
  const pod = sent(
    `{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { ${claims}, template: { spec: { ${volumes}, containers: [] } } } }`,
  );
  expect(pod['spec']).toMatchObject({
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } },
      { name: 'logs', persistentVolumeClaim: { claimName: 'logs-db-0' } },
    ],
  });
});
