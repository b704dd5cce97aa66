import { asObject, isObject, own, type Json, type JsonObject } from '../json.ts';
import {
  addQuantities,
  compareQuantities,
  isZero,
  parseQuantity,
  roundUpToMilli,
  type Quantity,
} from './quantity.ts';
import type { ContainerView, PodView } from '../objects/view.ts';

export type ResourceField = 'requests' | 'limits';

/** Resource name to amount. A Map, because a resource name comes from outside and may be `__proto__`. */
export type ResourceAmounts = Map<string, Quantity>;

/** Resources that `spec.resources` of a pod can hold, and that it overrides (KEP-2837), besides huge pages. */
const podLevelResources = new Set(['cpu', 'memory']);

const hugePages = 'hugepages-';

/** The amounts of `resources.requests` or `resources.limits`. */
export function resourceAmounts(resources: JsonObject | undefined, field: ResourceField): ResourceAmounts {
  return readAmounts(resources?.[field]);
}

/** The amounts of a ResourceList, as the server stores them. What is not a quantity counts as absent. */
export function readAmounts(list: Json | undefined): ResourceAmounts {
  const amounts: ResourceAmounts = new Map();
  if (!isObject(list)) return amounts;
  for (const name of Object.keys(list)) {
    const amount = readAmount(list, name);
    if (amount !== undefined) amounts.set(name, amount);
  }
  return amounts;
}

/** The amount, unless it is zero: a request that reserves nothing, or a limit that bounds nothing. */
export function positiveAmount(
  resources: JsonObject | undefined,
  field: ResourceField,
  name: string,
): Quantity | undefined {
  const amount = resourceAmount(resources, field, name);
  return amount === undefined || isZero(amount) ? undefined : amount;
}

/** One amount of a container's resources. YAML may hold a number where the API has a string. */
export function resourceAmount(
  resources: JsonObject | undefined,
  field: ResourceField,
  name: string,
): Quantity | undefined {
  const list = resources === undefined ? undefined : resources[field];
  return isObject(list) ? readAmount(list, name) : undefined;
}

/** Rounded up to thousandths, as SetDefaults_ResourceList in pkg/apis/core/v1/defaults.go stores it. */
function readAmount(list: JsonObject, name: string): Quantity | undefined {
  const value = own(list, name);
  const text = typeof value === 'number' ? String(value) : value;
  const quantity = typeof text === 'string' ? parseQuantity(text) : undefined;
  return quantity === undefined ? undefined : roundUpToMilli(quantity);
}

/** What is written where an amount belongs and is none: the API server refuses the whole object. */
export function unreadableAmount(
  resources: JsonObject | undefined,
  field: ResourceField,
  name: string,
): string | undefined {
  const list = resources === undefined ? undefined : resources[field];
  const value = isObject(list) ? own(list, name) : undefined;
  // null is nothing, for the API server as well.
  if (value === undefined || value === null || readAmount(list as JsonObject, name) !== undefined)
    return undefined;
  if (typeof value === 'object') return Array.isArray(value) ? '(a list)' : '(a map)';
  return String(value);
}

export function containerResources(container: ContainerView): JsonObject {
  return asObject(container.raw['resources']);
}

/** True when some amount cannot be read, so that nothing follows of the others together. */
export function hasUnreadableAmount(resources: JsonObject | undefined): boolean {
  return (['requests', 'limits'] as const).some((field) =>
    Object.keys(asObject(resources?.[field])).some(
      (name) => unreadableAmount(resources, field, name) !== undefined,
    ),
  );
}

/**
 * True when the pod itself, in `spec.resources`, requests the resource: directly, or through its limit, from which the
 * API server would default the request (defaultPodRequests in pkg/apis/core/v1/defaults.go).
 */
export function podRequests(pod: PodView, name: string): boolean {
  const amount =
    resourceAmount(pod.resources, 'requests', name) ?? resourceAmount(pod.resources, 'limits', name);
  return amount !== undefined && !isZero(amount);
}

/**
 * True when the pod itself, in `spec.resources`, names a resource that it can hold: IsPodLevelResourcesSet in
 * k8s.io/component-helpers resource/helpers.go.
 */
export function hasPodLevelResources({ resources }: PodView): boolean {
  return (['requests', 'limits'] as const).some((field) =>
    Object.keys(asObject(resources?.[field])).some(
      (name) => podLevelResources.has(name) || name.startsWith(hugePages),
    ),
  );
}

/**
 * What a pod asks for as a whole, as LimitRanger sees it: per resource the larger of what runs together (containers and
 * sidecars) and of what each init container needs beside the sidecars started before it; then `spec.resources` overrides
 * cpu and memory. Source: podRequests and podLimits in plugin/pkg/admission/limitranger/admission.go.
 */
export function effectiveResources(pod: PodView, field: ResourceField): ResourceAmounts {
  const amounts = containerSums(pod, field);
  for (const [name, amount] of resourceAmounts(pod.resources, field)) {
    if (podLevelResources.has(name)) amounts.set(name, amount);
  }
  return amounts;
}

/**
 * What the scheduler and quotas count: as for LimitRanger, but `spec.resources` overrides huge pages as well, and
 * `spec.overhead` of the RuntimeClass comes on top, of limits only where there is one. Source: PodRequests and PodLimits
 * in k8s.io/component-helpers resource/helpers.go.
 */
export function resourcesWithOverhead(pod: PodView, field: ResourceField): ResourceAmounts {
  const amounts = effectiveResources(pod, field);
  for (const [name, amount] of resourceAmounts(pod.resources, field)) {
    if (name.startsWith(hugePages)) amounts.set(name, amount);
  }
  for (const [name, overhead] of readAmounts(pod.spec['overhead'])) {
    const amount = amounts.get(name);
    if (amount === undefined || isZero(amount)) {
      if (field === 'requests') amounts.set(name, overhead);
    } else {
      amounts.set(name, addQuantities(amount, overhead));
    }
  }
  return amounts;
}

function containerSums(pod: PodView, field: ResourceField): ResourceAmounts {
  const running: ResourceAmounts = new Map();
  const sidecars: ResourceAmounts = new Map();
  const starting: ResourceAmounts = new Map();
  for (const container of pod.containers) {
    const amounts = resourceAmounts(containerResources(container), field);
    if (container.class === 'app') {
      addAll(running, amounts);
    } else if (container.class === 'sidecar') {
      addAll(running, amounts);
      addAll(sidecars, amounts);
      raiseAll(starting, sidecars);
    } else if (container.class === 'init') {
      addAll(amounts, sidecars);
      raiseAll(starting, amounts);
    }
  }
  raiseAll(running, starting);
  return running;
}

function addAll(sums: ResourceAmounts, amounts: ResourceAmounts): void {
  for (const [name, amount] of amounts) {
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? amount : addQuantities(sum, amount));
  }
}

function raiseAll(maxima: ResourceAmounts, amounts: ResourceAmounts): void {
  for (const [name, amount] of amounts) {
    const maximum = maxima.get(name);
    if (maximum === undefined || compareQuantities(amount, maximum) > 0) maxima.set(name, amount);
  }
}
