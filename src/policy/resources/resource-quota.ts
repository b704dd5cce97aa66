/**
 * ResourceQuota as the API server's admission enforces it on pods: pkg/quota/v1/evaluator/core/pods.go,
 * staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go, and CheckRequest in
 * staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go.
 */
import { asArray, asObject, asString, isObject, type Json } from '../json.ts';
import { specOf, type KubeObject } from '../objects/kube-object.ts';
import { qosClass } from './qos.ts';
import type { Quantity } from './quantity.ts';
import {
  containerResources,
  hasPodLevelResources,
  readAmounts,
  resourceAmounts,
  resourcesWithOverhead,
  type ResourceAmounts,
} from './resources.ts';
import type { ContainerView, PodView } from '../objects/view.ts';

/** A container that does not say what the quota counts: `must specify limits.memory for: app`. */
export interface UnspecifiedAmounts {
  readonly rule: 'must-specify';
  readonly container: ContainerView;
  /** Names as the quota has them, sorted. */
  readonly resources: readonly string[];
}

/** An amount that a pod takes of a quota. */
export interface Charge {
  /** The name as the quota has it: `requests.cpu`. */
  readonly resource: string;
  readonly requested: Quantity;
  readonly used: Quantity;
  readonly hard: Quantity;
}

/** An amount for which the quota has no room. */
export interface ExceededAmount extends Charge {
  readonly rule: 'exceeded';
}

/** A reason for which a quota refuses a pod. */
export type QuotaProblem = UnspecifiedAmounts | ExceededAmount;

/** The rules about pods ask for these; of anything else a quota only counts what a pod happens to request. */
const mustBeSpecified = new Set([
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
]);

/**
 * Why a quota refuses a pod that is created; empty when it does not. By container, then by resource name. The server
 * tells only a part of it: what must be specified comes first, and of several quotas it names any one.
 *
 * `spec.hard` counts, which the server copies to `status.hard` and enforces from there.
 *
 * @param used what is used of the quota already: `usedOf(quota)`, or nothing to ask whether the pod fits at all
 */
export function quotaProblems(
  pod: PodView,
  quota: KubeObject,
  used: ResourceAmounts = usedOf(quota),
): QuotaProblem[] {
  const exceeded = podCharges(pod, quota, used).filter(
    (charge) => charge.used.nano + charge.requested.nano > charge.hard.nano,
  );
  return [
    ...unspecifiedAmounts(pod, quota),
    ...exceeded.map((charge): ExceededAmount => ({ rule: 'exceeded', ...charge })),
  ];
}

/** What is used of a quota, as its status says: nothing where it says nothing. */
export function usedOf({ object }: KubeObject): ResourceAmounts {
  return readAmounts(asObject(object['status'])['used']);
}

/** How many pods a charge has room for. */
export function roomFor({ requested, used, hard }: Charge): number {
  const left = hard.nano - used.nano;
  return left <= 0n ? 0 : Number(left / requested.nano);
}

/** What a pod takes of a quota, by resource name. Nothing of one that does not apply to it. */
export function podCharges(pod: PodView, quota: KubeObject, used: ResourceAmounts): Charge[] {
  const hard = podHard(quota);
  if (hard.size === 0 || !matchesScopes(quota, pod)) return [];
  const charges: Charge[] = [];
  for (const [resource, requested] of usageOf(pod)) {
    const bound = hard.get(resource);
    // Zero changes no usage, so it passes even where the quota is overdrawn.
    if (bound === undefined || requested.nano <= 0n) continue;
    charges.push({ resource, requested, used: used.get(resource) ?? none, hard: bound });
  }
  return charges.toSorted(byResource);
}

function byResource(a: Charge, b: Charge): number {
  return a.resource < b.resource ? -1 : 1;
}

const none: Quantity = { nano: 0n, format: 'DecimalSI' };
const one: Quantity = { nano: 10n ** 9n, format: 'DecimalSI' };

/**
 * What is left of a quota that counts objects of a kind, or undefined where it does not. Quotas with scopes count only
 * pods.
 *
 * @param resource the plural name with its group: `deployments.apps`
 */
export function objectCharge(quota: KubeObject, resource: string, used: ResourceAmounts): Charge | undefined {
  if (scopesOf(quota).length > 0) return undefined;
  const hard = readAmounts(specOf(quota)['hard']);
  // The oldest kinds may be counted under their plain names as well.
  const name = [`count/${resource}`, ...(resource === 'replicationcontrollers' ? [resource] : [])].find(
    (candidate) => hard.has(candidate),
  );
  const bound = name === undefined ? undefined : hard.get(name);
  if (name === undefined || bound === undefined) return undefined;
  return { resource: name, requested: one, used: used.get(name) ?? none, hard: bound };
}

/** PodUsageFunc: everything under each name by which a quota may count it. */
function usageOf(pod: PodView): ResourceAmounts {
  const usage: ResourceAmounts = new Map([
    ['count/pods', one],
    ['pods', one],
  ]);
  for (const [name, amount] of resourcesWithOverhead(pod, 'requests')) {
    for (const counted of requestNames(name)) usage.set(counted, amount);
  }
  for (const [name, amount] of resourcesWithOverhead(pod, 'limits')) {
    if (standardResources.has(name)) usage.set(`limits.${name}`, amount);
  }
  return usage;
}

