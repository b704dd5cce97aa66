import type { ObjectCheck, ParameterValues, WorkloadCheck } from './check.ts';
import type { ContainerMatcher } from './objects/container-matcher.ts';
import type { JsonObject } from './json.ts';
import type { LimitRange } from './resources/limit-range.ts';
import type { MutationSettings } from './mutation.ts';

export type Action = 'deny' | 'warn';

/** A check as a profile uses it. A check that is off is not in the profile. */
export interface CheckSetting<C = WorkloadCheck | ObjectCheck> {
  readonly check: C;
  readonly action: Action;
  /** True when the author of a workload may exempt a pod from it by annotation. */
  readonly exemptible: boolean;
  readonly parameters: ParameterValues;
  /** Containers that this check leaves alone, besides those of the profile. */
  readonly ignores: ContainerMatcher | undefined;
  /** Which objects are asked, by kind and by labels; undefined when all are. */
  readonly asks: ((kind: string, labels: JsonObject) => boolean) | undefined;
}

/** A profile ready for use: resolved, compiled and frozen when the configuration was read. */
export interface Profile {
  readonly name: string;
  /** deny: pods are refused like workloads; warn: only workloads are, so that the pods of a drained node come back. */
  readonly pods: Action;
  /** Containers that other webhooks inject and that no author can fix. */
  readonly ignores: ContainerMatcher;
  /** In the order of the registry. */
  readonly workloadChecks: readonly CheckSetting<WorkloadCheck>[];
  /** In the order of the registry. */
  readonly objectChecks: readonly CheckSetting<ObjectCheck>[];
  readonly mutations: MutationSettings;
  /** The profile's own limits, which the check limit-range judges beside the namespace's. */
  readonly limits: readonly LimitRange[];
}

export function checksOf({ workloadChecks, objectChecks }: Profile): readonly CheckSetting[] {
  return [...workloadChecks, ...objectChecks];
}
