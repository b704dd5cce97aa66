import { describe, expect, it } from 'vitest';

import { trialPod } from '../../../src/audit/trial-pod.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { withRollouts } from '../policy/graphs.ts';
import { yamlObject } from '../policy/objects.ts';

/** What is sent for a workload whose predicted pod is its template. */
function sent(text: string): JsonObject {
  const workload = withRollouts.read(yamlObject(text));
  if (workload === undefined) throw new Error('no workload');
  return trialPod(workload, 'shop', workload.template);
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

it('has not what a pod is not created with, nor what admission has written into it', () => {
  const pod = sent(`
apiVersion: v1
kind: Pod
metadata: { generateName: web- }
spec:
  nodeName: n
  priority: 0
  preemptionPolicy: Never
  overhead: { cpu: 1 }
  ephemeralContainers: [{ name: d }]
  volumes: [{ name: tmp, emptyDir: {} }, { name: kube-api-access-x7k2p, projected: {} }]
  containers: [{ name: app, volumeMounts: [{ name: tmp }, { name: kube-api-access-x7k2p }] }, { name: other }]
`);
  expect(pod).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'web-', namespace: 'shop', labels: {}, annotations: {} },
    spec: {
      volumes: [{ name: 'tmp', emptyDir: {} }],
      containers: [{ name: 'app', volumeMounts: [{ name: 'tmp' }] }, { name: 'other' }],
    },
  });
});

it('has the node that a template names', () => {
  const pod = sent(
    '{ apiVersion: batch/v1, kind: Job, metadata: { name: a }, spec: { template: { spec: { nodeName: node-1, priority: 1 } } } }',
  );
  expect(pod).toMatchObject({ spec: { nodeName: 'node-1', priority: 1 } });
});

describe('of a StatefulSet', () => {
  it('is the first one, with its name, and its claims in place of volumes of the same name', () => {
    const volumes = 'volumes: [{ name: data, emptyDir: {} }, { name: tmp, emptyDir: {} }]';
    const claims = 'volumeClaimTemplates: [{ metadata: { name: data } }, { metadata: { name: logs } }]';
    const pod = sent(
      `{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { serviceName: svc, ${claims}, template: { metadata: { labels: { app: db } }, spec: { ${volumes}, containers: [] } } } }`,
    );
    expect(pod).toMatchObject({
      metadata: {
        name: 'db-0',
        labels: {
          app: 'db',
          'statefulset.kubernetes.io/pod-name': 'db-0',
          'apps.kubernetes.io/pod-index': '0',
        },
        ownerReferences: [{ kind: 'StatefulSet', name: 'db' }],
      },
      spec: {
        hostname: 'db-0',
        subdomain: 'svc',
        volumes: [
          { name: 'tmp', emptyDir: {} },
          { name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } },
          { name: 'logs', persistentVolumeClaim: { claimName: 'logs-db-0' } },
        ],
      },
    });
    expect(pod['metadata']).not.toHaveProperty('generateName');
  });

  it('begins where it is told to', () => {
    const pod = sent(
      '{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { ordinals: { start: 5 }, template: { spec: {} } } }',
    );
    expect(pod).toMatchObject({ metadata: { name: 'db-5' } });
    expect(pod['spec']).toEqual({ hostname: 'db-5', subdomain: '' });
  });
});
