import { annotationKeys, readSeconds } from '../annotations.ts';
import type { MutationSettings } from '../mutation.ts';
import type { PodView } from '../objects/view.ts';

/** What an application needs at least between SIGTERM and SIGKILL where nobody says how long, in seconds. */
export const leastDrainSeconds = 10;

/** The grace period that a pod would get, and how much of it is kept for the application to drain, in seconds. */
export interface GracePlan {
  readonly graceSeconds: number;
  readonly drainSeconds: number;
  /** Why an annotation was ignored. */
  readonly problem?: string;
}

/**
 * grace = max(existing, min(longest sleep + drain, maxSeconds)): never lowered, and not raised above maxSeconds. The
 * annotation drain-seconds overrides the profile; 0 there leaves the grace period alone.
 */
export function planGrace(pod: PodView, settings: MutationSettings, sleepSeconds: number): GracePlan {
  const existing = pod.gracePeriodSeconds;
  const setting = settings['grace-period'];
  const { seconds: asked, problem } = readSeconds(pod, annotationKeys.drainSeconds);
  const ignored = problem === undefined ? {} : { problem };
  if (setting === undefined)
    return { graceSeconds: existing, drainSeconds: asked ?? leastDrainSeconds, ...ignored };
  const drainSeconds = asked ?? setting.drainSeconds;
  if (drainSeconds === 0) return { graceSeconds: existing, drainSeconds, ...ignored };
  const wanted = Math.min(Math.ceil(sleepSeconds + drainSeconds), setting.maxSeconds);
  return { graceSeconds: Math.max(existing, wanted), drainSeconds, ...ignored };
}
