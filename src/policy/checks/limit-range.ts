import type { Check, Message, Violation, WorkloadSubject } from '../check.ts';
import { objectExample, together, workloadExample } from '../example.ts';
import type { Path } from '../json.ts';
import { limitBreaches, type LimitBreach } from '../limit-range.ts';
import { compareQuantities, formatQuantity } from '../quantity.ts';
import { containerResources, effectiveResources, resourceAmounts } from '../resources.ts';
import type { ContainerView } from '../view.ts';

const fit = 'the pods would be refused; fit it to {source}';

const messages: Readonly<Record<LimitBreach['rule'] | 'limit-below-request', Message>> = {
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
  'limit-below-request': {
    problem: '{resource} limit {found} is below the request {bound}',
    advice: 'the API server refuses such a pod; set resources.limits.{resource} yourself',
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

function containerViolations({ resourceContainers, limitRanges }: WorkloadSubject): Violation[] {
  if (limitRanges.length === 0) return [];
  const violations: Violation[] = [];
  for (const container of resourceContainers) {
    const resources = containerResources(container);
    const requests = resourceAmounts(resources, 'requests');
    const limits = resourceAmounts(resources, 'limits');
    for (const [resource, limit] of limits) {
      const request = requests.get(resource);
      if (request === undefined || compareQuantities(limit, request) >= 0) continue;
      violations.push({
        check: 'limit-range',
        message: 'limit-below-request',
        container,
        path: [...container.path, 'resources', 'limits', resource],
        values: { resource, found: formatQuantity(limit), bound: formatQuantity(request) },
      });
    }
    for (const { source, items } of limitRanges) {
      for (const item of items) {
        if (item.type !== 'Container') continue;
        for (const breach of limitBreaches(item, requests, limits)) {
          violations.push(violation(breach, source, [...container.path, 'resources'], container));
        }
      }
    }
  }
  return violations;
}

function podViolations({ pod, limitRanges }: WorkloadSubject): Violation[] {
  const violations: Violation[] = [];
  for (const { source, items } of limitRanges) {
    for (const item of items) {
      if (item.type !== 'Pod') continue;
      const breaches = limitBreaches(
        item,
        effectiveResources(pod, 'requests'),
        effectiveResources(pod, 'limits'),
      );
      for (const breach of breaches) violations.push(violation(breach, source, ['spec'], undefined));
    }
  }
  return violations;
}

function violation(
  { rule, resource, bound, found }: LimitBreach,
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
  };
}
