/** Proves what other tests lean on: QoS classes, and what the API server takes of hooks and ports. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cluster, createNamespace } from '../support/cluster.ts';
import { oracleCreate, oracleQos } from '../support/oracle-create.ts';
import { barePod, container, workload } from '../support/oracle-workloads.ts';

let namespace: string;
beforeAll(async () => {
  namespace = await createNamespace();
});

describe('oracleQos', () => {
  const both = { cpu: '1', memory: '1Gi' };
  const guaranteed = container('app', { limits: both });
  it.each([
    ['nothing is set', { containers: [container('app')] }, 'BestEffort'],
    [
      'amounts are zero',
      { containers: [container('app', { limits: { cpu: '0', memory: '0' } })] },
      'BestEffort',
    ],
    [
      'only storage is set',
      { containers: [container('app', { requests: { 'ephemeral-storage': '1Gi' } })] },
      'BestEffort',
    ],
    ['one of two is set', { containers: [container('app', { limits: { cpu: '1' } })] }, 'Burstable'],
    ['every container has limits', { containers: [guaranteed] }, 'Guaranteed'],
    [
      'an init container has none',
      { containers: [guaranteed], initContainers: [container('init')] },
      'Burstable',
    ],
    ['the pod has limits of its own', { resources: { limits: both } }, 'Guaranteed'],
  ])('knows the class when %s', async (_, spec, expected) => {
    expect(await oracleQos(barePod('web', spec))).toBe(expected);
  });

  it('throws what the server says of a pod that it refuses', async () => {
    await expect(oracleQos(barePod('web', { containers: [] }))).rejects.toThrow('spec.containers: Required');
  });

  it('shows that 1.37 completes the resources of a pod before it is judged', async () => {
    const spec = { resources: { requests: { cpu: '1' } }, containers: [guaranteed] };
    expect(await oracleQos(barePod('web', spec))).toBe(cluster.minor >= 37 ? 'Guaranteed' : 'Burstable');
  });
});

describe('oracleCreate', () => {
  const sleep = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } });
  const cases = [0, 1, 2, 30].flatMap((grace) =>
    [...new Set([0, 1, grace - 1, grace, grace + 1])].map((seconds) => [seconds, grace] as const),
  );

  it.each(cases)('knows whether a sleep of %i s fits a grace of %i s', async (seconds, grace) => {
    const isFit = seconds >= 0 && seconds <= grace;
    const refusal = `Invalid value: ${seconds}: must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
    const app = container('app', {}, sleep(seconds));
    const sidecar = container('proxy', {}, { restartPolicy: 'Always', ...sleep(seconds) });
    for (const containers of [
      { containers: [app] },
      { containers: [container('app')], initContainers: [sidecar] },
    ]) {
      const spec = { terminationGracePeriodSeconds: grace, ...containers };
      const { accepted, message } = await oracleCreate(namespace, barePod('web', spec));
      expect(accepted, message).toBe(isFit);
      if (!isFit) expect(message).toContain(refusal);
    }
  });

  it('refuses hooks of ordinary init containers', async () => {
    const initContainers = [container('init', {}, { lifecycle: {} })];
    expect((await oracleCreate(namespace, barePod('web', { initContainers }))).message).toContain(
      'spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
    );
  });

  it('takes references that lead nowhere', async () => {
    const set = workload('StatefulSet', 'db');
    const withService = { ...set, spec: { ...(set['spec'] as object), serviceName: 'nowhere' } };
    const probe = { readinessProbe: { httpGet: { port: 'nowhere' } } };
    for (const object of [set, withService, barePod('web', { containers: [container('app', {}, probe)] })])
      expect((await oracleCreate(namespace, object)).message).toBe('');
  });

  it('completes the ports of a pod on the network of its host, but not those of a template', async () => {
    const spec = {
      hostNetwork: true,
      containers: [container('app', {}, { ports: [{ containerPort: 80 }] })],
    };
    const pod = await oracleCreate(namespace, barePod('web', spec));
    const deployment = await oracleCreate(namespace, workload('Deployment', 'web', { pod: spec }));
    expect(pod.object?.spec.containers[0].ports[0].hostPort).toBe(80);
    expect(deployment.object?.spec.template.spec.containers[0].ports[0].hostPort).toBeUndefined();
  });

  it('passes on warnings', async () => {
    const twins = ['a', 'b'].map((name) =>
      container(name, {}, { ports: [{ name: 'http', containerPort: 80 }] }),
    );
    const { warnings } = await oracleCreate(namespace, barePod('web', { containers: twins }));
    expect(warnings.join()).toContain('duplicate port');
  });
});
