import type { MutationSettings } from '../policy/mutation.ts';
import type { ConfigurationProblem } from './configuration.ts';

/**
 * A preStop sleep is left out where no grace period may be made long enough for it: with such numbers of every pod, but for
 * one that brings that grace period itself. Nobody means that, and nobody would hear of it.
 */
export function stopProblems(
  path: ConfigurationProblem['path'],
  { 'pre-stop-sleep': sleep, 'grace-period': grace }: MutationSettings,
): ConfigurationProblem[] {
  // 0 turns either off, and then it is a matter of the pod.
  if (sleep === undefined || grace === undefined || sleep.seconds === 0 || grace.drainSeconds === 0)
    return [];
  const needed = sleep.seconds + grace.drainSeconds;
  if (needed <= grace.maxSeconds) return [];
  const message =
    `a sleep of ${sleep.seconds} s and grace-period.drainSeconds ${grace.drainSeconds} need a grace period of ${needed} s, ` +
    `above grace-period.maxSeconds ${grace.maxSeconds}, so the sleep would be left out: ` +
    `set maxSeconds to ${needed}, or lower the sleep or drainSeconds`;
  return [{ path: [...path, 'pre-stop-sleep', 'seconds'], message }];
}
