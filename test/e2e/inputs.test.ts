/** What people and clusters really send. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cluster, createNamespace, kubectl, list, waitForPods } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import {
  bareContainer,
  budget,
  cleanContainer,
  deployment,
  manifest,
  pod,
  replicated,
  strictContainer,
  strictHooklessContainer,
} from './support/manifests.ts';

let gracegate: Gracegate;
beforeAll(async () => {
  gracegate = await startGracegate();
});
afterAll(() => gracegate.stop());

const create = (namespace: string, ...objects: object[]) =>
  kubectl(['create', '-n', namespace, '-f', '-'], { input: manifest(...objects) });

it('kubectl create deployment is refused with what to write', async () => {
  const namespace = await createNamespace({ enforce: 'baseline' });
  const { code, stderr } = await kubectl(['create', 'deployment', 'web', '--image=nginx', '-n', namespace]);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'container nginx: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m',
  );
});

it('the examples do what their comments say', async () => {
  const namespace = await createNamespace({ enforce: 'baseline', mutate: 'baseline' });
  const apply = async (name: string) =>
    kubectl(['apply', '-n', namespace, '-f', '-'], { input: await readFile(`examples/${name}`, 'utf8') });
  const refused = await apply('deployment-refused.yaml');
  expect(refused.code).toBe(1);
  for (const part of await refusalOfReadme(namespace)) expect(refused.stderr).toContain(part);
  expect(await apply('deployment-accepted.yaml')).toMatchObject({ code: 0, stderr: '' });
});

/** What README.md shows of that refusal, but for what it leaves out. */
async function refusalOfReadme(namespace: string): Promise<string[]> {
  const [, block = ''] = /```console\n([^`]*)```/.exec(await readFile('README.md', 'utf8')) ?? [];
  const printed = block
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('$ '));
  expect(printed.length).toBeGreaterThan(5);
  return printed.flatMap((line) => line.replaceAll('shop/', `${namespace}/`).split(' ... '));
}

describe('native sidecars', () => {
  const sidecar = { ...bareContainer, name: 'proxy', restartPolicy: 'Always' };

  it('are asked for resources and probes like containers', async () => {
    const namespace = await createNamespace({ enforce: 'baseline' });
    const { stderr } = await create(
      namespace,
      deployment({ containers: [cleanContainer], spec: { initContainers: [sidecar] } }),
    );
    expect(stderr).toContain('sidecar proxy: no CPU request [cpu-request]');
    expect(stderr).toContain('sidecar proxy: no readiness probe [readiness-probe]');
  });

  it('of a Job are asked for resources only', async () => {
    const namespace = await createNamespace({ enforce: 'baseline' });
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'web' } };
    const template = {
      spec: { restartPolicy: 'Never', containers: [bareContainer], initContainers: [sidecar] },
    };
    const { stderr } = await create(namespace, { ...job, spec: { template } });
    expect(stderr).toContain('(profile baseline, 2 problems)');
    expect(stderr).toContain('sidecar proxy: no CPU request [cpu-request]');
  });
});

it('pod-level resources satisfy the request rules, and are not broken by defaults', async () => {
  const namespace = await createNamespace({ enforce: 'strict', mutate: 'baseline' });
  const { resources: _, ...container } = strictContainer;
  const spec = { resources: { requests: { cpu: '200m', memory: '64Mi' }, limits: { memory: '64Mi' } } };
  expect(await create(namespace, budget, replicated({ containers: [container], spec }))).toMatchObject({
    code: 0,
    stderr: '',
  });
  const [created] = await waitForPods(namespace, 2);
  expect(created?.spec.containers[0].resources).toEqual({});
});

it('a debug container can always be added to a pod', async () => {
  const namespace = await createNamespace({ enforce: 'strict', mutate: 'baseline' });
  expect(await create(namespace, pod({ containers: [strictContainer] }))).toMatchObject({
    code: 0,
    stderr: '',
  });
  const { code, stderr } = await kubectl(['debug', '-n', namespace, 'web', '--image=busybox', '--', 'sh']);
  expect(code, stderr).toBe(0);
  const [changed] = await list(`/api/v1/namespaces/${namespace}/pods`);
  expect(changed?.spec.ephemeralContainers).toHaveLength(1);
});

// Container-level restart policies are on since 1.35; before that the API server drops the field.
it.runIf(cluster.minor >= 35)(
  'a pod that never restarts cannot dodge with a container that always does',
  async () => {
    const namespace = await createNamespace({ enforce: 'baseline' });
    const container = { ...bareContainer, resources: { requests: { cpu: '10m', memory: '1Mi' } } };
    const spec = { restartPolicy: 'Never' };
    expect(await create(namespace, pod({ name: 'job', containers: [container], spec }))).toMatchObject({
      code: 0,
    });
    const { stderr } = await create(
      namespace,
      pod({ containers: [{ ...container, restartPolicy: 'Always' }], spec }),
    );
    expect(stderr).toContain('container app: no readiness probe [readiness-probe]');
  },
);

it('a StatefulSet makes its pods under mutate and enforce', async () => {
  const namespace = await createNamespace({ enforce: 'strict', mutate: 'baseline' });
  const { selector, template, replicas } = replicated({ containers: [strictHooklessContainer] }).spec;
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db' },
    spec: { clusterIP: 'None', selector: selector.matchLabels },
  };
  const statefulSet = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { replicas, selector, template, serviceName: 'db' },
  };
  expect(await create(namespace, service, budget, statefulSet)).toMatchObject({ code: 0, stderr: '' });
  const [created] = await waitForPods(namespace, 1);
  expect(created?.metadata.name).toBe('db-0');
  expect(created?.spec.terminationGracePeriodSeconds).toBe(45);
});

it('a template that fits only by a LimitRange passes, and one that a LimitRange breaks is refused before it has no pods', async () => {
  const namespace = await createNamespace({ enforce: 'strict' });
  const { resources: _, ...withoutRequests } = strictContainer;
  const limits = [{ type: 'Container', default: { cpu: '100m', memory: '128Mi' } }];
  await create(namespace, {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'defaults' },
    spec: { limits },
  });
  const fitting = replicated({ name: 'fits', containers: [withoutRequests] });
  expect(await create(namespace, budget, fitting)).toMatchObject({ code: 0, stderr: '' });
  const greedy = { ...cleanContainer, resources: { requests: { cpu: '500m', memory: '128Mi' } } };
  const { stderr } = await create(namespace, deployment({ name: 'breaks', containers: [greedy] }));
  expect(stderr).toContain(
    'container app: cpu limit 100m is below the request 500m [limit-range]; the API server refuses such a pod',
  );
  // And it is so: without Gracegate the Deployment is accepted and has no pods.
  const control = await createNamespace();
  await create(control, {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'defaults' },
    spec: { limits },
  });
  await create(control, deployment({ name: 'breaks', containers: [greedy] }));
  await eventually('a FailedCreate event', async () => {
    const { stdout } = await kubectl(['get', 'events', '-n', control, '-o', 'jsonpath={.items[*].message}']);
    return stdout.includes('must be less than or equal to cpu limit');
  });
});