const standardResources = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** podComputeUsageHelper: extended resources cannot be overcommitted, so quotas count their requests alone. */
function requestNames(name: string): string[] {
  if (standardResources.has(name) || name.startsWith('hugepages-')) return [name, `requests.${name}`];
  return isExtended(name) ? [`requests.${name}`] : [];
}

/** IsDRAExtendedResourceName in pkg/scheduler/util. */
function isExtended(name: string): boolean {
  if (name.startsWith('deviceclass.resource.kubernetes.io/')) return true;
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
}

/** What a quota bounds of pods (MatchingResources). */
function podHard(quota: KubeObject): ResourceAmounts {
  const hard = readAmounts(specOf(quota)['hard']);
  for (const name of hard.keys()) if (!isOfPods(name)) hard.delete(name);
  return hard;
}

function isOfPods(name: string): boolean {
  if (name === 'pods' || name === 'count/pods' || name.startsWith('hugepages-')) return true;
  if (standardResources.has(name)) return true;
  const [field, resource] = splitField(name);
  if (field === 'limits') return standardResources.has(resource);
  return field === 'requests' && requestNames(resource).length > 0;
}

function splitField(name: string): [string, string] {
  const dot = name.indexOf('.');
  return dot === -1 ? ['', name] : [name.slice(0, dot), name.slice(dot + 1)];
}

/**
 * Constraints: a quota of cpu or memory wants a value of each container and init container, however small, and is content
 * with any resources at the level of the pod.
 */
function unspecifiedAmounts(pod: PodView, quota: KubeObject): UnspecifiedAmounts[] {
  const required = [...podHard(quota).keys()].filter((name) => mustBeSpecified.has(name)).toSorted();
  if (required.length === 0 || hasPodLevelResources(pod) || !matchesScopes(quota, pod)) return [];
  const problems: UnspecifiedAmounts[] = [];
  for (const container of pod.containers) {
    if (container.class === 'ephemeral') continue;
    const resources = containerResources(container);
    const amounts = {
      requests: resourceAmounts(resources, 'requests'),
      limits: resourceAmounts(resources, 'limits'),
    };
    const missing = required.filter((name) => {
      const [field, resource] = splitField(name);
      return !amounts[field === 'limits' ? 'limits' : 'requests'].has(resource);
    });
    if (missing.length > 0) problems.push({ rule: 'must-specify', container, resources: missing });
  }
  return problems;
}

interface Scope {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly Json[];
}

/** getScopeSelectorsFromQuota: a plain scope is one that must exist. */
function scopesOf(quota: KubeObject): Scope[] {
  const { scopes, scopeSelector } = specOf(quota);
  return [
    ...asArray(scopes).map((name) => ({ name: asString(name) ?? '', operator: 'Exists', values: [] })),
    ...asArray(asObject(scopeSelector)['matchExpressions']).map((expression) => {
      const { scopeName, operator, values } = asObject(expression);
      return {
        name: asString(scopeName) ?? '',
        operator: asString(operator) ?? '',
        values: asArray(values),
      };
    }),
  ];
}

/** A quota applies only to pods that are in all of its scopes. */
function matchesScopes(quota: KubeObject, pod: PodView): boolean {
  return scopesOf(quota).every((scope) => isInScope(scope, pod));
}

/** podMatchesScopeFunc. Only of PriorityClass does the operator count. A scope of other objects has no pods. */
function isInScope(scope: Scope, pod: PodView): boolean {
  switch (scope.name) {
    case 'Terminating':
      return isTerminating(pod);
    case 'NotTerminating':
      return !isTerminating(pod);
    case 'BestEffort':
      return qosClass(pod) === 'BestEffort';
    case 'NotBestEffort':
      return qosClass(pod) !== 'BestEffort';
    case 'PriorityClass':
      return isOfPriorityClass(scope, asString(pod.spec['priorityClassName']) ?? '');
    case 'CrossNamespacePodAffinity':
      return hasCrossNamespaceAffinity(pod);
    default:
      return false;
  }
}

/** The deadline of the pod itself counts, not the one of its Job. */
function isTerminating({ spec }: PodView): boolean {
  const deadline = spec['activeDeadlineSeconds'];
  return typeof deadline === 'number' && deadline >= 0;
}

function isOfPriorityClass({ operator, values }: Scope, priorityClass: string): boolean {
  switch (operator) {
    case 'Exists':
      return priorityClass !== '';
    case 'DoesNotExist':
      return priorityClass === '';
    case 'In':
      return priorityClass !== '' && values.includes(priorityClass);
    case 'NotIn':
      return priorityClass === '' || !values.includes(priorityClass);
    default:
      return false;
  }
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

/** usesCrossNamespacePodAffinity. */
function hasCrossNamespaceAffinity({ spec }: PodView): boolean {
  const affinity = asObject(spec['affinity']);
  return ['podAffinity', 'podAntiAffinity'].some((name) => {
    const rules = asObject(affinity[name]);
    const terms = [
      ...asArray(rules[required]),
      ...asArray(rules[preferred]).map((weighted) => asObject(weighted)['podAffinityTerm'] ?? null),
    ];
    return terms.some((term) => {
      const { namespaces, namespaceSelector } = asObject(term);
      return asArray(namespaces).length > 0 || isObject(namespaceSelector);
    });
  });
}
