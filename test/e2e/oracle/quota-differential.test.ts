/**
 * Quota verdicts against real refusals: random quotas, some of them in use, over random pods. The containers that must
 * specify something, and the amounts that are exceeded, are those of the server's text.
 */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/policy/json.ts';
import { objectOf, type KubeObject } from '../../../src/policy/objects/kube-object.ts';
import { parseQuantity, type Quantity } from '../../../src/policy/resources/quantity.ts';
import { quotaProblems } from '../../../src/policy/resources/resource-quota.ts';
import type { PodView } from '../../../src/policy/objects/view.ts';
import { createNamespace, list, request, uniqueName } from '../support/cluster.ts';
import { isOverriddenByNothing, judgedPod } from '../support/judged-pod.ts';
import { oracleCreate } from '../support/oracle-create.ts';
import { createQuota, oracleQuota, type QuotaVerdict } from '../support/oracle-quota.ts';
import { barePod, container } from '../support/oracle-workloads.ts';
import { inParallel } from '../support/parallel.ts';
import { completePodSpec, podSpec, sometimes } from '../support/random-pods.ts';
import { sample, seed } from '../support/random.ts';
import { tallyOf } from '../support/tally.ts';

const quotas = Number(process.env['GRACEGATE_QUOTAS'] ?? 28);
const podsPerQuota = 20;

/** Resources with bounds from none to plenty. The last ones are taken by the server, and never enforced on a pod. */
const bounds: Readonly<Record<string, readonly string[]>> = {
  ...boundsOf(['cpu', 'requests.cpu', 'limits.cpu'], ['0', '500m', '1', '2', '100']),
  ...boundsOf(['memory', 'requests.memory', 'limits.memory'], ['0', '128Mi', '1Gi', '3G', '1Ti']),
  ...boundsOf(
    ['ephemeral-storage', 'requests.ephemeral-storage', 'limits.ephemeral-storage'],
    ['0', '1Gi', '3Gi'],
  ),
  ...boundsOf(['hugepages-2Mi', 'requests.hugepages-2Mi'], ['0', '4Mi', '1Gi']),
  ...boundsOf(['requests.example.com/gpu'], ['0', '1', '3']),
  ...boundsOf(['pods', 'count/pods'], ['0', '1', '2', '50']),
  ...boundsOf(['example.com/gpu', 'limits.example.com/gpu', 'configmaps', 'count/deployments.apps'], ['0']),
  ...boundsOf(['requests.storage', 'persistentvolumeclaims', 'count/widgets.example.com'], ['0']),
};

function boundsOf(names: readonly string[], values: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, values]));
}

const hard = fc
  .uniqueArray(fc.constantFrom(...Object.keys(bounds)), { maxLength: 5 })
  .chain((names) =>
    fc.record(Object.fromEntries(names.map((name) => [name, fc.constantFrom(...(bounds[name] ?? ['0']))]))),
  );

const critical = 'system-node-critical';
const less = 'system-cluster-critical';

const selector = (scopeName: string, operator: string, values?: readonly string[]) => ({
  scopeSelector: { matchExpressions: [{ scopeName, operator, ...(values && { values }) }] },
});

/** One quota in two has scopes, each of these in turn. */
const scopes: readonly object[] = [
  { scopes: ['BestEffort'] },
  { scopes: ['NotBestEffort'] },
  { scopes: ['Terminating'] },
  { scopes: ['NotTerminating'] },
  { scopes: ['NotTerminating', 'NotBestEffort'] },
  { scopes: ['BestEffort', 'Terminating'] },
  { scopes: ['PriorityClass'] },
  { scopes: ['CrossNamespacePodAffinity'] },
  selector('PriorityClass', 'In', [critical]),
  selector('PriorityClass', 'NotIn', [critical]),
  selector('PriorityClass', 'Exists'),
  selector('PriorityClass', 'DoesNotExist'),
  { scopes: ['Terminating'], ...selector('PriorityClass', 'In', [critical, less]) },
];

const affinity = (term: object) => ({
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: {}, ...term }],
    },
  },
});

const pod = fc
  .tuple(
    fc.oneof(podSpec, completePodSpec),
    sometimes(3, fc.constant({ activeDeadlineSeconds: 60 })),
    sometimes(4, fc.constantFrom({ priorityClassName: critical }, { priorityClassName: less })),
    sometimes(
      2,
      fc.constantFrom(affinity({}), affinity({ namespaces: ['other'] }), affinity({ namespaceSelector: {} })),
    ),
  )
  .map((parts): object => Object.assign({}, ...parts) as object);

interface Place {
  readonly namespace: string;
  readonly quota: KubeObject;
}

let plain: string;
let places: Place[];

beforeAll(async () => {
  plain = await createNamespace();
  places = await inParallel(Array.from({ length: quotas }), 8, async (_, index) => placeOf(index));
}, 300_000);

