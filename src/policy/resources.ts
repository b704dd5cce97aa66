import { asObject, isObject, own, type JsonObject } from './json.ts';
import { addQuantities, compareQuantities, isZero, parseQuantity, type Quantity } from './quantity.ts';
import type { ContainerView, PodView } from './view.ts';

export type ResourceField = 'requests' | 'limits';

/** Resource name to amount. A Map, because a resource name comes from outside and may be `__proto__`. */
export type ResourceAmounts = Map<string, Quantity>;

/** Resources that `spec.resources` of a pod can hold, and that it overrides (KEP-2837), besides huge pages. */
const podLevelResources = new Set(['cpu', 'memory']);

/** The amounts of `resources.requests` or `resources.limits`. What is not a quantity counts as absent. */
export function resourceAmounts(resources: JsonObject | undefined, field: ResourceField): ResourceAmounts {
  const list = resources === undefined ? undefined : resources[field];
  const amounts: ResourceAmounts = new Map();
  if (!isObject(list)) return amounts;
  for (const name of Object.keys(list)) {
    const amount = readAmount(list, name);
    if (amount !== undefined) amounts.set(name, amount);
  }
  return amounts;
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

function readAmount(list: JsonObject, name: string): Quantity | undefined {
  const value = own(list, name);
  if (typeof value === 'string') return parseQuantity(value);
  return typeof value === 'number' ? parseQuantity(String(value)) : undefined;
}

export function containerResources(container: ContainerView): JsonObject {
  return asObject(container.raw['resources']);
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
 * What a pod asks for as a whole, without overhead: per resource the larger of what runs together (containers and
 * sidecars) and of what each init container needs beside the sidecars started before it; then `spec.resources` overrides
 * cpu and memory. Source: podRequests and podLimits in plugin/pkg/admission/limitranger/admission.go, the same as
 * k8s.io/component-helpers resource/helpers.go without overhead.
 */
export function effectiveResources(pod: PodView, field: ResourceField): ResourceAmounts {
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
  for (const [name, amount] of resourceAmounts(pod.resources, field)) {
    if (podLevelResources.has(name)) running.set(name, amount);
  }
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
