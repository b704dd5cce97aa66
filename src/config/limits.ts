import { isObject, type Json } from '../policy/json.ts';
import { limitRangeOf, type LimitRangeItem } from '../policy/limit-range.ts';
import { compareQuantities, formatQuantity, type Quantity } from '../policy/quantity.ts';
import type { ResourceAmounts } from '../policy/resources.ts';
import type { ConfigurationProblem } from './configuration.ts';

/** What an API server refuses in a LimitRange. Source: ValidateLimitRange in pkg/apis/core/validation/validation.go. */
export function limitProblems(path: string, limits: readonly Json[]): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const seen = new Set<string>();
  const { items } = limitRangeOf(path, limits);
  items.forEach((item, index) => {
    const at = `${path}.${index}`;
    if (seen.has(item.type))
      problems.push({ path: `${at}.type`, message: `type ${item.type} is there twice` });
    seen.add(item.type);
    const raw = limits[index];
    if (item.type === 'Pod' && isObject(raw)) {
      for (const field of ['default', 'defaultRequest']) {
        if (raw[field] !== undefined)
          problems.push({ path: `${at}.${field}`, message: 'cannot be set for type Pod' });
      }
    }
    problems.push(...orderProblems(at, item));
  });
  return problems;
}

/** Pairs of which the first must not be above the second. */
const ordered = [
  ['min', 'max'],
  ['min', 'defaultRequest'],
  ['defaultRequest', 'max'],
  ['defaultRequest', 'default'],
  ['min', 'default'],
  ['default', 'max'],
] as const;

function orderProblems(path: string, item: LimitRangeItem): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  for (const [low, high] of ordered) {
    for (const [resource, amount, bound] of pairs(item[low], item[high])) {
      if (compareQuantities(amount, bound) <= 0) continue;
      problems.push({
        path: `${path}.${low}.${resource}`,
        message: `${formatQuantity(amount)} is above ${high}, ${formatQuantity(bound)}`,
      });
    }
  }
  for (const [resource, ratio] of item.maxLimitRequestRatio) {
    if (ratio.nano >= 10n ** 9n) continue;
    problems.push({ path: `${path}.maxLimitRequestRatio.${resource}`, message: 'must be at least 1' });
  }
  return problems;
}

function pairs(low: ResourceAmounts, high: ResourceAmounts): [string, Quantity, Quantity][] {
  return [...low].flatMap(([resource, amount]) => {
    const bound = high.get(resource);
    return bound === undefined ? [] : [[resource, amount, bound]];
  });
}