/** A namespace with a quota; in one of two there was a pod before it. */
async function placeOf(index: number): Promise<Place> {
  const [name, namespace] = [uniqueName('quota'), await createNamespace()];
  if (Math.floor(index / 2) % 2 === 0) {
    const { status } = await request('POST', `/api/v1/namespaces/${namespace}/pods`, occupant);
    expect(status).toBe(201);
  }
  const { bound, more } = await validQuota(index);
  await createQuota(namespace, name, bound, more);
  return { namespace, quota: await storedQuota(namespace, name) };
}

interface Bound {
  readonly bound: Readonly<Record<string, string>>;
  readonly more: object;
}

/** Bounds that the server takes. A quota with scopes has no room for pods, so that it is seen to which it applies. */
async function validQuota(index: number): Promise<Bound> {
  const more = index % 2 === 0 ? {} : (scopes[Math.floor(index / 2) % scopes.length] ?? {});
  for (const drawn of sample(hard, 1000, index)) {
    const bound = index % 2 === 0 ? drawn : { ...drawn, pods: '0' };
    const spec = { hard: bound, ...more };
    const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'random' }, spec };
    const { accepted, status, message } = await oracleCreate(plain, object);
    if (accepted) return { bound, more };
    expect(status, message).toBe(422);
  }
  throw new Error(`no quota is valid with ${JSON.stringify(more)}`);
}

const part = { cpu: '300m', memory: '100Mi', 'ephemeral-storage': '600Mi', 'example.com/gpu': '1' };
const occupant = barePod('occupant', {
  priorityClassName: critical,
  containers: [container('app', { requests: part, limits: part })],
});

/** With what is used of it, which the server has counted before it enforced it. */
async function storedQuota(namespace: string, name: string): Promise<KubeObject> {
  const all = await list(`/api/v1/namespaces/${namespace}/resourcequotas`);
  const found = all.find(({ metadata }) => metadata.name === name);
  const kind = { group: '', version: 'v1', kind: 'ResourceQuota', resource: 'resourcequotas' };
  return objectOf(kind, found as unknown as JsonObject);
}

it(`agrees with ${quotas} random quotas on ${podsPerQuota} random pods each`, async () => {
  const work = places.flatMap((place, index) =>
    sample(pod, podsPerQuota, 1000 + index).map((spec) => ({ place, spec })),
  );
  const outcomes = await inParallel(work, 8, async ({ place, spec }) => {
    const written = barePod('random', spec);
    const { object, status } = await oracleCreate(plain, written);
    if (object === undefined) {
      expect(status).toBe(422);
      return 'invalid';
    }
    if (isOverriddenByNothing(written)) return 'best effort up to 1.36';
    const server = await oracleQuota(place.namespace, written);
    const ours = oursOf(judgedPod(written), place.quota);
    const context = `seed ${seed}: ${JSON.stringify({ quota: place.quota.object, spec, server }, null, 1)}`;
    expect(ours, context).toEqual(comparable(server));
    if (server.accepted) return 'accepted';
    if (Object.keys(server.missing).length > 0) return 'must specify';
    return Object.values(ours.exceeded).some(({ used }) => used > 0n) ? 'exceeded by others' : 'exceeded';
  });
  const tally = tallyOf('quotas', outcomes);
  for (const kind of ['accepted', 'must specify', 'exceeded', 'exceeded by others'])
    expect(tally[kind] ?? 0, kind).toBeGreaterThan(0);
}, 300_000);

interface Verdict {
  readonly missing: Readonly<Record<string, readonly string[]>>;
  /** By resource, in units of 10^-9. */
  readonly exceeded: Readonly<Record<string, Readonly<Record<'requested' | 'used' | 'limited', bigint>>>>;
}

/** What must be specified comes before any amount. */
function oursOf(judged: PodView, { object, ...rest }: KubeObject): Verdict {
  const missing: Record<string, string[]> = {};
  const exceeded: Record<string, Verdict['exceeded'][string]> = {};
  for (const problem of quotaProblems(judged, { object, ...rest })) {
    if (problem.rule === 'exceeded') {
      const { requested, used, hard: limited } = problem;
      exceeded[problem.resource] = { requested: requested.nano, used: used.nano, limited: limited.nano };
    } else {
      for (const name of problem.resources) (missing[name] ??= []).push(problem.container.name);
    }
  }
  for (const names of Object.values(missing)) names.sort();
  return { missing, exceeded: Object.keys(missing).length > 0 ? {} : exceeded };
}

function comparable({ missing, exceeded }: QuotaVerdict): Verdict {
  const numbers = Object.entries(exceeded).map(([name, { requested, used, limited }]) => [
    name,
    { requested: nano(requested), used: nano(used), limited: nano(limited) },
  ]);
  return { missing, exceeded: Object.fromEntries(numbers) as Verdict['exceeded'] };
}

function nano(text: string): bigint {
  const quantity: Quantity | undefined = parseQuantity(text);
  if (quantity === undefined) throw new Error(`no quantity: ${text}`);
  return quantity.nano;
}
