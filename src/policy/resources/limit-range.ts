/**
 * LimitRange as plugin/pkg/admission/limitranger/admission.go understands it: the shape, the defaults that the API
 * server sets when one is stored, what it fills into a pod, and what it refuses.
 */
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../json.ts';
import {
  compareQuantities,
  fitsMilli,
  formatQuantity,
  milliUnits,
  parseQuantity,
  roughRatio,
  wholeUnits,
  type Quantity,
} from './quantity.ts';
import { readAmounts, type ResourceAmounts } from './resources.ts';

/** An item of `spec.limits`, parsed, with the defaults of a stored LimitRange. */
export interface LimitRangeItem {
  readonly type: string;
  readonly min: ResourceAmounts;
  readonly max: ResourceAmounts;
  readonly default: ResourceAmounts;
  readonly defaultRequest: ResourceAmounts;
  readonly maxLimitRequestRatio: ResourceAmounts;
}

export interface LimitRange {
  /** How a message names it: `LimitRange shop/defaults` or `profile baseline`. */
  readonly source: string;
  readonly items: readonly LimitRangeItem[];
  /** What it alone fills into a container. */
  readonly defaults: ContainerDefaults;
}

/** Reads a LimitRange object of the API or of a file. */
export function readLimitRange(object: JsonObject): LimitRange {
  const metadata = asObject(object['metadata']);
  const name = asString(metadata['name']) ?? '';
  const namespace = asString(metadata['namespace']);
  return limitRangeOf(
    `LimitRange ${namespace === undefined ? '' : `${namespace}/`}${name}`,
    asArray(asObject(object['spec'])['limits']),
  );
}

/** Makes a LimitRange of the items of its `spec.limits`. */
export function limitRangeOf(source: string, limits: readonly Json[]): LimitRange {
  const items = limits.filter(isObject).map(readItem);
  return { source, items, defaults: defaultsOf(items) };
}

function readItem(raw: JsonObject): LimitRangeItem {
  const item: LimitRangeItem = {
    type: asString(raw['type']) ?? '',
    min: readAmounts(raw['min']),
    max: readAmounts(raw['max']),
    default: readAmounts(raw['default']),
    defaultRequest: readAmounts(raw['defaultRequest']),
    maxLimitRequestRatio: readAmounts(raw['maxLimitRequestRatio']),
  };
  if (item.type === 'Container') setStoredDefaults(item);
  return item;
}

/** SetDefaults_LimitRangeItem in pkg/apis/core/v1/defaults.go; the order matters. */
function setStoredDefaults(item: LimitRangeItem): void {
  fillAbsent(item.default, item.max);
  fillAbsent(item.defaultRequest, item.default);
  fillAbsent(item.defaultRequest, item.min);
}

function fillAbsent(target: ResourceAmounts, source: ResourceAmounts): void {
  for (const [name, amount] of source) if (!target.has(name)) target.set(name, amount);
}

/**
 * What a set of LimitRanges fills into a container that sets nothing. With several the first to name a resource wins.
 * The amounts are in the canonical form, as the API server would print them.
 */
export interface ContainerDefaults {
  readonly requests: ReadonlyMap<string, string>;
  readonly limits: ReadonlyMap<string, string>;
}

export function containerDefaults(limitRanges: readonly LimitRange[]): ContainerDefaults {
  const [first, second] = limitRanges;
  if (second === undefined) return first?.defaults ?? noDefaults;
  return defaultsOf(limitRanges.flatMap(({ items }) => items));
}

const noDefaults: ContainerDefaults = { requests: new Map(), limits: new Map() };

function defaultsOf(items: readonly LimitRangeItem[]): ContainerDefaults {
  const requests: ResourceAmounts = new Map();
  const limits: ResourceAmounts = new Map();
  for (const item of items) {
    if (item.type !== 'Container') continue;
    fillAbsent(requests, item.defaultRequest);
    fillAbsent(limits, item.default);
  }
  return { requests: printed(requests), limits: printed(limits) };
}

/** Sorted by resource name, so that records and patches are the same every time. */
function printed(amounts: ResourceAmounts): Map<string, string> {
  const names = [...amounts.keys()].toSorted();
  return new Map(names.map((name) => [name, formatQuantity(amounts.get(name) as Quantity)]));
}

