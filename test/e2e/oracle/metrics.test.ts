/** Proves that the real autoscaler takes the stand-in for metrics-server, and so comes to the requests of the pods. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNamespace, waitForPods } from '../support/cluster.ts';
import { create, oracleWarnings } from '../support/oracle-create.ts';
import { makeAllReady, makeReady } from '../support/oracle-eviction.ts';
import { hpa, oracleHpa, removeHpas } from '../support/oracle-hpa.ts';
import { startMetrics } from '../support/oracle-metrics.ts';
import { container, workload } from '../support/oracle-workloads.ts';

const utilization = { type: 'Utilization', averageUtilization: 50 };
const average = { type: 'AverageValue', averageValue: '100m' };
const ofPods = (name: string, target: object = utilization) => ({
  type: 'Resource',
  resource: { name, target },
});
const ofContainer = (name: string, target: object = utilization) => ({
  type: 'ContainerResource',
  containerResource: { name: 'cpu', container: name, target },
});

const requests = { requests: { cpu: '200m', memory: '128Mi' } };
const both = { containers: [container('a', requests), container('b')] };
const withInit = (more: object) => ({
  containers: [container('a', requests)],
  initContainers: [container('init', {}, more)],
});

/** By name: a pod, a metric, and the end of the message; none when the autoscaler is content. */
const cases: Readonly<Record<string, readonly [pod: object, metric: object, message?: RegExp]>> = {
  all: [{ containers: [container('a', requests)] }, ofPods('cpu')],
  limits: [{ containers: [container('a', { limits: { cpu: '200m' } })] }, ofPods('cpu')],
  second: [both, ofPods('cpu'), /: missing request for cpu in container b of Pod second-\S+$/],
  memory: [both, ofPods('memory'), /: missing request for memory in container b of Pod memory-\S+$/],
  average: [both, ofPods('cpu', average)],
  zero: [
    { containers: [container('a', { requests: { cpu: '0' } })] },
    ofPods('cpu'),
    /: no metrics returned matched known pods$/,
  ],
  init: [withInit({}), ofPods('cpu')],
  sidecar: [
    withInit({ restartPolicy: 'Always' }),
    ofPods('cpu'),
    /: missing request for cpu in container init of Pod sidecar-\S+$/,
  ],
  'pod-level': [{ resources: { requests: { cpu: '1' } } }, ofPods('cpu')],
  'pod-level-memory': [
    { resources: { requests: { memory: '1Gi' } } },
    ofPods('cpu'),
    /: missing pod-level request for cpu in Pod pod-level-memory-\S+$/,
  ],
  'pod-level-container': [
    { resources: { requests: { cpu: '1' } }, containers: [container('a')] },
    ofContainer('a'),
    /: missing request for cpu in container a of Pod pod-level-container-\S+$/,
  ],
  container: [both, ofContainer('a')],
  'container-without': [both, ofContainer('b'), /: missing request for cpu in container b of Pod \S+$/],
  'container-unknown': [
    both,
    ofContainer('nobody'),
    /: did not receive metrics for targeted pods \(pods might be unready\)$/,
  ],
  'container-average': [both, ofContainer('b', average)],
};

let namespace: string;
let stop: () => Promise<void>;
beforeAll(async () => {
  namespace = await createNamespace();
  stop = await startMetrics();
  const names = Object.keys(cases);
  await create(
    namespace,
    ...Object.entries(cases).map(([name, [pod]]) => workload('Deployment', name, { pod })),
  );
  await makeAllReady(namespace, names.length);
  await create(
    namespace,
    ...Object.entries(cases).map(([name, [, metric]]) =>
      hpa(name, { apiVersion: 'apps/v1', kind: 'Deployment', name }, { metrics: [metric] }),
    ),
  );
});
afterAll(async () => {
  await removeHpas(namespace);
  await stop();
});

it.each(Object.entries(cases))('lets the autoscaler judge %s', async (name, [, , message]) => {
  // A rescale, which is possible once the metrics are there, must not be taken for a verdict on them.
  const { ScalingActive: active } = await oracleHpa(namespace, name, (found) => 'ScalingActive' in found);
  if (message === undefined) {
    expect(active).toMatchObject({ status: 'True', reason: 'ValidMetricFound' });
  } else {
    expect(active?.status).toBe('False');
    expect(active?.message).toMatch(message);
  }
});

it('names the failure in an event, too', async () => {
  const message = /^failed to get cpu utilization: missing request for cpu in container b of Pod /;
  // Each autoscaler has an event of its own, and another one may be first.
  expect(await oracleWarnings(namespace, 'FailedGetContainerResourceMetric', message)).toContainEqual(
    expect.stringMatching(message),
  );
});

it('has no metrics of pods that have not started', async () => {
  const other = await createNamespace();
  await create(other, workload('Deployment', 'web'));
  const [pod] = await waitForPods(other, 1);
  await create(other, hpa('web', { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }));
  const pending = await oracleHpa(other, 'web');
  expect(pending['ScalingActive']?.message).toContain('no metrics returned from resource metrics API');
  await makeReady(other, pod?.metadata.name ?? '');
  const ready = await oracleHpa(
    other,
    'web',
    ({ ScalingActive: active }) => active?.message.includes('missing request') === true,
  );
  expect(ready['ScalingActive']?.reason).toBe('FailedGetResourceMetric');
});
