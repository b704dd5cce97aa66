/** Pods that objects of unknown kinds make: an Argo Rollout, a Knative Service, the groups of a RayCluster. */
import { asObject, isObject, type Json, type JsonObject } from '../json.ts';

/** Deeper no kind has its pod templates. */
const maxDepth = 8;

/** The labels of each pod template in the spec of an object of whatever kind: what has `metadata` and `spec.containers`. */
export function podLabelsWithin(object: JsonObject): JsonObject[] {
  const found: JsonObject[] = [];
  collect(object['spec'], maxDepth, found);
  return found;
}

function collect(value: Json | undefined, depth: number, found: JsonObject[]): void {
  if (depth === 0 || typeof value !== 'object' || value === null) return;
  if (isObject(value) && Array.isArray(asObject(value['spec'])['containers'])) {
    found.push(asObject(asObject(value['metadata'])['labels']));
    return;
  }
  for (const child of Object.values(value)) collect(child, depth - 1, found);
}
