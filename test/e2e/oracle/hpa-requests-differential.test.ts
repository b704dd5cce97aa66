/**
 * hpa-requests against the HPA controller: random pods and metrics, with metrics served. What we say of requests is what
 * the controller says of its first metric, and where we say nothing the metric works.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hpaRequests } from '../../../src/policy/checks/hpa-requests.ts';
import type { Finding } from '../../../src/policy/evaluate.ts';
import { createNamespace, waitForPods } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { create, oracleCreate, type Manifest } from '../support/oracle-create.ts';
import { makeReady } from '../support/oracle-eviction.ts';
import { hpa, oracleHpas, removeHpas, type Condition } from '../support/oracle-hpa.ts';
import { startMetrics } from '../support/oracle-metrics.ts';
import { barePod, workload } from '../support/oracle-workloads.ts';
import { ourFindings } from '../support/ours.ts';
import { inParallel } from '../support/parallel.ts';
import { podSpec } from '../support/random-pods.ts';
import { sample, seed } from '../support/random.ts';
import { tallyOf } from '../support/tally.ts';

const count = Number(process.env['GRACEGATE_HPA_PODS'] ?? 80);

const resource = fc.constantFrom('cpu', 'cpu', 'memory');
const target = fc.constantFrom<object>(
  { type: 'Utilization', averageUtilization: 50 },
  { type: 'Utilization', averageUtilization: 200 },
  { type: 'Utilization', averageUtilization: 50 },
  { type: 'AverageValue', averageValue: '100m' },
);

/** The names are those of random pods: apps, init containers and sidecars. Not every pod has every one. */
const container = fc.constantFrom('c0', 'c1', 'c2', 'i0', 'i1', 'nobody');

/** Fields of a HorizontalPodAutoscaler, in either version. */
const metric: fc.Arbitrary<Spec> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(resource, target)
      .map(([name, how]) => ({ metrics: [{ type: 'Resource', resource: { name, target: how } }] })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(resource, target, container).map(([name, how, own]) => ({
      metrics: [{ type: 'ContainerResource', containerResource: { name, container: own, target: how } }],
    })),
  },
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ targetCPUUtilizationPercentage: 60 }) },
);

interface Spec {
  readonly metrics?: readonly object[];
  readonly targetCPUUtilizationPercentage?: number;
}

interface Case {
  readonly workload: Manifest;
  readonly autoscaler: Manifest;
}

let namespace: string;
let cases: Case[];
let stop: () => Promise<void>;

beforeAll(async () => {
  namespace = await createNamespace();
  stop = await startMetrics();
  const specs = await validPods();
  cases = sample(metric, count).map((spec, index) => caseOf(`w${index}`, specs[index] ?? {}, spec));
  await inParallel(cases, 8, (one) => create(namespace, one.workload));
  const pods = await waitForPods(namespace, count);
  await inParallel(pods, 8, ({ metadata }) => makeReady(namespace, metadata.name));
  await inParallel(cases, 8, (one) => create(namespace, one.autoscaler));
}, 300_000);
afterAll(async () => {
  await removeHpas(namespace);
  await stop();
});

/** Pods that the API server takes as they are, and as a template: of that it knows less. */
async function validPods(): Promise<object[]> {
  const valid: object[] = [];
  for (let salt = 0; valid.length < count; salt += 1) {
    const drawn = sample(podSpec, count, salt);
    const accepted = await inParallel(drawn, 8, async (pod) => {
      const answers = [barePod('random', pod), workload('ReplicaSet', 'random', { pod })].map((object) =>
        oracleCreate(namespace, object),
      );
      return (await Promise.all(answers)).every((answer) => answer.accepted);
    });
    valid.push(...drawn.filter((_, index) => accepted[index]));
  }
  return valid.slice(0, count);
}

function caseOf(name: string, pod: object, spec: Spec): Case {
  const scaled = workload('ReplicaSet', name, { pod });
  // With no room to scale nothing else is ever said.
  const { metrics, ...more } = spec;
  const second = hpa(
    name,
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name },
    { minReplicas: 1, maxReplicas: 1, ...(metrics && { metrics }) },
  );
  if (more.targetCPUUtilizationPercentage === undefined) return { workload: scaled, autoscaler: second };
  const first = { ...second, apiVersion: 'autoscaling/v1', spec: { ...(second['spec'] as object), ...more } };
  return { workload: scaled, autoscaler: first };
}

interface Verdict extends Case {
  readonly ours: string;
  readonly server: string;
  readonly said: string;
}

it(`says of ${count} random metrics what the controller says`, async () => {
  let verdicts: Verdict[] = [];
  const deviations = () => verdicts.filter(({ ours, server }) => ours !== server);
  // The controller may have looked before it had heard that the pods are ready. What is a deviation stays one.
  const settled = eventually('the controller to agree', async () => {
    const found = await oracleHpas(namespace);
    verdicts = cases.map((one) => verdictOf(one, found.get(one.workload.metadata.name)?.['ScalingActive']));
    return deviations().length === 0;
  });
  await settled.catch(() => undefined);
  expect(deviations(), `seed ${seed}: ${JSON.stringify(deviations()[0], null, 1)}`).toEqual([]);
  const tally = tallyOf(
    'metrics',
    verdicts.map(({ server }) => server.replace(/ in .*/, '')),
  );
  // The rarer ones, zero and missing-pod-level, are cases of metrics.test.ts.
  for (const kind of ['works', 'missing', 'no-container']) expect(tally[kind] ?? 0, kind).toBeGreaterThan(0);
}, 300_000);

function verdictOf(one: Case, active: Condition | undefined): Verdict {
  const findings = ourFindings(hpaRequests, one.autoscaler, [one.workload]);
  return { ...one, ours: ourVerdict(findings), server: serverVerdict(active), said: active?.message ?? '' };
}

/** One metric, so one finding. That it never scales up is no failure of the metric. */
function ourVerdict(findings: readonly Finding[]): string {
  const finding = findings.find(({ message }) => message !== 'unreachable');
  if (finding === undefined) return 'works';
  const { message, values = {} } = finding;
  const [, first = ''] = /^containers? ([^ ,]+)/.exec(String(values['containers'])) ?? [];
  // Of several containers the controller names the first.
  if (message === 'missing' || message === 'default-metric') return `missing in ${first}`;
  return message;
}

const failures: readonly (readonly [RegExp, verdict: string])[] = [
  [/: missing request for (?:cpu|memory) in container (\S+) of Pod \S+$/, 'missing in'],
  [/: missing pod-level request for (?:cpu|memory) in Pod \S+$/, 'missing-pod-level'],
  [/: no metrics returned matched known pods$/, 'zero'],
  [/: did not receive metrics for targeted pods \(pods might be unready\)$/, 'no-container'],
];

function serverVerdict(active: Condition | undefined): string {
  if (active?.status === 'True') return 'works';
  for (const [pattern, verdict] of failures) {
    const [found, first] = pattern.exec(active?.message ?? '') ?? [];
    if (found !== undefined) return first === undefined ? verdict : `${verdict} ${first}`;
  }
  return active?.message ?? 'nothing';
}
