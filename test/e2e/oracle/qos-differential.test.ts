/**
 * QoS classes and effective resources against the server: `status.qosClass` of random pods, and the amounts that a quota
 * of nothing says they ask for.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/policy/json.ts';
import { objectOf } from '../../../src/policy/objects/kube-object.ts';
import { qosClass } from '../../../src/policy/resources/qos.ts';
import { podCharges } from '../../../src/policy/resources/resource-quota.ts';
import { readAmounts } from '../../../src/policy/resources/resources.ts';
import type { PodView } from '../../../src/policy/objects/view.ts';
import { createNamespace, request, uniqueName } from '../support/cluster.ts';
import { isOverriddenByNothing, judgedPod } from '../support/judged-pod.ts';
import { oracleCreate } from '../support/oracle-create.ts';
import { createQuota, oracleQuota, type QuotaVerdict } from '../support/oracle-quota.ts';
import { barePod } from '../support/oracle-workloads.ts';
import { inParallel } from '../support/parallel.ts';
import { completePodSpec, podSpec, sometimes } from '../support/random-pods.ts';
import { sample, seed } from '../support/random.ts';
import { tallyOf } from '../support/tally.ts';

const count = Number(process.env['GRACEGATE_QOS_PODS'] ?? 600);

const runtimeClasses = '/apis/node.k8s.io/v1/runtimeclasses';
const runtimeClass = uniqueName('overhead');
const podFixed = { cpu: '150m', memory: '48Mi' };

let plain: string;
let counted: string;
const hard = {
  ...zeroOf('cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'),
  ...zeroOf('ephemeral-storage', 'requests.ephemeral-storage', 'limits.ephemeral-storage'),
  ...zeroOf('hugepages-2Mi', 'requests.hugepages-2Mi', 'requests.example.com/gpu', 'pods', 'count/pods'),
};

function zeroOf(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '0']));
}

beforeAll(async () => {
  [plain, counted] = [await createNamespace(), await createNamespace()];
  await createQuota(counted, 'nothing', hard);
  const { status } = await request('POST', runtimeClasses, {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: runtimeClass },
    handler: 'any',
    overhead: { podFixed },
  });
  expect(status).toBe(201);
});
afterAll(() => request('DELETE', `${runtimeClasses}/${runtimeClass}`));

const saysResources = (spec: object): boolean => 'resources' in spec;

it(`gives the QoS classes of the server to ${count} random pods`, async () => {
  const outcomes = await inParallel(sample(podSpec, count), 8, async (spec, index) => {
    const pod = barePod('random', spec);
    const { status, object, message } = await oracleCreate(plain, pod);
    const context = `seed ${seed}, number ${index}: ${JSON.stringify({ spec, message, object: object?.spec }, null, 1)}`;
    if (object === undefined) {
      expect(status, context).toBe(422);
      return 'invalid';
    }
    const server: string = object.status.qosClass;
    const judged = judgedPod(pod);
    expect(isOverriddenByNothing(pod) ? 'BestEffort' : qosClass(judged), context).toBe(server);
    for (const field of ['requests', 'limits'] as const) {
      const [ours, theirs] = [judged.resources, object.spec.resources as JsonObject | undefined];
      expect(numbersOf(ours?.[field]), context).toEqual(numbersOf(theirs?.[field]));
    }
    return saysResources(spec) ? `${server} by itself` : server;
  });
  const tally = tallyOf('QoS classes', outcomes);
  // A generator that never reaches a branch would prove nothing about it.
  for (const one of ['Guaranteed', 'Burstable', 'BestEffort'])
    for (const kind of [one, `${one} by itself`]) expect(tally[kind] ?? 0, kind).toBeGreaterThan(0);
}, 300_000);

it(`reckons what ${count} random pods ask for as the server does`, async () => {
  const withOverhead = sometimes(2, fc.constant({ runtimeClassName: runtimeClass, overhead: podFixed }));
  const [specs, overheads] = [sample(completePodSpec, count, 1), sample(withOverhead, count, 2)];
  const outcomes = await inParallel(specs, 8, async (drawn, index) => {
    const spec = { ...drawn, ...overheads[index] };
    const pod = barePod('random', spec);
    const { object, status } = await oracleCreate(plain, pod);
    if (object === undefined) {
      expect(status).toBe(422);
      return 'invalid';
    }
    const { exceeded, missing, message } = await oracleQuota(counted, pod);
    const context = `seed ${seed}, number ${index}: ${JSON.stringify({ spec, message }, null, 1)}`;
    expect(missing, context).toEqual({});
    expect(amountsOf(judgedPod(pod)), context).toEqual(requestedBy(exceeded));
    return 'overhead' in spec ? 'overhead' : saysResources(spec) ? 'pod-level' : 'containers';
  });
  const tally = tallyOf('effective resources', outcomes);
  for (const kind of ['overhead', 'pod-level', 'containers'])
    expect(tally[kind] ?? 0, kind).toBeGreaterThan(0);
}, 300_000);

/** What a pod takes of a quota that has nothing, in units of 10^-9. */
function amountsOf(pod: PodView): Record<string, bigint> {
  const kind = { group: '', version: 'v1', kind: 'ResourceQuota', resource: 'resourcequotas' };
  const charges = podCharges(pod, objectOf(kind, { spec: { hard } }), new Map());
  return Object.fromEntries(charges.map(({ resource, requested }) => [resource, requested.nano]));
}

/** The same of what the server says. Its texts are not always canonical: it reuses what an author wrote, such as `2e0`. */
function requestedBy(exceeded: QuotaVerdict['exceeded']): Record<string, bigint> {
  return numbersOf(
    Object.fromEntries(Object.entries(exceeded).map(([name, { requested }]) => [name, requested])),
  );
}

function numbersOf(amounts: Json | undefined): Record<string, bigint> {
  return Object.fromEntries([...readAmounts(amounts)].map(([name, { nano }]) => [name, nano]));
}
