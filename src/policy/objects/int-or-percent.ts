import type { Json } from '../json.ts';

const percentage = /^[+-]?\d+%$/;

/** Integers of the API are int32 here; percentages are read as int64. */
const maxInt32 = 2 ** 31 - 1;
const maxInt64 = 2 ** 63;

/**
 * The value of an IntOrString such as `maxUnavailable`: a number as it is, `25%` as that share of the total. Undefined
 * for anything else, also for a string such as `"3"`. Source: GetScaledValueFromIntOrPercent in k8s.io/apimachinery
 * pkg/util/intstr/intstr.go; Deployments round maxSurge up and maxUnavailable down, PodDisruptionBudgets always up.
 */
export function scaledValue(
  value: Json | undefined,
  total: number,
  rounding: 'up' | 'down',
): number | undefined {
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= -maxInt32 - 1 && value <= maxInt32 ? value : undefined;
  }
  if (typeof value !== 'string' || !percentage.test(value)) return undefined;
  const percent = Number(value.slice(0, -1));
  if (Math.abs(percent) > maxInt64) return undefined;
  const scaled = (percent * total) / 100;
  // Adding zero turns -0 into 0.
  return (rounding === 'up' ? Math.ceil(scaled) : Math.floor(scaled)) + 0;
}
