/**
 * LimitRanger parity: the same random LimitRange, in-tree as an object of one namespace and ours as the limits of a
 * profile of another, over the same random pods, as dry-run creates on the same server.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseConfiguration } from '../../src/config/load.ts';
import { asArray, asObject, type Json, type JsonObject } from '../../src/policy/json.ts';
import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  roundUpToMilli,
} from '../../src/policy/resources/quantity.ts';
import { createNamespace, request, type KubeObject } from './support/cluster.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { inParallel } from './support/parallel.ts';
import { limits as arbitraryLimits, resourcePod, sample, seed } from './support/random.ts';

const pairs = Number(process.env['GRACEGATE_PARITY_PAIRS'] ?? 2000);
const podsPerLimitRange = 20;
/** Far above what they take, on any machine; a pair is two dry runs. */
const timeoutMs = 300_000 + pairs * 60;

interface Case {
  readonly limits: readonly object[];
  readonly inTree: string;
  readonly ours: string;
}

let gracegate: Gracegate;
let cases: Case[];

beforeAll(async () => {
  const found = await validLimits(Math.ceil(pairs / podsPerLimitRange));
  gracegate = await startGracegate({ config: configurationOf(found.map(({ limits }) => limits)) });
  cases = await inParallel(found, 8, async ({ limits, namespace }, index) => {
    const ours = await createNamespace({ mutate: `p${index}`, enforce: `p${index}` });
    return { limits, inTree: namespace, ours };
  });
}, timeoutMs);
afterAll(() => gracegate.stop());

function configurationOf(all: readonly (readonly object[])[]): string {
  const profiles = all.map((limits, index) => [
    `p${index}`,
    { mutations: { 'limit-range': { limits } }, checks: { 'limit-range': { action: 'deny' } } },
  ]);
  return JSON.stringify({
    apiVersion: 'gracegate.dev/v1alpha1',
    kind: 'GracegateConfiguration',
    profiles: Object.fromEntries(profiles),
  });
}

/** LimitRanges that the API server takes, each in a namespace of its own. Our configuration must take the same ones. */
async function validLimits(wanted: number): Promise<{ limits: readonly object[]; namespace: string }[]> {
  const valid: { limits: readonly object[]; namespace: string }[] = [];
  for (let salt = 0; valid.length < wanted; salt += 1) {
    const drawn = sample(arbitraryLimits, wanted, salt);
    const made = await inParallel(drawn, 8, async (limits) => {
      const namespace = await createNamespace();
      const object = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'random' }, spec: { limits } };
      const { status, body } = await request('POST', `/api/v1/namespaces/${namespace}/limitranges`, object);
      expect(takenByUs(limits), `seed ${seed}: ${JSON.stringify({ limits, body })}`).toBe(status === 201);
      return status === 201 ? { limits, namespace } : undefined;
    });
    valid.push(...made.filter((one) => one !== undefined));
  }
  return valid.slice(0, wanted);
}

function takenByUs(limits: readonly object[]): boolean {
  try {
    parseConfiguration(configurationOf([limits]), 'random');
    return true;
  } catch {
    return false;
  }
}

interface Outcome {
  readonly status: number;
  readonly message: string;
  /** Resources by container, canonical. */
  readonly resources: Readonly<Record<string, JsonObject>>;
}

