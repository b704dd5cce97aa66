/**
 * PodDisruptionBudgets against the eviction API: random budgets over pods that are all ready. We say that a budget blocks
 * exactly when a pod of it cannot be evicted, and reckon the disruptions that the controller allows.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pdbBlocks } from '../../../src/policy/checks/pdb-blocks.ts';
import { countsByScale, disruptionsAllowed } from '../../../src/policy/scaling/disruption.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { createNamespace, request, uniqueName } from '../support/cluster.ts';
import { create, remove, type Manifest } from '../support/oracle-create.ts';
import { makeAllReady, oracleBudget, oracleEviction } from '../support/oracle-eviction.ts';
import { hpa } from '../support/oracle-hpa.ts';
import { barePod, workload } from '../support/oracle-workloads.ts';
import { messagesOf, ourFindings } from '../support/ours.ts';
import { inParallel } from '../support/parallel.ts';
import { sample, seed } from '../support/random.ts';
import { tallyOf } from '../support/tally.ts';

const budgets = Number(process.env['GRACEGATE_BUDGETS'] ?? 12);

/** What a budget counts: the replicas of workloads, and pods without a controller. */
interface Population {
  readonly deployments?: readonly number[];
  readonly sets?: readonly number[];
  readonly bare?: number;
  /** As many pods as there are nodes. */
  readonly daemons?: true;
  readonly jobs?: number;
  /** The Deployments have autoscalers, and are scaled down as far as these go. */
  readonly isAutoscaled?: true;
}

const populations: readonly Population[] = [
  { deployments: [1] },
  { deployments: [2] },
  { deployments: [3] },
  { deployments: [7] },
  { deployments: [1, 3] },
  { deployments: [2], isAutoscaled: true },
  { sets: [1] },
  { sets: [4] },
  { deployments: [2], sets: [2] },
  { bare: 1 },
  { bare: 3 },
  { deployments: [2], bare: 1 },
  { sets: [1], bare: 2 },
  { daemons: true },
  { daemons: true, deployments: [2] },
  { jobs: 2 },
];

const label = { tier: 'counted' };

function objectsOf({ deployments = [], sets = [], bare = 0, daemons, jobs }: Population): Manifest[] {
  const named = (prefix: string, kind: string) => (replicas: number, index: number) =>
    workload(kind, `${prefix}${index}`, { replicas, labels: label });
  return [
    ...deployments.map(named('d', 'Deployment')),
    ...sets.map(named('s', 'StatefulSet')),
    ...Array.from({ length: bare }, (_, index) => ({
      ...barePod(`b${index}`),
      metadata: { name: `b${index}`, labels: label },
    })),
    ...(daemons === undefined ? [] : [workload('DaemonSet', 'all', { labels: label })]),
    ...(jobs === undefined ? [] : [workload('Job', 'job', { replicas: jobs, labels: label })]),
  ];
}

/** What we are told of, and the server is not: it would scale up. */
function autoscalersOf({ deployments = [], isAutoscaled }: Population): Manifest[] {
  if (isAutoscaled === undefined) return [];
  return deployments.map((replicas, index) => {
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: `d${index}` };
    return hpa(`d${index}`, target, { minReplicas: replicas, maxReplicas: replicas + 2 });
  });
}

const sum = (numbers: readonly number[] = []): number => numbers.reduce((a, b) => a + b, 0);

/** The replicas of what has a scale. */
const scaleOf = ({ deployments, sets }: Population): number => sum(deployments) + sum(sets);

const nodes = [uniqueName('node'), uniqueName('node')];

const podsOf = (population: Population): number =>
  scaleOf(population) +
  (population.bare ?? 0) +
  (population.jobs ?? 0) +
  (population.daemons === undefined ? 0 : nodes.length);

const hasNoScale = ({ daemons, jobs }: Population): boolean => daemons !== undefined || jobs !== undefined;

