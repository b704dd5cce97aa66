/**
 * Random workloads on the real server, with us in between: the pod that a controller makes of a template is the pod that
 * we predicted for it; what we refuse would have got no pod; and of what we let pass, no pod is refused for a reason that
 * we should have known.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asArray, asObject, isObject, type Json, type JsonObject } from '../../src/policy/json.ts';
import { apiVersionOf } from '../../src/policy/objects/kube-object.ts';
import { predictPod } from '../../src/policy/predict.ts';
import { parseQuantity, roundUpToMilli } from '../../src/policy/resources/quantity.ts';
import { readWorkload, workloadKinds, type WorkloadKind } from '../../src/policy/objects/workload-kinds.ts';
import { cluster, list, pods, request, uniqueName, type KubeObject } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { inParallel } from './support/parallel.ts';
import { createPlaces, placesConfig, type Place } from './support/random-places.ts';
import { jobOf, objectOf, workload, type RandomWorkload } from './support/random-workloads.ts';
import { sample, seed } from './support/random.ts';

const count = Number(process.env['GRACEGATE_TEMPLATES'] ?? 1000);
/** Far above what they take, on any machine. */
const timeoutMs = 120_000 + count * 500;

let gracegate: Gracegate;
let places: Place[];
const node = uniqueName('node');

beforeAll(async () => {
  // Without a node a DaemonSet has no pods.
  const made = await request('POST', '/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node },
  });
  expect(made.status).toBe(201);
  places = await createPlaces();
  gracegate = await startGracegate({ config: placesConfig });
});
afterAll(async () => {
  await request('DELETE', `/api/v1/nodes/${node}`);
  await gracegate.stop();
});

/** A workload that was sent, and what the API server said. */
interface Sent {
  readonly kind: string;
  readonly name: string;
  /** The pod template as its author wrote it. */
  readonly template: JsonObject;
  readonly status: number;
  readonly body: Answer;
  readonly context: string;
}

interface Answer extends KubeObject {
  /** Of a refusal. */
  readonly message?: string;
}

/**
 * invalid: a template that the API server itself refuses. pod-invalid: a template that it takes, and we as well, although
 * validation then refuses the pods: resources of the pod itself leave no room for the defaults of a LimitRange.
 */
type Outcome = 'as-predicted' | 'refused-by-us' | 'invalid' | 'pod-invalid';

it(
  `predicts the pods of ${count} random templates`,
  async () => {
    const drawn = sample(workload(cluster.minor), count).map((random, index) => ({ random, index }));
    const outcomes = await inParallel(places, 3, async (place, at) => {
      const batch = drawn.filter(({ index }) => index % places.length === at);
      const sent = await inParallel(batch, 4, ({ random, index }) => send(place, random, index));
      const taken = sent.filter(({ status }) => status === 201);
      const found = await settledPods(place.namespace, taken);
      return inParallel(sent, 4, async (one) => ({
        kind: one.kind,
        outcome: await outcomeOf(place, one, found.get(one.name)),
      }));
    });
    const tally: Record<string, Partial<Record<Outcome, number>>> = {};
    for (const { kind, outcome } of outcomes.flat()) {
      for (const key of [kind, 'all']) {
        const counts = (tally[key] ??= {});
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      }
    }
    console.info(`templates, ${cluster.version}, seed ${seed}: ${JSON.stringify(tally)}`); // oxlint-disable-line no-console -- the seed repeats the run
    // A generator that is mostly refused would prove little.
    expect(tally['all']?.['as-predicted'] ?? 0).toBeGreaterThan(count / 3);
    expect(tally['all']?.['refused-by-us'] ?? 0).toBeGreaterThan(count / 50);
    for (const { kind } of workloadKinds.filter((one) => one.kind !== 'Pod'))
      expect(tally[kind]?.['as-predicted'] ?? 0, kind).toBeGreaterThan(count / 50);
  },
  timeoutMs,
);

const create = (
  namespace: string,
  kind: Pick<WorkloadKind, 'group' | 'version' | 'resource'>,
  object: object,
) =>
  request<Answer>(
    'POST',
    `/${kind.group === '' ? 'api' : 'apis'}/${apiVersionOf(kind)}/namespaces/${namespace}/${kind.resource}`,
    object,
  );

async function send(place: Place, random: RandomWorkload, index: number): Promise<Sent> {
  const name = `t${index}`;
  const { kind, group, version } = random.kind;
  const object = objectOf(random, name);
  const { mutate, enforce, limitRanges } = place;
  const context = `seed ${seed}, number ${index}: ${JSON.stringify({ mutate, enforce, limitRanges, object }, null, 1)}`;
  const { status, body } = await create(place.namespace, random.kind, object);
  if (status === 201 && kind === 'CronJob') {
    const job = jobOf(body as unknown as JsonObject);
    const made = await create(place.namespace, { group, version, resource: 'jobs' }, job);
    expect(made.status, `${context}: ${made.body.message}`).toBe(201);
  }
  return { kind, name, template: readWorkload(object)?.template ?? {}, status, body, context };
}

