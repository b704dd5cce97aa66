import type { Draft } from '../draft.ts';
import { asObject, own, type JsonObject } from '../json.ts';
import { limitBelowRequest, type ContainerDefaults } from './limit-range.ts';
import { containerResources, resourceAmount, type ResourceField } from './resources.ts';
import { type ContainerView, type PodView } from '../objects/view.ts';

/** How to fill defaults. */
export interface FillOptions {
  /**
   * True: never make a valid pod invalid (the two deviations of our own mutation). False: exactly what LimitRanger does,
   * also where API validation then refuses the pod.
   */
  readonly keepValid: boolean;
}

/**
 * Fills absent requests and limits of containers and init containers, sidecars included, never a key that is there.
 * Returns what was set, in LimitRanger's words. Source: mergeContainerResources in
 * plugin/pkg/admission/limitranger/admission.go.
 */
export function fillDefaults(
  draft: Draft,
  defaults: ContainerDefaults,
  { keepValid }: FillOptions,
): string[] {
  if (defaults.requests.size === 0 && defaults.limits.size === 0) return [];
  const pod = draft.pod;
  const records: string[] = [];
  for (const container of pod.containers) {
    if (container.class === 'ephemeral') continue;
    const label = `${container.class === 'app' ? 'container' : 'init container'} ${container.name}`;
    const limits = absent(container, 'limits', defaults.limits).filter(
      (resource) => !keepValid || mayLimit(pod, container, resource, defaults),
    );
    const requests = absent(container, 'requests', defaults.requests).filter(
      (resource) => !keepValid || !heldByPod(pod, resource),
    );
    for (const [field, names] of [
      ['requests', requests],
      ['limits', limits],
    ] as const) {
      for (const name of names) {
        draft.set([...container.path, 'resources', field, name], defaults[field].get(name) ?? null);
      }
      if (names.length > 0) records.push(`${names.join(', ')} ${field.slice(0, -1)} for ${label}`);
    }
  }
  return records;
}

function absent(
  container: ContainerView,
  field: ResourceField,
  defaults: ReadonlyMap<string, string>,
): string[] {
  const present: JsonObject = asObject(containerResources(container)[field]);
  return [...defaults.keys()].filter((name) => own(present, name) === undefined);
}

/** cpu and memory of a pod with `spec.resources`: a container default could exceed the pod's own amounts. */
function heldByPod(pod: PodView, resource: string): boolean {
  return pod.resources !== undefined && (resource === 'cpu' || resource === 'memory');
}

function mayLimit(
  pod: PodView,
  container: ContainerView,
  resource: string,
  defaults: ContainerDefaults,
): boolean {
  if (heldByPod(pod, resource)) return false;
  const limit = defaults.limits.get(resource) ?? '';
  return !limitBelowRequest(limit, resourceAmount(containerResources(container), 'requests', resource));
}
