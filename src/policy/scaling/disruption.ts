/** What a PodDisruptionBudget allows. Source: pkg/controller/disruption/disruption.go, and measured on real servers. */
import { scaledValue } from '../objects/int-or-percent.ts';
import type { Json, JsonObject } from '../json.ts';

/**
 * The pods that may be evicted at this moment (`status.disruptionsAllowed`). Undefined where a number cannot be read.
 * Percentages round up on both sides, so minAvailable is stricter and maxUnavailable laxer than one might think.
 *
 * @param spec `spec` of the PodDisruptionBudget
 * @param expectedPods what percentages are of: the replicas of the controllers; the pods themselves for an integer minAvailable
 * @param healthyPods how many of the pods are Ready
 */
export function disruptionsAllowed(
  spec: JsonObject,
  expectedPods: number,
  healthyPods: number,
): number | undefined {
  const { maxUnavailable, minAvailable } = writtenBudget(spec);
  let desired: number | undefined;
  if (maxUnavailable !== undefined) {
    const unavailable = scaledValue(maxUnavailable, expectedPods, 'up');
    desired = unavailable === undefined ? undefined : Math.max(expectedPods - unavailable, 0);
  } else if (minAvailable !== undefined) {
    desired = scaledValue(minAvailable, expectedPods, 'up');
  } else {
    // With neither the controller counts no pods as expected, and that allows nothing.
    return 0;
  }
  if (desired === undefined) return undefined;
  return expectedPods <= 0 ? 0 : Math.max(healthyPods - desired, 0);
}

/**
 * True when the budget counts by the replicas of controllers rather than by pods: for maxUnavailable and for percentages.
 * Then every pod needs a controller with a scale (getExpectedScale).
 */
export function countsByScale(spec: JsonObject): boolean {
  const { maxUnavailable, minAvailable } = writtenBudget(spec);
  return maxUnavailable !== undefined || typeof minAvailable === 'string';
}

/** The two fields of a budget. What is neither a number nor a string counts as absent. */
export function writtenBudget(spec: JsonObject) {
  return {
    maxUnavailable: intOrString(spec['maxUnavailable']),
    minAvailable: intOrString(spec['minAvailable']),
  };
}

function intOrString(value: Json | undefined): number | string | undefined {
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}