async function dryRun(namespace: string, spec: object): Promise<Outcome> {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'random' }, spec };
  const { status, body } = await request<KubeObject & { message?: string }>(
    'POST',
    `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
    pod,
  );
  return {
    status,
    message: body.message ?? '',
    resources: status === 201 ? resourcesOf(body.spec as JsonObject) : {},
  };
}

function resourcesOf(spec: JsonObject): Record<string, JsonObject> {
  const all = [...asArray(spec['containers']), ...asArray(spec['initContainers'])].map(asObject);
  return Object.fromEntries(
    all.map((container) => [String(container['name']), canonical(asObject(container['resources']))]),
  );
}

function canonical(resources: JsonObject): JsonObject {
  const list = (value: Json | undefined): JsonObject =>
    Object.fromEntries(
      Object.entries(asObject(value)).map(([name, amount]) => [name, amountOf(String(amount))]),
    );
  return { requests: list(resources['requests']), limits: list(resources['limits']) };
}

function amountOf(text: string): string {
  const quantity = parseQuantity(text);
  return quantity === undefined ? text : formatQuantity(roundUpToMilli(quantity));
}

type Pair = 'equal' | 'both-refuse' | 'limit-not-set' | 'pod-level';

it(
  `gives the results of LimitRanger for ${pairs} random pairs, but for the two deviations`,
  async () => {
    const work = cases.flatMap((one, index) =>
      sample(resourcePod, podsPerLimitRange, 1000 + index).map((spec) => ({
        ...one,
        spec: spec as JsonObject,
      })),
    );
    const kinds = await inParallel(
      work.slice(0, pairs),
      8,
      async ({ inTree, ours, spec, limits }): Promise<Pair> => {
        const [theirs, own] = [await dryRun(inTree, spec), await dryRun(ours, spec)];
        return comparePair(
          spec,
          theirs,
          own,
          `seed ${seed}: ${JSON.stringify({ limits, spec, theirs, own }, null, 1)}`,
        );
      },
    );
    const tally = Object.groupBy(kinds, (kind) => kind);
    const counts = Object.fromEntries(Object.entries(tally).map(([kind, found]) => [kind, found.length]));
    console.info(`parity, seed ${seed}: ${JSON.stringify(counts)}`); // oxlint-disable-line no-console -- the seed repeats the run
    expect(kinds).toHaveLength(pairs);
    // A generator that never reaches a branch would prove nothing about it.
    for (const kind of ['equal', 'both-refuse', 'limit-not-set', 'pod-level'] as const) {
      expect(tally[kind]?.length ?? 0, kind).toBeGreaterThan(pairs / 200);
    }
  },
  timeoutMs,
);

function comparePair(spec: JsonObject, theirs: Outcome, ours: Outcome, context: string): Pair {
  // Deviation 2: cpu and memory of the containers of a pod with resources of its own are left alone.
  if (spec['resources'] !== undefined) {
    if (ours.status === 201)
      expect(podLevelAmounts(ours.resources), context).toEqual(podLevelAmounts(ownAmounts(spec)));
    return 'pod-level';
  }
  // Deviation 1: LimitRanger sets a default limit below the explicit request, and validation then refuses the pod.
  if (theirs.status === 422 && theirs.message.includes('must be less than or equal to')) {
    expect([201, 403], context).toContain(ours.status);
    for (const { requests, limits } of Object.values(ours.resources))
      expectValid(asObject(requests), asObject(limits), context);
    return 'limit-not-set';
  }
  expect(ours.status, context).toBe(theirs.status);
  if (theirs.status !== 201) {
    expect(theirs.status, context).toBe(403);
    const [said, wanted] = [reasonsOfOurs(ours.message), reasonsOfTheirs(theirs.message)];
    // A refusal of ours names 20 and counts the rest.
    const isCut = /and \d+ more/.test(ours.message);
    if (isCut) expect([...wanted], context).toEqual(expect.arrayContaining([...said]));
    else expect(said, context).toEqual(wanted);
    return 'both-refuse';
  }
  expect(ours.resources, context).toEqual(theirs.resources);
  return 'equal';
}

/** Why LimitRanger refuses a pod, such as `minimum cpu Container`: it says so once of all containers alike. */
function reasonsOfTheirs(message: string): Set<string> {
  const bounds = message.matchAll(/(minimum|maximum) ([\w-]+) usage per (Container|Pod)/g);
  const ratios = message.matchAll(/([\w-]+) max limit to request ratio per (Container|Pod)/g);
  return new Set([
    ...[...bounds].map(([, bound, resource, type]) => `${bound} ${resource} ${type}`),
    ...[...ratios].map(([, resource, type]) => `ratio ${resource} ${type}`),
  ]);
}

/** The same of our own refusal, from its lines. */
function reasonsOfOurs(message: string): Set<string> {
  const lines = message.split('\n').filter((line) => line.includes('[limit-range]'));
  return new Set(
    lines.map((line) => {
      const bound = line.includes('times the request') ? 'ratio' : /minimum|maximum/.exec(line)?.[0];
      const resource = /cpu|memory|ephemeral-storage/.exec(line)?.[0];
      return `${bound} ${resource} ${line.startsWith('  pod:') ? 'Pod' : 'Container'}`;
    }),
  );
}

function expectValid(requests: JsonObject, limits: JsonObject, context: string): void {
  for (const [name, limit] of Object.entries(limits)) {
    const [amount, bound] = [parseQuantity(String(requests[name])), parseQuantity(String(limit))];
    expect(amount && bound && compareQuantities(amount, bound) <= 0, context).toBe(true);
  }
}

/** What an author wrote, with the requests that the API server takes from limits. */
function ownAmounts(spec: JsonObject): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(resourcesOf(spec)).map(([name, { requests, limits }]) => [
      name,
      { requests: { ...asObject(limits), ...asObject(requests) }, limits: asObject(limits) },
    ]),
  );
}

function podLevelAmounts(resources: Readonly<Record<string, JsonObject>>): object {
  const pick = (list: Json | undefined) => ({ cpu: asObject(list)['cpu'], memory: asObject(list)['memory'] });
  return Object.fromEntries(
    Object.entries(resources).map(([name, { requests, limits }]) => [
      name,
      { requests: pick(requests), limits: pick(limits) },
    ]),
  );
}
