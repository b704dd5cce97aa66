import { annotationKeys } from './annotations.ts';
import { Draft, type PatchOperation } from './draft.ts';
import { asObject, asString, own, type JsonObject } from './json.ts';
import type { MutationSettings } from './mutation.ts';
import { mutations } from './mutations/registry.ts';

/** What became of a pod. */
export interface Mutated {
  readonly pod: JsonObject;
  /** Empty when the pod needs nothing. */
  readonly patch: readonly PatchOperation[];
  /** What was set, for the annotation and the audit log. */
  readonly records: readonly string[];
  /** Ids of the mutations that set something. */
  readonly applied: readonly string[];
  readonly warnings: readonly string[];
}

/** Runs the mutations of a profile over a pod, in sequence on one draft, and records what they set in an annotation. */
export function mutate(pod: JsonObject, settings: MutationSettings): Mutated {
  const draft = new Draft(pod);
  const records: string[] = [];
  const applied: string[] = [];
  const warnings: string[] = [];
  for (const mutation of mutations) {
    const outcome = mutation.apply(draft, settings);
    if (outcome.records.length > 0) applied.push(mutation.id);
    records.push(...outcome.records);
    warnings.push(...outcome.warnings);
  }
  if (records.length > 0) record(draft, records);
  // Two mutations may have read the same annotation.
  return { pod: draft.current, patch: draft.patch(), records, applied, warnings: [...new Set(warnings)] };
}

/** Appends to what an earlier round wrote, so that a second call after another webhook loses nothing. */
function record(draft: Draft, records: readonly string[]): void {
  const annotations = asObject(asObject(draft.current['metadata'])['annotations']);
  const before = asString(own(annotations, annotationKeys.mutations));
  const value = [...(before === undefined || before === '' ? [] : [before]), ...records].join('; ');
  draft.set(['metadata', 'annotations', annotationKeys.mutations], value);
}