/** The pods of workloads by their names, once each has one or an event that says why it gets none. */
async function settledPods(namespace: string, taken: readonly Sent[]): Promise<Map<string, KubeObject>> {
  interface Labelled extends KubeObject {
    readonly metadata: KubeObject['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
  }
  const found = new Map<string, KubeObject>();
  await eventually(
    `a pod or a refusal for each workload of ${namespace}`,
    async () => {
      const refused = await refusedNames(namespace);
      // Counted before they are read, because to read them costs both sides much.
      if ((await countPods(namespace)) < taken.length - refused.size) return false;
      for (const pod of (await pods(namespace)) as readonly Labelled[])
        found.set(pod.metadata.labels?.['app'] ?? '', pod);
      return taken.every(({ name }) => found.has(name) || refused.has(name));
    },
    timeoutMs / 2,
  );
  return found;
}

/** The workloads whose controllers were told that there will be no pod. */
async function refusedNames(namespace: string): Promise<Set<string>> {
  interface Event extends KubeObject {
    readonly message?: string;
    readonly involvedObject?: { readonly name: string };
  }
  const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=reason%3DFailedCreate`;
  const events: readonly Event[] = await list(path);
  const final = events.filter(({ message }) =>
    /is invalid|is forbidden|denied the request/.test(message ?? ''),
  );
  // Of a Deployment it is the ReplicaSet `NAME-HASH`.
  return new Set(final.map(({ involvedObject }) => involvedObject?.name.split('-')[0] ?? ''));
}

async function countPods(namespace: string): Promise<number> {
  interface Page {
    readonly items: readonly KubeObject[];
    readonly metadata: { readonly remainingItemCount?: number };
  }
  const { body } = await request<Page>('GET', `/api/v1/namespaces/${namespace}/pods?limit=1`);
  return body.items.length + (body.metadata.remainingItemCount ?? 0);
}

async function outcomeOf(place: Place, sent: Sent, pod: KubeObject | undefined): Promise<Outcome> {
  const { status, body, template, context } = sent;
  const said = `${context}: ${body.message}`;
  if (status === 422) return 'invalid';
  if (status === 403) {
    expect(body.message, said).toContain('admission webhook "enforce.gracegate.dev" denied the request');
    await expectRefusedPod(place, template, body.message ?? '', said);
    return 'refused-by-us';
  }
  expect(status, said).toBe(201);
  if (pod === undefined) {
    await expectInvalidPod(place, template, context);
    return 'pod-invalid';
  }
  const stored = readWorkload(body as unknown as JsonObject)?.template ?? {};
  for (const [how, source] of Object.entries({ written: template, stored })) {
    const predicted = promised(asRead(predictPod(source, place.surroundings).pod));
    const actual = promised(pod as unknown as JsonObject);
    expect(predicted, `from the template as ${how}, ${context}`).toEqual(actual);
  }
  return 'as-predicted';
}

/** A pod is defaulted once more when it is read from the store, which up to 1.36 completes the pod's own resources. */
function asRead(pod: JsonObject): JsonObject {
  return predictPod(pod, { limitRanges: [], mutations: undefined, serverMinor: cluster.minor }).pod;
}

const dryRunPod = (namespace: string, template: JsonObject) =>
  create(
    namespace,
    { group: '', version: 'v1', resource: 'pods?dryRun=All' },
    {
      ...template,
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...asObject(template['metadata']), name: 'random' },
    },
  );

/** What we refuse gets no pod anyway; and where we speak for LimitRanger, it says so itself before we are asked. */
async function expectRefusedPod(place: Place, template: JsonObject, refusal: string, context: string) {
  const { status, body } = await dryRunPod(place.namespace, template);
  const said = `${context}, the pod: ${body.message}`;
  expect([403, 422], said).toContain(status);
  if (refusal.includes('[limit-range]')) expect(body.message, said).not.toContain('admission webhook');
}

/** A pod that does not come although we let its template pass is invalid, and for no reason that we brought about. */
async function expectInvalidPod({ namespace, control }: Place, template: JsonObject, context: string) {
  const { status, body } = await dryRunPod(namespace, template);
  const said = `${context}, the pod: ${body.message}`;
  expect(status, said).toBe(422);
  const bare = await dryRunPod(control, template);
  expect(reasonsOf(bare.body.message), said).toEqual(expect.arrayContaining(reasonsOf(body.message)));
}

/** The reasons of a refusal, which the API server lists in the random order of Go's maps. */
const reasonsOf = (message = ''): string[] =>
  message
    .replace(/^Pod "random" is invalid: \[?/, '')
    .replace(/\]$/, '')
    .split(/, (?=spec\.)/);

/** What a prediction promises: resources, probes, lifecycle, grace period, restart policies and our own record. */
function promised(pod: JsonObject): object {
  const spec = asObject(pod['spec']);
  return {
    record: asObject(asObject(pod['metadata'])['annotations'])['gracegate.dev/mutations'],
    grace: spec['terminationGracePeriodSeconds'],
    restartPolicy: spec['restartPolicy'],
    resources: amounts(spec['resources']),
    containers: asArray(spec['containers']).map(asObject).map(promisedOf),
    initContainers: asArray(spec['initContainers']).map(asObject).map(promisedOf),
  };
}

function promisedOf(container: JsonObject): object {
  const { name, resources, readinessProbe, livenessProbe, startupProbe, lifecycle } = container;
  const { restartPolicy, restartPolicyRules } = container;
  return {
    ...{ name, resources: amounts(resources), readinessProbe, livenessProbe, startupProbe, lifecycle },
    ...{ restartPolicy, restartPolicyRules },
  };
}

function amounts(resources: Json | undefined) {
  const canonical = (found: Json | undefined) =>
    Object.fromEntries(Object.entries(asObject(found)).map(([name, amount]) => [name, nano(String(amount))]));
  const { requests, limits } = isObject(resources) ? resources : {};
  return { requests: canonical(requests), limits: canonical(limits) };
}

/** The amount, however it is written. */
function nano(text: string): string {
  const quantity = parseQuantity(text);
  return quantity === undefined ? text : String(roundUpToMilli(quantity).nano);
}