/** A way in which amounts break a LimitRange. The arguments are data; words are made elsewhere. */
export interface LimitBreach {
  readonly rule:
    | 'min-no-request'
    | 'min-request'
    | 'min-limit'
    | 'max-no-limit'
    | 'max-limit'
    | 'max-request'
    | 'ratio-no-request'
    | 'ratio-no-limit'
    | 'ratio';
  readonly resource: string;
  /** The bound, in canonical form. */
  readonly bound: string;
  /** The amount or ratio found, where there is one. */
  readonly found?: string;
  /** Of two breaches of one rule the one with the larger extent is worse. */
  readonly extent?: number;
}

/** Everything in which requests and limits break an item, in the order min, max, ratio and by resource name. */
export function limitBreaches(
  item: LimitRangeItem,
  requests: ResourceAmounts,
  limits: ResourceAmounts,
): LimitBreach[] {
  const breaches: LimitBreach[] = [];
  const judge = (
    bounds: ResourceAmounts,
    rule: (a: Amounts) => Omit<LimitBreach, 'resource' | 'bound'> | undefined,
  ) => {
    for (const resource of [...bounds.keys()].toSorted()) {
      const bound = bounds.get(resource) as Quantity;
      const breach = rule({ request: requests.get(resource), limit: limits.get(resource), bound });
      if (breach !== undefined) breaches.push({ ...breach, resource, bound: formatQuantity(bound) });
    }
  };
  judge(item.min, minBreach);
  judge(item.max, maxBreach);
  judge(item.maxLimitRequestRatio, ratioBreach);
  return breaches;
}

interface Amounts {
  readonly request: Quantity | undefined;
  readonly limit: Quantity | undefined;
  readonly bound: Quantity;
}

type Breach = Omit<LimitBreach, 'resource' | 'bound'>;

function tooLarge(amount: Quantity): Pick<LimitBreach, 'found' | 'extent'> {
  return { found: formatQuantity(amount), extent: Number(amount.nano) };
}

function tooSmall(amount: Quantity): Pick<LimitBreach, 'found' | 'extent'> {
  return { found: formatQuantity(amount), extent: -Number(amount.nano) };
}

/** minConstraint: needs a request; the limit counts when it is there. */
function minBreach({ request, limit, bound }: Amounts): Breach | undefined {
  if (request === undefined) return { rule: 'min-no-request' };
  const scaled = comparable(request, limit, bound);
  if (scaled.request < scaled.bound) return { rule: 'min-request', ...tooSmall(request) };
  if (limit !== undefined && scaled.limit < scaled.bound) return { rule: 'min-limit', ...tooSmall(limit) };
  return undefined;
}

/** maxConstraint: needs a limit; the request counts when it is there. */
function maxBreach({ request, limit, bound }: Amounts): Breach | undefined {
  if (limit === undefined) return { rule: 'max-no-limit' };
  const scaled = comparable(request, limit, bound);
  if (scaled.limit > scaled.bound) return { rule: 'max-limit', ...tooLarge(limit) };
  if (request !== undefined && scaled.request > scaled.bound)
    return { rule: 'max-request', ...tooLarge(request) };
  return undefined;
}

/** limitRequestRatioConstraint: needs both. The server divides in floating point, so we do as well. */
function ratioBreach({ request, limit, bound }: Amounts): Breach | undefined {
  const scaled = comparable(request, limit, bound);
  if (request === undefined || scaled.request === 0n) return { rule: 'ratio-no-request' };
  if (limit === undefined || scaled.limit === 0n) return { rule: 'ratio-no-limit' };
  const ratio = Number(scaled.limit) / Number(scaled.request);
  const exceeded = fitsMilli(bound)
    ? ratio * 1000 > Number(milliUnits(bound))
    : ratio > Number(wholeUnits(bound));
  if (!exceeded) return undefined;
  return { rule: 'ratio', found: String(Math.round(ratio * 1e6) / 1e6), extent: roughRatio(ratio) };
}

/** requestLimitEnforcedValues: in thousandths where all of them fit, else in whole units. Absent counts as zero. */
function comparable(request: Quantity | undefined, limit: Quantity | undefined, bound: Quantity) {
  const all = [request, limit, bound].map((quantity) => quantity ?? zero);
  const scale = all.every(fitsMilli) ? milliUnits : wholeUnits;
  return {
    request: scale(request ?? zero),
    limit: scale(limit ?? zero),
    bound: scale(bound),
  };
}

const zero: Quantity = { nano: 0n, format: 'DecimalSI' };

/** True when a limit would lie below a request, which API validation refuses. */
export function limitBelowRequest(limit: string, request: Quantity | undefined): boolean {
  const amount = parseQuantity(limit);
  return request !== undefined && amount !== undefined && compareQuantities(amount, request) < 0;
}
