import type { Check, Message, Violation, WorkloadSubject } from '../check.ts';
import { objectExample, together, workloadExample } from '../example.ts';
import { asObject, type Path } from '../json.ts';
import { limitBreaches, type LimitBreach, type LimitRange } from '../resources/limit-range.ts';
import { compareQuantities, formatQuantity, type Quantity } from '../resources/quantity.ts';
import { unreadable, unreadableAdvice } from '../resources/amount-rule.ts';
import {
  containerResources,
  effectiveResources,
  hasUnreadableAmount,
  resourceAmounts,
  unreadableAmount,
} from '../resources/resources.ts';
import type { ContainerView, PodView } from '../objects/view.ts';

const fit = 'the pods would be refused; fit it to {source}';

type OwnRule = 'unreadable' | 'limit-below-request' | 'above-pod-limit' | 'above-pod-request';

const messages: Readonly<Record<LimitBreach['rule'] | OwnRule, Message>> = {
  'min-no-request': { problem: 'no {resource} request, and the minimum is {bound}', advice: fit },
  'min-request': { problem: '{resource} request {found} is below the minimum {bound}', advice: fit },
  'min-limit': { problem: '{resource} limit {found} is below the minimum {bound}', advice: fit },
  'max-no-limit': { problem: 'no {resource} limit, and the maximum is {bound}', advice: fit },
  'max-limit': { problem: '{resource} limit {found} is above the maximum {bound}', advice: fit },
  'max-request': { problem: '{resource} request {found} is above the maximum {bound}', advice: fit },
  'ratio-no-request': {
    problem: 'no {resource} request, and the limit may be {bound} times the request',
    advice: fit,
  },
  'ratio-no-limit': {
    problem: 'no {resource} limit, and it must be at most {bound} times the request',
    advice: fit,
  },
  ratio: {
    problem: '{resource} limit is {found} times the request, and the maximum is {bound}',
    advice: fit,
  },
  unreadable: { problem: '{resource} {field} {found} is no quantity', advice: unreadableAdvice },
  'limit-below-request': {
    problem: '{resource} limit {found} is below the request {bound}',
    advice: 'the API server refuses such a pod; set resources.limits.{resource} yourself',
  },
  'above-pod-limit': {
    problem: '{resource} limit {found} is above the limit of the pod, {bound}',
    advice: 'the API server refuses such a pod; set resources.limits.{resource} yourself',
  },
  'above-pod-request': {
    problem: 'the containers together request {found} {resource}, more than the {bound} of spec.resources',
    advice: 'the API server refuses such a pod; set the requests of the containers yourself',
  },
};

const exampleLimits = objectExample(
  'v1',
  'LimitRange',
  `
    limits:
      - type: Container
        max:
          memory: 1Gi
  `,
  'limits',
);

const withMemory = (memory: string): string =>
  workloadExample(`
    containers:
      - name: app
        image: example.com/web:1.0
        resources:
          requests:
            memory: ${memory}
          limits:
            memory: ${memory}
  `);

/** The pod fits the namespace's LimitRanges and the limits of the profile, exactly as LimitRanger judges it. */
export const limitRange: Check = {
  id: 'limit-range',
  title: 'Resources fit the LimitRanges',
  rationale:
    'LimitRanger refuses pods, not workloads: a Deployment whose pods do not fit is accepted and then has no pods, with ' +
    'nothing to see but a FailedCreate event on its ReplicaSet.',
  symptom:
    'kubectl get deployment shows READY 0/3, and the ReplicaSet has an event FailedCreate: pods "web-..." is forbidden: ' +
    'maximum memory usage per Container is 1Gi, but limit is 2Gi.',
  remediation:
    'Fit requests and limits to min, max and maxLimitRequestRatio of the LimitRange that the message names.',
  source: 'plugin/pkg/admission/limitranger/admission.go, PodValidateLimitFunc',
  topic: 'resources',
  judges: 'workloads',
  messages,
  parameters: {},
  examples: {
    bad: together(exampleLimits, withMemory('2Gi')),
    good: together(exampleLimits, withMemory('512Mi')),
  },
  evaluate: (subject) => [...containerViolations(subject), ...podViolations(subject)],
};

function containerViolations(subject: WorkloadSubject): Violation[] {
  const { pod, resourceContainers, limitRanges, profileLimits } = subject;
  // LimitRanger leaves no container alone; the profile leaves alone what it ignores.
  const everyContainer = pod.containers.filter((container) => container.class !== 'ephemeral');
  return everyContainer.flatMap((container) => {
    if (hasUnreadableAmount(containerResources(container))) return unreadableAmounts(container);
    return [
      ...invalidLimits(container, subject),
      ...breachesIn(limitRanges, container),
      ...(resourceContainers.includes(container) ? breachesIn(profileLimits, container) : []),
    ];
  });
}

