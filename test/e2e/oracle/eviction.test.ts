/** Proves the eviction oracle with the answers of real budgets. */
import { describe, expect, it } from 'vitest';
import { createNamespace, request } from '../support/cluster.ts';
import { create, oracleCreate, remove, type Manifest } from '../support/oracle-create.ts';
import { makeAllReady, makeReady, oracleBudget, oracleEviction } from '../support/oracle-eviction.ts';
import { barePod, workload } from '../support/oracle-workloads.ts';

function budget(spec: object, selector: object | undefined = {}, name = 'budget'): Manifest {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { selector, ...spec },
  };
}

const violation = "Cannot evict pod as it would violate the pod's disruption budget.";

interface Pods {
  readonly namespace: string;
  readonly pod: string;
}

async function podsOf(kind: string, replicas: number): Promise<Pods> {
  const namespace = await createNamespace();
  await create(namespace, workload(kind, 'web', { replicas }));
  const [pod = ''] = await makeAllReady(namespace, replicas);
  return { namespace, pod };
}

/** Disruptions allowed by each budget in turn, and whether the pod could be evicted. */
async function allowedBy({ namespace, pod }: Pods, specs: readonly object[]): Promise<number[]> {
  const results: number[] = [];
  for (const spec of specs) {
    await create(namespace, budget(spec));
    const { disruptionsAllowed } = await oracleBudget(namespace, 'budget');
    const { status, message } = await oracleEviction(namespace, pod);
    expect([status, message], JSON.stringify(spec)).toEqual(
      disruptionsAllowed > 0 ? [201, ''] : [429, violation],
    );
    results.push(disruptionsAllowed);
    await remove(namespace, budget(spec));
  }
  return results;
}

const min = (minAvailable: number | string) => ({ minAvailable });
const max = (maxUnavailable: number | string) => ({ maxUnavailable });

describe('oracleEviction', () => {
  it('knows how amounts and percentages are rounded', async () => {
    const three = await podsOf('Deployment', 3);
    expect(await allowedBy(three, [min(0), min(2), min(3), min(4)])).toEqual([3, 1, 0, 0]);
    expect(await allowedBy(three, [min('0%'), min('34%'), min('66%'), min('67%')])).toEqual([3, 1, 1, 0]);
    expect(await allowedBy(three, [max(0), max('0%'), max(1), max(5)])).toEqual([0, 0, 1, 3]);
    expect(await allowedBy(three, [max('1%'), max('33%'), max('34%'), {}])).toEqual([1, 1, 2, 0]);
    const one = await podsOf('Deployment', 1);
    expect(await allowedBy(one, [min(1), min('1%'), max(1), max('1%')])).toEqual([0, 0, 1, 1]);
  });

  it.each(['StatefulSet', 'ReplicaSet', 'ReplicationController'])('knows the scale of a %s', async (kind) => {
    expect(await allowedBy(await podsOf(kind, 2), [min('50%'), max(1), min(2)])).toEqual([1, 1, 0]);
  });

  it('says what a blocking budget needs', async () => {
    const { namespace, pod } = await podsOf('Deployment', 1);
    await create(namespace, budget(min(1)));
    expect((await oracleEviction(namespace, pod)).cause).toBe(
      'The disruption budget budget needs 1 healthy pods and has 1 currently',
    );
  });

  it('finds that percentages and maxUnavailable block the pods of Jobs for good', async () => {
    const job = await podsOf('Job', 2);
    expect(await allowedBy(job, [min(1), min('50%'), max(1), max('100%')])).toEqual([1, 0, 0, 0]);
    await create(job.namespace, budget(max(1)));
    expect(await oracleBudget(job.namespace, 'budget')).toMatchObject({
      reason: 'SyncFailed',
      message: 'jobs.batch does not implement the scale subresource',
    });
  });

  it('finds the same of DaemonSets', async () => {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'oracle-node' } };
    expect((await request('POST', '/api/v1/nodes', node)).status).toBe(201);
    try {
      expect(await allowedBy(await podsOf('DaemonSet', 1), [min(0), max(1), min('50%')])).toEqual([1, 0, 0]);
    } finally {
      await request('DELETE', `/api/v1/nodes/${node.metadata.name}`);
    }
  });

  it('finds that pods without a controller need an integer minAvailable', async () => {
    const namespace = await createNamespace();
    await create(namespace, barePod('a'), barePod('b'));
    await makeAllReady(namespace, 2);
    expect(await allowedBy({ namespace, pod: 'a' }, [min(1), min(2), min('50%'), max(1)])).toEqual([
      1, 0, 0, 0,
    ]);
  });

  it('adds up the replicas of two Deployments', async () => {
    const namespace = await createNamespace();
    await create(namespace, workload('Deployment', 'a'), workload('Deployment', 'b', { replicas: 3 }));
    const [pod = ''] = await makeAllReady(namespace, 4);
    expect(await allowedBy({ namespace, pod }, [min('50%'), max(1), min(3), min(4)])).toEqual([2, 1, 1, 0]);
  });

  it('fails with 500 for two budgets', async () => {
    const { namespace, pod } = await podsOf('Deployment', 2);
    await create(namespace, budget(min(0)), budget(min(0), { matchLabels: { app: 'web' } }, 'second'));
    expect(await oracleEviction(namespace, pod)).toMatchObject({
      status: 500,
      message:
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    });
  });

  it('allows every eviction under a budget without a selector, and of a pod that has not started', async () => {
    const { namespace, pod } = await podsOf('Deployment', 1);
    const { selector: _, ...spec } = budget(max(0))['spec'] as { selector: object };
    await create(namespace, { ...budget(max(0)), spec });
    expect((await oracleEviction(namespace, pod)).allowed).toBe(true);
    await create(namespace, barePod('pending'), budget(max(0), {}, 'all'));
    expect((await oracleEviction(namespace, pod)).allowed).toBe(false);
    expect((await oracleEviction(namespace, 'pending')).allowed).toBe(true);
  });

  it('knows when an unready pod may go', async () => {
    const { namespace, pod } = await podsOf('Deployment', 2);
    await makeReady(namespace, pod, { isReady: false });
    const verdicts: boolean[] = [];
    for (const spec of [min(1), min(2), { ...min(2), unhealthyPodEvictionPolicy: 'AlwaysAllow' }]) {
      await create(namespace, budget(spec));
      verdicts.push((await oracleEviction(namespace, pod)).allowed);
      await remove(namespace, budget(spec));
    }
    expect(verdicts).toEqual([true, false, true]);
  });

  it.each([
    [{ ...min(1), ...max(1) }, 'minAvailable and maxUnavailable cannot be both set'],
    [max('101%'), 'must not be greater than 100%'],
    [min('1'), "a valid percent string must be a numeric string followed by an ending '%'"],
  ])('has budgets that the server refuses: %j', async (spec, message) => {
    expect((await oracleCreate(await createNamespace(), budget(spec))).message).toContain(message);
  });
});
