/** What an API server refuses in a LimitRange. Source: ValidateLimitRange in pkg/apis/core/validation/validation.go. */
import { asObject, isObject, own, type Json, type JsonObject } from '../policy/json.ts';
import { limitRangeOf, type LimitRangeItem } from '../policy/resources/limit-range.ts';
import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../policy/resources/quantity.ts';
import type { ResourceAmounts } from '../policy/resources/resources.ts';
import type { ConfigurationProblem } from './configuration.ts';

type Path = ConfigurationProblem['path'];

const amountFields = ['min', 'max', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

/** Everything that is wrong in `limits`, which lies at a path of the configuration. */
export function limitProblems(path: Path, limits: readonly Json[]): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const seen = new Set<string>();
  const raws = limits.filter(isObject);
  limitRangeOf('', raws).items.forEach((item, index) => {
    const at = [...path, index];
    if (seen.has(item.type)) {
      problems.push({ path: [...at, 'type'], message: `type ${item.type} is there twice` });
    }
    seen.add(item.type);
    const raw = raws[index] ?? {};
    problems.push(...amountProblems(at, raw), ...podProblems(at, item, raw));
    problems.push(...orderProblems(at, item), ...ratioProblems(at, item));
  });
  return problems;
}

/** Amounts of the right form that are still none, such as 1e999. */
function amountProblems(path: Path, raw: JsonObject): ConfigurationProblem[] {
  return amountFields.flatMap((field) => {
    const amounts = asObject(raw[field]);
    return Object.keys(amounts).flatMap((resource) => {
      const amount = own(amounts, resource);
      const text = typeof amount === 'string' ? amount : JSON.stringify(amount);
      const isAmount = parseQuantity(text) !== undefined;
      return isAmount ? [] : [{ path: [...path, field, resource], message: `${text} is not an amount` }];
    });
  });
}

function podProblems(path: Path, { type }: LimitRangeItem, raw: JsonObject): ConfigurationProblem[] {
  if (type !== 'Pod') return [];
  return ['default', 'defaultRequest']
    .filter((field) => raw[field] !== undefined)
    .map((field) => ({ path: [...path, field], message: 'cannot be set for type Pod' }));
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

function orderProblems(path: Path, item: LimitRangeItem): ConfigurationProblem[] {
  return ordered.flatMap(([low, high]) =>
    pairs(item[low], item[high])
      .filter(([, amount, bound]) => compareQuantities(amount, bound) > 0)
      .map(([resource, amount, bound]) => ({
        path: [...path, low, resource],
        message: `${formatQuantity(amount)} is above ${high}, ${formatQuantity(bound)}`,
      })),
  );
}

function ratioProblems(
  path: Path,
  { min, max, maxLimitRequestRatio }: LimitRangeItem,
): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  for (const [resource, ratio] of maxLimitRequestRatio) {
    const at = [...path, 'maxLimitRequestRatio', resource];
    if (ratio.nano < 10n ** 9n) problems.push({ path: at, message: 'must be at least 1' });
    const [low, high] = [min.get(resource), max.get(resource)];
    if (low === undefined || high === undefined || low.nano === 0n) continue;
    const possible = Number(high.nano) / Number(low.nano);
    if (Number(ratio.nano) / 1e9 > possible) {
      problems.push({ path: at, message: `${formatQuantity(ratio)} is above max/min, ${possible}` });
    }
  }
  return problems;
}

function pairs(low: ResourceAmounts, high: ResourceAmounts): [string, Quantity, Quantity][] {
  return [...low].flatMap(([resource, amount]) => {
    const bound = high.get(resource);
    return bound === undefined ? [] : [[resource, amount, bound]];
  });
}
