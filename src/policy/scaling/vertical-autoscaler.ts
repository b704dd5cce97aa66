/**
 * VerticalPodAutoscalers, which set the requests of pods. Source: kubernetes/autoscaler, vertical-pod-autoscaler:
 * pkg/apis/autoscaling.k8s.io/v1/types.go, pkg/target/fetcher.go and pkg/utils/vpa/api.go.
 */
import { asArray, asObject, asString, type Json, type JsonObject } from '../json.ts';
import { groupOf, specOf, type KubeObject } from '../objects/kube-object.ts';
import { isKindName, type ScaleTarget } from './scale-target.ts';
import { workloadKinds } from '../objects/workload-kinds.ts';

/** True when a VerticalPodAutoscaler is about the target of a HorizontalPodAutoscaler. */
export function isVerticalTarget(vpa: KubeObject, { group, kind, name }: ScaleTarget): boolean {
  const reference = asObject(specOf(vpa)['targetRef']);
  const referred = asString(reference['kind']) ?? '';
  if (reference['name'] !== name || !isKindName(kind, referred)) return false;
  // A kind of Kubernetes itself is found by its name alone, whatever group is written.
  const isWellKnown = workloadKinds.some((known) => known.kind === referred && known.group === group);
  return isWellKnown || groupOf(asString(reference['apiVersion']) ?? '') === group;
}

/**
 * True when a VerticalPodAutoscaler sets the requests of a resource in one of these containers, now or for new pods.
 * @param containers undefined when they are not known: then those that it names
 */
export function setsRequests(
  vpa: KubeObject,
  resource: string,
  containers: readonly string[] | undefined,
): boolean {
  const spec = specOf(vpa);
  if (asObject(spec['updatePolicy'])['updateMode'] === 'Off') return false;
  const policies = containerPolicies(asObject(spec['resourcePolicy'])['containerPolicies']);
  const names = containers ?? (policies.size === 0 ? [everyContainer] : [...policies.keys()]);
  return names.some((name) => controls(policies.get(name) ?? policies.get(everyContainer), resource));
}

/** The name of the policy for containers that have none of their own. */
const everyContainer = '*';

/** Policies by container. The first of a name counts. */
function containerPolicies(list: Json | undefined): ReadonlyMap<string, JsonObject> {
  const policies = new Map<string, JsonObject>();
  for (const item of asArray(list)) {
    const policy = asObject(item);
    const name = asString(policy['containerName']);
    if (name !== undefined && !policies.has(name)) policies.set(name, policy);
  }
  return policies;
}

/** Without a word about it both cpu and memory are controlled. */
function controls(policy: JsonObject | undefined, resource: string): boolean {
  if (policy === undefined) return true;
  if (policy['mode'] === 'Off') return false;
  const { controlledResources } = policy;
  return !Array.isArray(controlledResources) || asArray(controlledResources).includes(resource);
}