/** Requests of these have a check of their own. */
const ownChecks = new Set(['cpu', 'memory']);

function unreadableAmounts(container: ContainerView): Violation[] {
  const resources = containerResources(container);
  return (['requests', 'limits'] as const).flatMap((field) =>
    Object.keys(asObject(resources[field])).flatMap((resource) => {
      const values = unreadable(resources, field, resource);
      // The API server takes a limit for the request where there is none.
      const isSaid =
        ownChecks.has(resource) &&
        (field === 'requests' || values?.['found'] === unreadableAmount(resources, 'requests', resource));
      if (values === undefined || isSaid) return [];
      return {
        check: 'limit-range',
        message: 'unreadable',
        container,
        path: [...container.path, 'resources', field, resource],
        values: { resource, field: field.slice(0, -1), ...values },
      };
    }),
  );
}

function breachesIn(limitRanges: readonly LimitRange[], container: ContainerView): Violation[] {
  const resources = containerResources(container);
  const requests = resourceAmounts(resources, 'requests');
  const limits = resourceAmounts(resources, 'limits');
  const path = [...container.path, 'resources'];
  return limitRanges.flatMap(({ source, items }) =>
    items
      .filter(({ type }) => type === 'Container')
      .flatMap((item) => limitBreaches(item, requests, limits))
      .map((breach) => violation(breach, source, path, container)),
  );
}

/**
 * Limits that a default of a LimitRange has made invalid. What an author has written like that, the API server refuses in
 * the template already. Source: validateContainerResourceRequirements and validatePodResourceConsistency in
 * pkg/apis/core/validation/validation.go.
 */
function invalidLimits(container: ContainerView, { pod, limitRanges }: WorkloadSubject): Violation[] {
  if (limitRanges.length === 0) return [];
  const requests = resourceAmounts(containerResources(container), 'requests');
  const podLimits = resourceAmounts(pod.resources, 'limits');
  const violations: Violation[] = [];
  for (const [resource, limit] of resourceAmounts(containerResources(container), 'limits')) {
    const path = [...container.path, 'resources', 'limits', resource];
    const add = (message: string, bound: Quantity): void => {
      const values = { resource, found: formatQuantity(limit), bound: formatQuantity(bound) };
      violations.push({ check: 'limit-range', message, container, path, values });
    };
    const request = requests.get(resource);
    const podLimit = podLimits.get(resource);
    if (request !== undefined && compareQuantities(limit, request) < 0) add('limit-below-request', request);
    // Of init containers and sidecars nobody asks that: the API server looks at spec.containers alone.
    if (container.class === 'app' && podLimit !== undefined && compareQuantities(limit, podLimit) > 0)
      add('above-pod-limit', podLimit);
  }
  return violations;
}

function podViolations({ pod, limitRanges, profileLimits }: WorkloadSubject): Violation[] {
  const ranges = [...limitRanges, ...profileLimits];
  const all = [pod.resources, ...pod.containers.map(containerResources)];
  if (all.some(hasUnreadableAmount)) return [];
  const violations = limitRanges.length === 0 ? [] : requestsAbovePod(pod);
  if (ranges.every(({ items }) => items.every(({ type }) => type !== 'Pod'))) return violations;
  const requests = effectiveResources(pod, 'requests');
  const limits = effectiveResources(pod, 'limits');
  for (const { source, items } of ranges) {
    for (const item of items) {
      if (item.type !== 'Pod') continue;
      for (const breach of limitBreaches(item, requests, limits))
        violations.push(violation(breach, source, ['spec'], undefined));
    }
  }
  return violations;
}

/** Default requests that together are more than the pod itself requests. */
function requestsAbovePod(pod: PodView): Violation[] {
  if (pod.resources === undefined) return [];
  const containers = effectiveResources({ ...pod, resources: undefined }, 'requests');
  const violations: Violation[] = [];
  for (const [resource, bound] of resourceAmounts(pod.resources, 'requests')) {
    const sum = containers.get(resource);
    if (sum === undefined || compareQuantities(sum, bound) <= 0) continue;
    violations.push({
      check: 'limit-range',
      message: 'above-pod-request',
      path: ['spec', 'resources', 'requests', resource],
      values: { resource, found: formatQuantity(sum), bound: formatQuantity(bound) },
    });
  }
  return violations;
}

function violation(
  { rule, resource, bound, found, extent }: LimitBreach,
  source: string,
  path: Path,
  container: ContainerView | undefined,
): Violation {
  return {
    check: 'limit-range',
    message: rule,
    ...(container && { container }),
    path,
    values: { resource, bound, source, ...(found !== undefined && { found }) },
    ...(extent !== undefined && { extent }),
  };
}
