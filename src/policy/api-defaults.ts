/**
 * The part of the API server's defaulting that Gracegate's rules can see. Source: pkg/apis/core/v1/defaults.go. Objects
 * from an API server have it already; files have not, and pod templates lack what is set on Pods alone.
 */
import type { Draft } from './draft.ts';
import {
  asNumber,
  asObject,
  asString,
  isObject,
  own,
  type Json,
  type JsonObject,
  type Path,
} from './json.ts';
import { compareQuantities, formatQuantity, parseQuantity, roundUpToMilli } from './quantity.ts';
import {
  containerResources,
  effectiveResources,
  resourceAmounts,
  type ResourceAmounts,
  type ResourceField,
} from './resources.ts';
import { defaultGracePeriodSeconds, type ContainerView } from './view.ts';

/** Everything that is set on a Pod when it is decoded: SetDefaults_PodSpec and SetDefaults_Pod. */
export function applyPodDefaults(draft: Draft): void {
  const { spec, containers } = draft.pod;
  if (asString(spec['restartPolicy']) === undefined) draft.set(['spec', 'restartPolicy'], 'Always');
  const grace = asNumber(spec['terminationGracePeriodSeconds']);
  if (grace === undefined) draft.set(['spec', 'terminationGracePeriodSeconds'], defaultGracePeriodSeconds);
  // For Pods alone a negative grace period means 1 s.
  else if (grace < 0) draft.set(['spec', 'terminationGracePeriodSeconds'], 1);
  for (const container of containers) {
    if (container.class === 'ephemeral') continue;
    defaultProbes(draft, container);
    defaultHooks(draft, container);
    defaultRequestsFromLimits(draft, container);
  }
}

const probeDefaults = [
  ['timeoutSeconds', 1],
  ['periodSeconds', 10],
  ['successThreshold', 1],
  ['failureThreshold', 3],
] as const;

/** SetDefaults_Probe. */
function defaultProbes(draft: Draft, container: ContainerView): void {
  for (const name of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    const probe = container.raw[name];
    if (!isObject(probe)) continue;
    const path = [...container.path, name];
    for (const [field, value] of probeDefaults) {
      // The decoded field is an int: zero and absent are the same.
      if ((asNumber(probe[field]) ?? 0) === 0) draft.set([...path, field], value);
    }
    defaultHttpGet(draft, probe, path);
    if (isObject(probe['grpc']) && probe['grpc']['service'] === undefined) {
      draft.set([...path, 'grpc', 'service'], '');
    }
  }
}

function defaultHooks(draft: Draft, container: ContainerView): void {
  const lifecycle = asObject(container.raw['lifecycle']);
  for (const name of ['postStart', 'preStop']) {
    defaultHttpGet(draft, asObject(lifecycle[name]), [...container.path, 'lifecycle', name]);
  }
}

/** SetDefaults_HTTPGetAction. */
function defaultHttpGet(draft: Draft, handler: JsonObject, path: Path): void {
  const action = handler['httpGet'];
  if (!isObject(action)) return;
  if ((asString(action['path']) ?? '') === '') draft.set([...path, 'httpGet', 'path'], '/');
  if ((asString(action['scheme']) ?? '') === '') draft.set([...path, 'httpGet', 'scheme'], 'HTTP');
}

/** SetDefaults_Pod: a missing request takes the limit. Only for Pods, never for templates. */
function defaultRequestsFromLimits(draft: Draft, container: ContainerView): void {
  const resources = containerResources(container);
  const requests = asObject(resources['requests']);
  const limits = asObject(resources['limits']);
  for (const name of Object.keys(limits)) {
    if (own(requests, name) !== undefined) continue;
    draft.set([...container.path, 'resources', 'requests', name], stored(own(limits, name)));
  }
}

/** A quantity as the server stores it: rounded up to thousandths and in canonical form (SetDefaults_ResourceList). */
function stored(value: Json | undefined): Json {
  const text = typeof value === 'number' ? String(value) : asString(value);
  const quantity = text === undefined ? undefined : parseQuantity(text);
  return quantity === undefined ? (value ?? null) : formatQuantity(roundUpToMilli(quantity));
}

/**
 * The resources of the pod itself (`spec.resources`) that follow from the rest of the pod, as 1.37 sets them after all
 * mutation and before validating admission (DefaultPodLevelResources in pkg/api/pod/util.go). Up to 1.36 they are set on
 * decoding: no limits of cpu and memory, and requests only where the pod has limits of its own.
 */
export function applyPodLevelDefaults(draft: Draft): void {
  const { resources } = draft.pod;
  const isEmpty = (field: ResourceField) => Object.keys(asObject(resources?.[field])).length === 0;
  if (isEmpty('requests') && isEmpty('limits')) return;
  // Each step reads what the one before it has set.
  defaultPodHugePages(draft);
  defaultPodRequests(draft);
  defaultPodLimits(draft);
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
      draft.set(podLevelPath('requests', name), stored(own(limits, name)));
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
