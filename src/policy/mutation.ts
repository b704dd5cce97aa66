import type { Parameters } from './check.ts';
import type { Draft } from './draft.ts';
import type { LimitRange } from './resources/limit-range.ts';

export interface PreStopSleepSettings {
  /** Seconds to sleep before SIGTERM. 0 injects nothing. */
  readonly seconds: number;
  readonly containers: 'all' | 'with-ports';
  /** sleep: the kubelet's own action (KEP-3960), which needs nothing in the image; exec: the image's `sleep` command. */
  readonly method: 'sleep' | 'exec';
}

export interface GracePeriodSettings {
  /** Seconds between SIGTERM and SIGKILL for the application to drain. */
  readonly drainSeconds: number;
  /** The grace period is never raised above this many seconds. */
  readonly maxSeconds: number;
}

/** The mutations of a profile; what is absent is off. */
export interface MutationSettings {
  readonly 'limit-range'?: LimitRange;
  readonly 'pre-stop-sleep'?: PreStopSleepSettings;
  readonly 'grace-period'?: GracePeriodSettings;
}

export type MutationId = keyof MutationSettings;

/** What a mutation did, in words: `records` for the annotation and the audit log, `warnings` for the client. */
export interface Applied {
  readonly records: readonly string[];
  readonly warnings: readonly string[];
}

export const nothingApplied: Applied = { records: [], warnings: [] };

/**
 * Fills what is absent in a pod, as one object. A mutation never changes what an author wrote, except that a grace period
 * that is too short is raised, and is idempotent: the API server may call twice (reinvocationPolicy IfNeeded).
 */
export interface Mutation {
  readonly id: MutationId;
  readonly title: string;
  readonly rationale: string;
  readonly source: string;
  readonly parameters: Parameters;
  apply(draft: Draft, settings: MutationSettings): Applied;
}
