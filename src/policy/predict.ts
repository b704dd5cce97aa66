import { applyPodDefaults } from './api-defaults.ts';
import { Draft } from './draft.ts';
import { fillDefaults } from './fill-defaults.ts';
import type { JsonObject } from './json.ts';
import { containerDefaults, type LimitRange } from './limit-range.ts';
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
  const draft = new Draft(template);
  const defaults = containerDefaults(limitRanges);
  applyPodDefaults(draft);
  fillDefaults(draft, defaults, { keepValid: false });
  if (mutations === undefined) return { pod: draft.current, warnings: [] };
  const mutated = mutate(draft.current, mutations);
  if (mutated.patch.length === 0) return { pod: mutated.pod, warnings: mutated.warnings };
  const again = new Draft(mutated.pod);
  applyPodDefaults(again);
  fillDefaults(again, defaults, { keepValid: false });
  return { pod: again.current, warnings: mutated.warnings };
}
