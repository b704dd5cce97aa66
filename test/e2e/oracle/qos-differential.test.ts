/**
 * QoS classes and effective resources against the server: `status.qosClass` of random pods, and the amounts that a quota
 * of nothing says they ask for.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { objectOf } from '../../../src/policy/kube-object.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { predictPod } from '../../../src/policy/predict.ts';
import { qosClass } from '../../../src/policy/qos.ts';
import { podCharges } from '../../../src/policy/resource-quota.ts';
import { readAmounts } from '../../../src/policy/resources.ts';
import { readPod, type PodView } from '../../../src/policy/view.ts';
import { cluster, createNamespace, uniqueName, request, type KubeObject } from '../support/cluster.ts';
import { oracleCreate } from '../support/oracle-create.ts';
import { createQuota, oracleQuota, type QuotaVerdict } from '../support/oracle-quota.ts';
import { barePod } from '../support/oracle-workloads.ts';
import { inParallel } from '../support/parallel.ts';
import { completePodSpec, podSpec, sometimes } from '../support/random-pods.ts';
import { sample, seed } from '../support/random.ts';
import { tallyOf } from '../support/tally.ts';

const count = Number(process.env['GRACEGATE_QOS_PODS'] ?? 1000);

/**
 * The prediction is that of 1.37, which completes `spec.resources` of a pod after mutation (PodLevelResourcesFixDefaulting).
 * Up to 1.36 it is completed on decoding, without limits of cpu and memory, and only where it has limits of its own: there
 * the pods that have it are judged as they are stored, and those that do not, as they are predicted.
 */
const isLatest = cluster.minor >= 37;

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

function predicted(pod: object): PodView {
  const template = JSON.parse(JSON.stringify(pod)) as JsonObject;
  return readPod(predictPod(template, { limitRanges: [], mutations: undefined }).pod);
}

const stored = (pod: KubeObject): PodView => readPod(pod as unknown as JsonObject);

const saysResources = (spec: object): boolean => 'resources' in spec;

function isEmpty(spec: object): boolean {
  const { requests = {}, limits = {} } = (spec as { resources?: Record<string, object> }).resources ?? {};
  return Object.keys(requests).length + Object.keys(limits).length === 0;
}

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
    if (isLatest || !saysResources(spec)) {
      expect(qosClass(predicted(pod)), context).toBe(server);
    } else if (isEmpty(spec)) {
      // Up to 1.36 resources of the pod that say nothing override those of its containers.
      expect(server, context).toBe('BestEffort');
    } else {
      expect(qosClass(stored(object)), context).toBe(server);
    }
    return saysResources(spec) ? `${server} by itself` : server;
  });
  const tally = tallyOf('QoS classes', outcomes);
  // A generator that never reaches a branch would prove nothing about it.
  for (const one of ['Guaranteed', 'Burstable', 'BestEffort'])
    for (const kind of [one, `${one} by itself`]) expect(tally[kind] ?? 0, kind).toBeGreaterThan(0);
});

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
    const ours = isLatest || !saysResources(spec) ? predicted(pod) : stored(object);
    const context = `seed ${seed}, number ${index}: ${JSON.stringify({ spec, message }, null, 1)}`;
    expect(missing, context).toEqual({});
    expect(amountsOf(ours), context).toEqual(numbersOf(exceeded));
    return 'overhead' in spec ? 'overhead' : saysResources(spec) ? 'pod-level' : 'containers';
  });
  const tally = tallyOf('effective resources', outcomes);
  for (const kind of ['overhead', 'pod-level', 'containers'])
    expect(tally[kind] ?? 0, kind).toBeGreaterThan(count / 20);
});

/** What a pod takes of a quota that has nothing, in units of 10^-9. */
function amountsOf(pod: PodView): Record<string, bigint> {
  const kind = { group: '', version: 'v1', kind: 'ResourceQuota', resource: 'resourcequotas' };
  const charges = podCharges(pod, objectOf(kind, { spec: { hard } }), new Map());
  return Object.fromEntries(charges.map(({ resource, requested }) => [resource, requested.nano]));
}

/** The same of what the server says. Its texts are not always canonical: it reuses what an author wrote, such as `2e0`. */
function numbersOf(exceeded: QuotaVerdict['exceeded']): Record<string, bigint> {
  const texts = Object.entries(exceeded).map(([name, { requested }]) => [name, requested] as const);
  return Object.fromEntries(
    [...readAmounts(Object.fromEntries(texts))].map(([name, { nano }]) => [name, nano]),
  );
}