/** The numbers of a budget for so many pods; now and then none. */
function numbersFor(pods: number): fc.Arbitrary<JsonObject> {
  const share = fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    fc.constantFrom(0, 1, 33, 34, 50, 66, 67, 99, 100),
    // Around where one pod more makes the difference.
    fc.integer({ min: 0, max: pods }).map((part) => Math.floor((100 * part) / pods)),
  );
  const value = fc.oneof(
    fc.integer({ min: 0, max: pods + 1 }),
    share.map((percent) => `${percent}%`),
  );
  return fc.oneof(
    { weight: 5, arbitrary: value.map((minAvailable) => ({ minAvailable })) },
    { weight: 5, arbitrary: value.map((maxUnavailable) => ({ maxUnavailable })) },
    { weight: 1, arbitrary: fc.constant({}) },
  );
}

const budget = (name: string, spec: JsonObject): Manifest => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { selector: { matchLabels: label }, ...spec },
});

interface Place {
  readonly population: Population;
  readonly namespace: string;
  readonly objects: readonly Manifest[];
  readonly pods: readonly string[];
}

let places: Place[];

beforeAll(async () => {
  for (const name of nodes) {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
    expect((await request('POST', '/api/v1/nodes', node)).status).toBe(201);
  }
  places = await inParallel(populations, 8, async (population) => {
    const namespace = await createNamespace();
    const objects = objectsOf(population);
    await create(namespace, ...objects);
    return { population, namespace, objects, pods: await makeAllReady(namespace, podsOf(population)) };
  });
});
afterAll(async () => {
  for (const name of nodes) await request('DELETE', `/api/v1/nodes/${name}`);
});

it(`agrees with the eviction API on ${budgets} random budgets for each of ${populations.length} populations`, async () => {
  const outcomes = await inParallel(places, 8, async (place, index) => {
    const found: string[] = [];
    const drawn = sample(numbersFor(podsOf(place.population)), budgets, index);
    for (const [number, spec] of drawn.entries()) found.push(await compare(place, spec, number));
    return found;
  });
  const tally = tallyOf('budgets', outcomes.flat());
  for (const kind of ['allowed', 'blocked', 'two budgets']) expect(tally[kind] ?? 0, kind).toBeGreaterThan(0);
}, 300_000);

async function compare(place: Place, spec: JsonObject, number: number): Promise<string> {
  const { population, namespace, objects, pods } = place;
  const own = budget('own', spec);
  // One in eight has a second budget that allows everything.
  const beside = number % 8 === 7 ? [budget('other', { minAvailable: 0 })] : [];
  await create(namespace, own, ...beside);
  const status = await oracleBudget(namespace, 'own');
  // In a population of two kinds, one of each: they are listed by name.
  const asked = [...new Set([pods[0], pods.at(-1)])].filter((pod) => pod !== undefined);
  const evictions = await Promise.all(asked.map((pod) => oracleEviction(namespace, pod)));
  await remove(namespace, own);
  for (const one of beside) await remove(namespace, one);

  const ours = messagesOf(ourFindings(pdbBlocks, own, [...objects, ...autoscalersOf(population), ...beside]));
  const isAllowed = evictions.every(({ allowed }) => allowed);
  const context = `seed ${seed}: ${JSON.stringify({ population, spec, beside, status, ours, evictions }, null, 1)}`;
  expect(
    evictions.every(({ allowed }) => allowed === isAllowed),
    context,
  ).toBe(true);
  expect(reckoned(population, spec), context).toBe(status.disruptionsAllowed);
  // How many nodes there are, and how long a Job runs, no manifest says: there an amount may be too much unseen.
  const isUnknown = hasNoScale(population) && typeof spec['minAvailable'] === 'number';
  if (isUnknown && ours.length === 0) return 'unknown';
  expect(ours.length === 0, context).toBe(isAllowed);
  if (beside.length > 0) return 'two budgets';
  return isAllowed ? 'allowed' : 'blocked';
}

/** What the controller counts as expected: pods for an amount of them, else the replicas of their controllers. */
function reckoned(population: Population, spec: JsonObject): number | undefined {
  const pods = podsOf(population);
  if (!countsByScale(spec)) return disruptionsAllowed(spec, pods, pods);
  return hasNoScale(population) ? 0 : disruptionsAllowed(spec, scaleOf(population), pods);
}
