import { Draft, pathOfPointer } from '../policy/draft.ts';
import type { JsonObject } from '../policy/json.ts';
import { mutate } from '../policy/mutate.ts';
import type { MutationSettings } from '../policy/mutation.ts';
import type { Workload } from '../policy/objects/workload-kinds.ts';
import { predictPod } from '../policy/predict.ts';
import type { LimitRange } from '../policy/resources/limit-range.ts';

export interface PatchedPod {
  /** The template with what the webhook would write into its pods. */
  readonly template: JsonObject;
  /** How many operations the patch has. */
  readonly operations: number;
  /** Why something was not patched. */
  readonly warnings: readonly string[];
}

/**
 * What the mutations decide on the pod that would come out, put into the template as it is written: defaults of the API
 * server are nothing that a reader is looking for.
 * @param limitRanges of the namespace
 */
export function patchedPod(
  { template }: Workload,
  settings: MutationSettings,
  limitRanges: readonly LimitRange[],
): PatchedPod {
  const { pod } = predictPod(template, { limitRanges, mutations: undefined });
  const mutated = mutate(pod, settings);
  const draft = new Draft(template);
  for (const { path, value } of mutated.patch) draft.set(pathOfPointer(path, mutated.pod), value);
  return { template: draft.current, operations: mutated.patch.length, warnings: mutated.warnings };
}
