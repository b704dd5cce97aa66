/** Proves the quota oracle with the answers of real quotas. */
import { describe, expect, it } from 'vitest';
import { createNamespace } from '../support/cluster.ts';
import { create, oracleCreate, oracleWarnings } from '../support/oracle-create.ts';
import { createQuota, oracleQuota } from '../support/oracle-quota.ts';
import { barePod, container, workload } from '../support/oracle-workloads.ts';

async function namespaceWith(hard: Readonly<Record<string, string>>, more: object = {}): Promise<string> {
  const namespace = await createNamespace();
  await createQuota(namespace, 'quota', hard, more);
  return namespace;
}

const ask = (namespace: string, spec: object = {}) => oracleQuota(namespace, barePod('web', spec));

describe('oracleQuota', () => {
  it('names every container that must specify a resource, init containers too', async () => {
    const namespace = await namespaceWith({ 'limits.memory': '1Gi' });
    const containers = [container('b'), container('a'), container('c', { limits: { memory: '0' } })];
    const initContainers = [container('init'), container('proxy', {}, { restartPolicy: 'Always' })];
    const { message, missing, quota } = await ask(namespace, { containers, initContainers });
    expect(message).toBe('failed quota: quota: must specify limits.memory for: a,b,init,proxy');
    expect({ quota, missing }).toEqual({
      quota: 'quota',
      missing: { 'limits.memory': ['a', 'b', 'init', 'proxy'] },
    });
  });

  it('lists the resources in order, with and without a prefix', async () => {
    const namespace = await namespaceWith({ 'requests.cpu': '1', cpu: '1', 'limits.cpu': '1', pods: '0' });
    expect((await ask(namespace)).message).toBe(
      'failed quota: quota: must specify cpu for: app; limits.cpu for: app; requests.cpu for: app',
    );
  });

  it('asks nothing of a pod with resources of its own, or of storage, huge pages and devices', async () => {
    const namespace = await namespaceWith({ 'requests.cpu': '1', 'limits.memory': '1Gi' });
    expect(await ask(namespace, { resources: { requests: { memory: '1Mi' } } })).toMatchObject({
      accepted: true,
    });
    expect(await ask(namespace, { resources: {} })).toMatchObject({ accepted: false });
    const others = {
      'requests.ephemeral-storage': '1Gi',
      'requests.hugepages-2Mi': '2Mi',
      'requests.nvidia.com/gpu': '1',
    };
    expect(await ask(await namespaceWith(others))).toMatchObject({ accepted: true });
  });

  it('counts what a pod needs at one time', async () => {
    const namespace = await namespaceWith({ 'requests.cpu': '1' });
    const cpu = (name: string, amount: string, more: object = {}) =>
      container(name, { requests: { cpu: amount } }, more);
    const spec = (app: string, init: string, more: object = {}) => ({
      containers: [cpu('app', app)],
      initContainers: [cpu('init', init, more)],
    });
    const sidecar = { restartPolicy: 'Always' };
    expect(await ask(namespace, spec('1', '1'))).toMatchObject({ accepted: true });
    expect((await ask(namespace, spec('100m', '1001m'))).message).toBe(
      'exceeded quota: quota, requested: requests.cpu=1001m, used: requests.cpu=0, limited: requests.cpu=1',
    );
    expect((await ask(namespace, spec('600m', '600m', sidecar))).exceeded).toEqual({
      'requests.cpu': { requested: '1200m', used: '0', limited: '1' },
    });
    expect(
      (await ask(namespace, { containers: [container('app', { limits: { cpu: '2' } })] })).exceeded,
    ).toEqual({
      'requests.cpu': { requested: '2', used: '0', limited: '1' },
    });
  });

  it('knows what other pods use, of several resources', async () => {
    const namespace = await namespaceWith({ pods: '1', 'requests.memory': '1Gi' });
    const spec = { containers: [container('app', { requests: { memory: '768Mi' } })] };
    await create(namespace, barePod('first', spec));
    expect((await ask(namespace, spec)).exceeded).toEqual({
      pods: { requested: '1', used: '1', limited: '1' },
      'requests.memory': { requested: '768Mi', used: '768Mi', limited: '1Gi' },
    });
  });

  it.each([
    ['BestEffort', { pods: '0' }, {}, { containers: [container('app', { requests: { cpu: '1' } })] }],
    ['Terminating', { pods: '0' }, { activeDeadlineSeconds: 1 }, { restartPolicy: 'Never' }],
    ['NotTerminating', { 'requests.cpu': '1' }, { restartPolicy: 'Never' }, { activeDeadlineSeconds: 1 }],
    ['PriorityClass', { 'requests.cpu': '1' }, { priorityClassName: 'system-node-critical' }, {}],
  ])('applies only to the pods of its scope: %s', async (scope, hard, inside, outside) => {
    const namespace = await namespaceWith(hard, { scopes: [scope] });
    expect(await ask(namespace, inside)).toMatchObject({ accepted: false });
    expect(await ask(namespace, outside)).toMatchObject({ accepted: true });
  });

  it('counts workloads as well', async () => {
    const namespace = await namespaceWith({ 'count/deployments.apps': '0' });
    expect((await oracleCreate(namespace, workload('Deployment', 'web'))).message).toBe(
      'deployments.apps "web" is forbidden: exceeded quota: quota, requested: count/deployments.apps=1, ' +
        'used: count/deployments.apps=0, limited: count/deployments.apps=0',
    );
  });

  it('leaves a ReplicaSet with events, and says nothing to who applied the Deployment', async () => {
    const namespace = await namespaceWith({ 'limits.cpu': '1' });
    await create(namespace, workload('Deployment', 'web'));
    const [event] = await oracleWarnings(namespace, 'FailedCreate');
    expect(event).toMatch(
      /^Error creating: pods "web-\S+" is forbidden: failed quota: quota: must specify limits\.cpu for: app$/,
    );
  });

  it('throws what is not the word of a quota', async () => {
    await expect(ask(await createNamespace(), { containers: [] })).rejects.toThrow(
      'spec.containers: Required',
    );
  });
});
