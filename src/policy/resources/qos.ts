import { asObject, type JsonObject } from '../json.ts';
import { compareQuantities } from './quantity.ts';
import { containerResources, hasPodLevelResources, positiveAmount } from './resources.ts';
import type { PodView } from '../objects/view.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/**
 * The quality of service class that decides whom the kubelet evicts first. Source: ComputePodQOS in
 * pkg/apis/core/v1/helper/qos/qos.go at 1.37. Init containers and sidecars count, ephemeral containers do not.
 *
 * It takes the pod as it is: requests that the API server fills in from limits must be there already (predictPod).
 */
export function qosClass(pod: PodView): QosClass {
  // Up to 1.36 an empty `spec.resources` already overrode the containers, and made the pod BestEffort (feature gate
  // PodLevelResourcesFixKubeletQOSClass).
  if (hasPodLevelResources(pod)) return classOfResources(asObject(pod.resources));
  const classes = pod.containers
    .filter((container) => container.class !== 'ephemeral')
    .map((container) => classOfResources(containerResources(container)));
  return commonClass(classes);
}

function classOfResources(resources: JsonObject): QosClass {
  return commonClass([classOfResource(resources, 'cpu'), classOfResource(resources, 'memory')]);
}

/** A zero amount is the same as none. */
function classOfResource(resources: JsonObject, name: string): QosClass {
  const request = positiveAmount(resources, 'requests', name);
  const limit = positiveAmount(resources, 'limits', name);
  if (request === undefined || limit === undefined) {
    return request === limit ? 'BestEffort' : 'Burstable';
  }
  return compareQuantities(request, limit) === 0 ? 'Guaranteed' : 'Burstable';
}

/** The class that all share. Where they differ, some but not all is guaranteed: Burstable. */
function commonClass([first = 'BestEffort', ...others]: readonly QosClass[]): QosClass {
  return others.every((other) => other === first) ? first : 'Burstable';
}
