/**
 * Random pod templates on the real server: no patch of ours is ever rejected, a second time changes nothing, and the pod
 * that we predict for the template is the pod that comes out.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseConfiguration } from '../../src/config/load.ts';
import { asArray, asObject, isObject, type Json, type JsonObject } from '../../src/policy/json.ts';
import { readLimitRange } from '../../src/policy/resources/limit-range.ts';
import { predictPod } from '../../src/policy/predict.ts';
import { parseQuantity, roundUpToMilli } from '../../src/policy/resources/quantity.ts';
import { cluster, createNamespace, request, type KubeObject } from './support/cluster.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { inParallel } from './support/parallel.ts';
import { podTemplate, sample, seed } from './support/random.ts';

const count = Number(process.env['GRACEGATE_PROPERTY_PODS'] ?? 2000);

const config = `
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
profiles:
  long:
    extends: baseline
    mutations: { pre-stop-sleep: { seconds: 90, containers: with-ports }, grace-period: { drainSeconds: 20, maxSeconds: 110 } }
  exec:
    extends: baseline
    mutations: { pre-stop-sleep: { seconds: 10, method: exec }, limit-range: { limits: [{ type: Container, default: { cpu: 500m, memory: 256Mi }, defaultRequest: { cpu: 50m } }] } }
  grace-only:
    mutations: { grace-period: { drainSeconds: 90 } }
  sleep-only:
    mutations: { pre-stop-sleep: { seconds: 18 } }
  limits-only:
    mutations: { limit-range: { limits: [{ type: Container, default: { memory: 1Gi }, max: { cpu: 4, ephemeral-storage: 10Gi } }] } }
`;

const limitRange = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'limits' },
  spec: {
    limits: [{ type: 'Container', defaultRequest: { cpu: '20m' }, default: { cpu: '3', memory: '3Gi' } }],
  },
};

interface Place {
  readonly profile: string;
  /** With our mutations. */
  readonly mutating: string;
  /** The same without. */
  readonly control: string;
  readonly limitRanges: ReturnType<typeof readLimitRange>[];
}

const configuration = parseConfiguration(config, 'test');
let gracegate: Gracegate;
let places: Place[];

beforeAll(async () => {
  gracegate = await startGracegate({ config });
  const kinds = ['baseline', 'long', 'exec', 'grace-only', 'sleep-only', 'limits-only'].flatMap((profile) => [
    { profile, withLimitRange: false },
    { profile, withLimitRange: true },
  ]);
  places = await inParallel(kinds, 4, async ({ profile, withLimitRange }) => {
    const [mutating, control] = [await createNamespace({ mutate: profile }), await createNamespace()];
    if (withLimitRange) {
      for (const namespace of [mutating, control])
        await request('POST', `/api/v1/namespaces/${namespace}/limitranges`, limitRange);
    }
    return { profile, mutating, control, limitRanges: withLimitRange ? [readLimitRange(limitRange)] : [] };
  });
});
afterAll(() => gracegate.stop());

const create = (namespace: string, template: object) =>
  request<KubeObject & { message?: string }>('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, {
    apiVersion: 'v1',
    kind: 'Pod',
    ...template,
  });

/** The reasons of a refusal, which the API server lists in the random order of Go's maps. */
const reasonsOf = (message = ''): string[] =>
  message
    .replace(/^Pod "random" is invalid: \[?/, '')
    .replace(/\]$/, '')
    .split(/, (?=spec\.)/);

it(`${count} random pods: never rejected for a patch of ours, idempotent, and as predicted`, async () => {
  const templates = sample(podTemplate, count) as unknown as JsonObject[];
  const outcomes = await inParallel(templates, 8, async (template, index) => {
    const place = places[index % places.length] as Place;
    const context = `seed ${seed}, number ${index}, profile ${place.profile}: ${JSON.stringify(template, null, 1)}`;
    const named = {
      ...template,
      metadata: { ...asObject(template['metadata']), name: 'random' },
    } as JsonObject;
    const first = await create(place.mutating, named);
    if (first.status !== 201) {
      // The API server may well refuse a random pod; but then it does so without us, for these reasons and maybe more.
      const control = await create(place.control, named);
      expect(control.status, context).toBe(first.status);
      expect(reasonsOf(control.body.message), context).toEqual(
        expect.arrayContaining(reasonsOf(first.body.message)),
      );
      return 'invalid';
    }
    const again = await create(place.mutating, {
      metadata: { name: 'random', annotations: first.body.metadata.annotations },
      spec: first.body.spec,
    });
    expect(again.status, context).toBe(201);
    expect(again.body.spec, context).toEqual(first.body.spec);
    expect(again.body.metadata.annotations, context).toEqual(first.body.metadata.annotations);
    const predicted = predictPod(template, {
      limitRanges: place.limitRanges,
      mutations: configuration.profiles.get(place.profile)?.mutations,
    });
    expect(comparable(predicted.pod), context).toEqual(comparable(first.body as unknown as JsonObject));
    return first.body.metadata.annotations?.['gracegate.dev/mutations'] === undefined
      ? 'unchanged'
      : 'patched';
  });
  const tally = Object.groupBy(outcomes, (outcome) => outcome);
  const counts = Object.fromEntries(Object.entries(tally).map(([kind, found]) => [kind, found.length]));
  console.info(`property, seed ${seed}: ${JSON.stringify(counts)}`); // oxlint-disable-line no-console -- the seed repeats the run
  expect(tally.patched?.length ?? 0).toBeGreaterThan(count / 3);
  expect(tally.unchanged?.length ?? 0).toBeGreaterThan(count / 50);
}, 300_000);

/** What a prediction promises: resources, probes, lifecycle, grace period and restart policies; quantities by amount. */
function comparable(pod: JsonObject): object {
  const spec = asObject(pod['spec']);
  const containers = [...asArray(spec['containers']), ...asArray(spec['initContainers'])].map(asObject);
  return {
    grace: spec['terminationGracePeriodSeconds'],
    restartPolicy: spec['restartPolicy'],
    // Before 1.37 the pod's own resources were completed on decoding, from what its containers had then.
    ...(cluster.minor >= 37 && { resources: amounts(spec['resources']) }),
    containers: containers.map(
      ({ name, resources, readinessProbe, livenessProbe, startupProbe, lifecycle, restartPolicy }) => ({
        name,
        resources: amounts(resources),
        readinessProbe,
        livenessProbe,
        startupProbe,
        lifecycle,
        restartPolicy,
      }),
    ),
  };
}

function amounts(resources: Json | undefined) {
  const list = (value: Json | undefined) =>
    Object.fromEntries(
      Object.entries(asObject(value)).map(([name, amount]) => [name, canonical(String(amount))]),
    );
  const { requests, limits } = isObject(resources) ? resources : {};
  return { requests: list(requests), limits: list(limits) };
}

/** The amount, however it is written. */
function canonical(text: string): string {
  const quantity = parseQuantity(text);
  return quantity === undefined ? text : String(roundUpToMilli(quantity).nano);
}
