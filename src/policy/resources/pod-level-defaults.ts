/** The resources of the pod itself (`spec.resources`, KEP-2837) that follow from the rest of the pod. */
import { storedQuantity } from '../api-defaults.ts';
import type { Draft } from '../draft.ts';
import { asObject, own, type Path } from '../json.ts';
import { compareQuantities, formatQuantity } from './quantity.ts';
import {
  containerResources,
  effectiveResources,
  resourceAmounts,
  type ResourceAmounts,
  type ResourceField,
} from './resources.ts';
import type { ContainerView } from '../objects/view.ts';

/** After all mutation and before validating admission, since 1.37: DefaultPodLevelResources in pkg/api/pod/util.go. */
export function applyPodLevelDefaults(draft: Draft): void {
  if (isEmpty(draft, 'requests') && isEmpty(draft, 'limits')) return;
  // Each step reads what the one before it has set.
  defaultPodHugePages(draft);
  defaultPodRequests(draft);
  defaultPodLimits(draft);
}

/**
 * On decoding, up to 1.36: no limits of cpu and memory, and requests only where the pod has limits of its own. What a
 * LimitRange or a webhook sets afterwards does not count. Source: SetDefaults_Pod in pkg/apis/core/v1/defaults.go there.
 */
export function applyPodLevelDefaultsOnDecoding(draft: Draft): void {
  if (isEmpty(draft, 'requests') && isEmpty(draft, 'limits')) return;
  defaultPodHugePages(draft);
  if (!isEmpty(draft, 'limits')) defaultPodRequests(draft);
}

function isEmpty({ pod }: Draft, field: ResourceField): boolean {
  return Object.keys(asObject(pod.resources?.[field])).length === 0;
}

/** What the containers of a pod amount to, whatever the pod itself says. */
function containerAmounts({ pod }: Draft, field: ResourceField): ResourceAmounts {
  return effectiveResources({ ...pod, resources: undefined }, field);
}

const podLevelPath = (field: ResourceField, name: string): Path => ['spec', 'resources', field, name];

/** Huge pages cannot be overcommitted, so their limit comes first and the request follows from it. */
function defaultPodHugePages(draft: Draft): void {
  const { requests, limits } = draft.pod.resources ?? {};
  for (const [name, sum] of containerAmounts(draft, 'limits')) {
    if (!isHugePages(name)) continue;
    if (own(asObject(requests), name) !== undefined || own(asObject(limits), name) !== undefined) continue;
    draft.set(podLevelPath('limits', name), formatQuantity(sum));
  }
}

/** What the containers request together, and else the limit of the pod. */
function defaultPodRequests(draft: Draft): void {
  const requests = asObject(draft.pod.resources?.['requests']);
  const limits = asObject(draft.pod.resources?.['limits']);
  const containers = containerAmounts(draft, 'requests');
  for (const name of new Set([...containers.keys(), ...Object.keys(limits)])) {
    if (!isPodLevelResource(name) || own(requests, name) !== undefined) continue;
    const sum = isHugePages(name) ? undefined : containers.get(name);
    if (sum !== undefined) draft.set(podLevelPath('requests', name), formatQuantity(sum));
    else if (own(limits, name) !== undefined)
      draft.set(podLevelPath('requests', name), storedQuantity(own(limits, name)));
  }
}

/** What the containers may use together, where each of them has a limit; never less than what the pod requests. */
function defaultPodLimits(draft: Draft): void {
  const { pod } = draft;
  const limits = asObject(pod.resources?.['limits']);
  const sums = containerAmounts(draft, 'limits');
  const bounded = pod.containers.filter((container) => container.class !== 'ephemeral');
  for (const [name, request] of resourceAmounts(pod.resources, 'requests')) {
    const sum = sums.get(name);
    if (sum === undefined || !isPodLevelResource(name) || own(limits, name) !== undefined) continue;
    const isLimited = (container: ContainerView) =>
      own(asObject(containerResources(container)['limits']), name) !== undefined;
    if (!bounded.every(isLimited)) continue;
    const limit = compareQuantities(request, sum) > 0 ? request : sum;
    draft.set(podLevelPath('limits', name), formatQuantity(limit));
  }
}

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');

const isPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || isHugePages(name);
