import { applyPodDefaults, applyPodLevelDefaults } from './api-defaults.ts';
import { Draft } from './draft.ts';
import { fillDefaults } from './fill-defaults.ts';
import type { JsonObject } from './json.ts';
import { containerDefaults, type ContainerDefaults, type LimitRange } from './limit-range.ts';
import { mutate } from './mutate.ts';
import type { MutationSettings } from './mutation.ts';

/** What decides, besides the template, which pod comes out of it. */
export interface Surroundings {
  /** The LimitRanges of the namespace. */
  readonly limitRanges: readonly LimitRange[];
  /** Our mutations, where the namespace has them on. */
  readonly mutations: MutationSettings | undefined;
}

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
export function predictPod(template: JsonObject, { limitRanges, mutations }: Surroundings): Prediction {
  const defaults = containerDefaults(limitRanges);
  const draft = new Draft(template);
  defaultInTree(draft, defaults);
  const mutated = mutations === undefined ? undefined : mutate(draft.current, mutations);
  const last = mutated === undefined || mutated.patch.length === 0 ? draft : new Draft(mutated.pod);
  if (last !== draft) defaultInTree(last, defaults);
  applyPodLevelDefaults(last);
  return { pod: last.current, warnings: mutated?.warnings ?? [] };
}

/** What the API server does by itself to a Pod that comes in. */
function defaultInTree(draft: Draft, defaults: ContainerDefaults): void {
  applyPodDefaults(draft);
  fillDefaults(draft, defaults, { keepValid: false });
}
