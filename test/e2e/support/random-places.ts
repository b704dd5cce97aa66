/** Namespaces in which random workloads can be tried: under several profiles, with and without LimitRanges. */
import { parseConfiguration } from '../../../src/config/load.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { readLimitRange } from '../../../src/policy/resources/limit-range.ts';
import type { Surroundings } from '../../../src/policy/predict.ts';
import { cluster, createNamespace, request, uniqueName } from './cluster.ts';
import { inParallel } from './parallel.ts';
import { limits, sample, seed } from './random.ts';

export interface Place {
  /** The profiles of its labels. */
  readonly mutate: string;
  readonly enforce: string;
  readonly namespace: string;
  /** A namespace with the same LimitRanges and without us. */
  readonly control: string;
  /** As they were written. */
  readonly limitRanges: readonly JsonObject[];
  /** What to predict pods with. */
  readonly surroundings: Surroundings;
}

/** For Gracegate to run with where these places are. */
export const placesConfig = `
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
profiles:
  long:
    mutations: { pre-stop-sleep: { seconds: 90, containers: with-ports }, grace-period: { drainSeconds: 20, maxSeconds: 110 } }
  exec:
    extends: baseline
    mutations: { pre-stop-sleep: { seconds: 10, method: exec }, limit-range: { limits: [{ type: Container, default: { cpu: 500m, memory: 256Mi }, defaultRequest: { cpu: 50m } }] } }
  grace-only:
    mutations: { grace-period: { drainSeconds: 90 } }
  sleep-only:
    mutations: { pre-stop-sleep: { seconds: 18 } }
  limits-only:
    mutations: { limit-range: { limits: [{ type: Container, default: { memory: 1Gi } }] } }
  fits:
    checks: { limit-range: { action: deny } }
  stops:
    checks: { limit-range: { action: deny }, grace-period: { action: deny } }
`;

/** LimitRanges that name different resources: of two that name the same one the API server takes either. */
const defaulting = [
  [{ type: 'Container', defaultRequest: { cpu: '20m' }, default: { cpu: '3', memory: '3Gi' } }],
  [{ type: 'Container', defaultRequest: { 'ephemeral-storage': '100Mi' } }],
];

/**
 * For each mutating profile a namespace without LimitRanges, one with defaults from two, and one with a random one. To be
 * made before Gracegate starts, so that its caches hold every LimitRange from the first review on.
 */
export function createPlaces(): Promise<Place[]> {
  const wanted = ['baseline', 'long', 'exec', 'grace-only', 'sleep-only', 'limits-only'].flatMap((mutate) =>
    (['none', 'defaulting', 'random'] as const).map((found) => ({ mutate, found })),
  );
  const { profiles } = parseConfiguration(placesConfig, 'places');
  return inParallel(wanted, 4, async ({ mutate, found }, index) => {
    const enforce = found === 'none' ? 'stops' : 'fits';
    const [namespace, control] = [await createNamespace({ mutate, enforce }), await createNamespace()];
    const limitRanges =
      found === 'random'
        ? await createLimitRanges([namespace, control], sample(limits, 20, index), 1)
        : await createLimitRanges([namespace, control], found === 'none' ? [] : defaulting);
    const mutations = profiles.get(mutate)?.mutations;
    const surroundings = {
      limitRanges: limitRanges.map(readLimitRange),
      mutations,
      serverMinor: cluster.minor,
    };
    return { mutate, enforce, namespace, control, limitRanges, surroundings };
  });
}

/** Makes the first `wanted` that the API server takes, which it does not of every random one. */
async function createLimitRanges(
  namespaces: readonly string[],
  candidates: readonly (readonly object[])[],
  wanted = candidates.length,
): Promise<JsonObject[]> {
  const taken: object[] = [];
  for (const spec of candidates) {
    if (taken.length === wanted) break;
    const object = {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: uniqueName('limits') },
      spec: { limits: spec },
    };
    const answers = await inParallel(namespaces, 1, (namespace) =>
      request('POST', `/api/v1/namespaces/${namespace}/limitranges`, object),
    );
    if (answers.every(({ status }) => status === 201)) taken.push(object);
  }
  if (taken.length < wanted) throw new Error(`the API server took too few LimitRanges of seed ${seed}`);
  return taken as JsonObject[];
}
