import { applyPodDefaults } from './api-defaults.ts';
import { Draft } from './draft.ts';
import { fillDefaults } from './resources/fill-defaults.ts';
import type { JsonObject } from './json.ts';
import { containerDefaults, type ContainerDefaults, type LimitRange } from './resources/limit-range.ts';
import { mutate } from './mutate.ts';
import type { MutationSettings } from './mutation.ts';
import { applyPodLevelDefaults, applyPodLevelDefaultsOnDecoding } from './resources/pod-level-defaults.ts';

/** What decides, besides the template, which pod comes out of it. */
export interface Surroundings {
  /** The LimitRanges of the namespace. */
  readonly limitRanges: readonly LimitRange[];
  /** Our mutations, where the namespace has them on. */
  readonly mutations: MutationSettings | undefined;
  /** Of the API server, as 34 in 1.34; the newest known when undefined. */
  readonly serverMinor?: number | undefined;
}

/** From here on `spec.resources` is completed after all mutation (PodLevelResourcesFixDefaulting), and not on decoding. */
const completesLateSince = 37;

export interface Prediction {
  readonly pod: JsonObject;
  /** What our mutations would say. */
  readonly warnings: readonly string[];
}

/**
 * The pod that would come out of a pod template, so that a workload and its pods get the same verdict.
 *
 * In the API server's own order: defaults on decoding, in-tree LimitRanger (emulated exactly, its failures included), our
 * mutations; and, where these changed something, defaults and in-tree mutators once more
 * (staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/reinvocationcontext.go).
 */
export function predictPod(template: JsonObject, surroundings: Surroundings): Prediction {
  const { limitRanges, mutations, serverMinor = completesLateSince } = surroundings;
  const defaults = containerDefaults(limitRanges);
  const completesLate = serverMinor >= completesLateSince;
  const draft = new Draft(template);
  defaultInTree(draft, defaults, completesLate);
  const mutated = mutations === undefined ? undefined : mutate(draft.current, mutations);
  const last = mutated === undefined || mutated.patch.length === 0 ? draft : new Draft(mutated.pod);
  if (last !== draft) defaultInTree(last, defaults, completesLate);
  if (completesLate) applyPodLevelDefaults(last);
  return { pod: last.current, warnings: mutated?.warnings ?? [] };
}

/** What the API server does by itself to a Pod that comes in. */
function defaultInTree(draft: Draft, defaults: ContainerDefaults, completesLate: boolean): void {
  applyPodDefaults(draft);
  if (!completesLate) applyPodLevelDefaultsOnDecoding(draft);
  fillDefaults(draft, defaults, { keepValid: false });
}
