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
import { formatQuantity, parseQuantity, roundUpToMilli } from './resources/quantity.ts';
import { containerResources } from './resources/resources.ts';
import { defaultGracePeriodSeconds, type ContainerView } from './objects/view.ts';

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
    draft.set([...container.path, 'resources', 'requests', name], storedQuantity(own(limits, name)));
  }
}

/** A quantity as the server stores it: rounded up to thousandths and in canonical form (SetDefaults_ResourceList). */
export function storedQuantity(value: Json | undefined): Json {
  const text = typeof value === 'number' ? String(value) : asString(value);
  const quantity = text === undefined ? undefined : parseQuantity(text);
  return quantity === undefined ? (value ?? null) : formatQuantity(roundUpToMilli(quantity));
}
