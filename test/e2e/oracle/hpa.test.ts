/** Proves the autoscaler oracle: targets that the real controller finds, or not, and in which words. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cluster, createNamespace, request, type KubeObject } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { create, oracleCreate } from '../support/oracle-create.ts';
import { hpa, oracleHpa, removeHpas, type HpaOptions } from '../support/oracle-hpa.ts';
import { workload } from '../support/oracle-workloads.ts';

let namespace: string;

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** By name: what the object points at, and the reason and the message, if it is not in order. */
const targets: Readonly<Record<string, readonly [target: Record<string, string>, message?: string]>> = {
  deployment: [{ ...deployment, name: 'web' }],
  'lower-case': [{ apiVersion: 'apps/v1', kind: 'statefulset', name: 'db' }],
  'other-version': [{ apiVersion: 'apps/v99', kind: 'ReplicaSet', name: 'rs' }],
  'no-version': [{ kind: 'ReplicationController', name: 'rc' }],
  capitals: [
    { apiVersion: 'apps/v1', kind: 'DEPLOYMENT', name: 'web' },
    'no matches for kind "DEPLOYMENT" in group "apps"',
  ],
  plural: [
    { apiVersion: 'apps/v1', kind: 'deployments', name: 'web' },
    'no matches for kind "deployments" in group "apps"',
  ],
  'wrong-group': [
    { apiVersion: 'extensions/v1beta1', kind: 'Deployment', name: 'web' },
    'no matches for kind "Deployment" in group "extensions"',
  ],
  'no-such-name': [{ ...deployment, name: 'nowhere' }, 'deployments.apps "nowhere" not found'],
  'daemon-set': [
    { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'ds' },
    'the server could not find the requested resource',
  ],
  job: [
    { apiVersion: 'batch/v1', kind: 'Job', name: 'job' },
    'the server could not find the requested resource',
  ],
  'no-such-kind': [
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' },
    'no matches for kind "Rollout" in group "argoproj.io"',
  ],
};

beforeAll(async () => {
  namespace = await createNamespace();
  await create(
    namespace,
    workload('Deployment', 'web'),
    workload('StatefulSet', 'db'),
    workload('ReplicaSet', 'rs'),
    workload('ReplicationController', 'rc'),
    workload('DaemonSet', 'ds'),
    workload('Job', 'job'),
    workload('Deployment', 'off', { replicas: 0 }),
    workload('Deployment', 'large', { replicas: 9 }),
    workload('Deployment', 'shared'),
  );
  await create(namespace, ...Object.entries(targets).map(([name, [target]]) => hpa(name, target)));
  await create(
    namespace,
    hpa('off', { ...deployment, name: 'off' }),
    hpa('large', { ...deployment, name: 'large' }),
    hpa('first', { ...deployment, name: 'shared' }),
    hpa('second', { apiVersion: 'apps/v2', kind: 'deployment', name: 'shared' }),
  );
});
afterAll(() => removeHpas(namespace));

describe('oracleHpa', () => {
  it.each(Object.entries(targets))('knows the target %s', async (name, [, message]) => {
    const { AbleToScale: scale, ScalingActive: active } = await oracleHpa(namespace, name);
    if (message === undefined) {
      expect(scale).toMatchObject({ status: 'True', reason: 'SucceededGetScale' });
      // There are no metrics here: that they are asked for proves that the target was found.
      expect(active).toMatchObject({ status: 'False', reason: 'FailedGetResourceMetric' });
      expect(active?.message).toContain('(get pods.metrics.k8s.io)');
    } else {
      expect(scale).toMatchObject({ status: 'False', reason: 'FailedGetScale' });
      expect(scale?.message).toBe(
        `the HPA controller was unable to get the target's current scale: ${message}`,
      );
      expect(active).toBeUndefined();
    }
  });

  it('sees a target that is switched off, or out of bounds, before the metrics', async () => {
    const { ScalingActive: active } = await oracleHpa(namespace, 'off');
    expect(active).toMatchObject({ status: 'False', reason: 'ScalingDisabled' });
    const { AbleToScale: scale } = await oracleHpa(namespace, 'large');
    expect(scale?.status).toBe('True');
    await eventually('the change of a scale that no metric asked for', async () => {
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/large`;
      return (await request<KubeObject>('GET', path)).body.spec.replicas === 3;
    });
  });

  it('finds two objects for the same pods, before the metrics', async () => {
    for (const name of ['first', 'second']) {
      const { ScalingActive: active } = await oracleHpa(
        namespace,
        name,
        ({ ScalingActive: found }) => found?.reason === 'AmbiguousSelector',
      );
      expect(active?.message).toMatch(
        cluster.minor >= 37
          ? /^pods by selector app=shared are controlled by more than one HPA \(e\.g\. \[\S+ \S+\]\)$/
          : /^pods by selector app=shared are controlled by multiple HPAs: \[\S+ \S+\]$/,
      );
    }
  });
});

describe('the API server', () => {
  const external = {
    type: 'External',
    external: { metric: { name: 'q' }, target: { type: 'Value', value: '1' } },
  };
  const zero = 'must specify at least one Object or External metric to support scaling to zero replicas';
  const old = 'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1';
  const isNew = cluster.minor >= 37;
  const cases: readonly (readonly [HpaOptions, message: string])[] = [
    [
      { minReplicas: 4 },
      'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
    ],
    [{ minReplicas: 3 }, ''],
    [{ minReplicas: 0 }, isNew ? zero : old],
    [{ minReplicas: 0, metrics: [external] }, isNew ? '' : old],
    [{ maxReplicas: 0 }, 'spec.maxReplicas'],
  ];

  it.each(cases)('has its word on bounds first: %j', async (options, message) => {
    const answer = await oracleCreate(namespace, hpa('bounds', { ...deployment, name: 'web' }, options));
    expect(answer.accepted, answer.message).toBe(message === '');
    expect(answer.message).toContain(message);
  });

  it.each([{}, { apiVersion: 'v1' }, { apiVersion: 'apps' }])('asks for a group: %j', async (version) => {
    const answer = await oracleCreate(
      namespace,
      hpa('group', { ...version, kind: 'Deployment', name: 'web' }),
    );
    expect(answer.message).toContain('spec.scaleTargetRef.apiVersion: Invalid value');
    expect(answer.message).toContain('apiVersion must specify API group');
  });

  it.each(['autoscaling/v2beta1', 'autoscaling/v2beta2'])('does not serve %s', async (apiVersion) => {
    const answer = await oracleCreate(namespace, {
      ...hpa('old', { ...deployment, name: 'web' }),
      apiVersion,
    });
    expect(answer.status).toBe(404);
  });
});
