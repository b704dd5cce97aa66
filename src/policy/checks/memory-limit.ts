import type { Check, Violation, WorkloadSubject } from '../check.ts';
import { workloadExample } from '../example.ts';
import type { Path } from '../json.ts';
import {
  compareQuantities,
  formatQuantity,
  isZero,
  roughRatio,
  type Quantity,
} from '../resources/quantity.ts';
import { byteMessages, missingAmount } from '../resources/amount-rule.ts';
import {
  containerResources,
  effectiveResources,
  positiveAmount,
  unreadableAmount,
} from '../resources/resources.ts';
import type { ContainerView } from '../objects/view.ts';

const withLimits = (limits: string): string =>
  workloadExample(`
    containers:
      - name: app
        image: example.com/web:1.0
        resources:
          requests:
            cpu: 100m
            memory: 256Mi
          limits: ${limits}
  `);

/** Every container has a memory limit, which a profile may want to equal the request. */
export const memoryLimit: Check = {
  id: 'memory-limit',
  title: 'Containers have a memory limit',
  rationale:
    'Memory cannot be throttled. A container without a limit that leaks takes the memory of its whole node, and the ' +
    'kernel then kills what it likes. A limit above the request promises memory that the node may not have: when it has ' +
    'not, the pods that use more than they requested go first.',
  symptom:
    'Pods end with status Evicted and the message: The node was low on resource: memory. Container app was using ..., ' +
    'request is ..., has larger consumption of memory; or the node becomes NotReady.',
  remediation:
    'Set resources.limits.memory on every container and init container, or spec.resources.limits.memory. With policy ' +
    'equal-to-request set the request to the same amount.',
  source:
    'kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction; KEP-2837 for spec.resources',
  topic: 'resources',
  judges: 'workloads',
  messages: {
    ...byteMessages('memory limit', 'set resources.limits.memory, no less than the request'),
    'above-request': {
      problem: 'memory limit {limit} is above the request {request}',
      advice: 'set both to the same amount, so that it is never killed for memory that it was not promised',
    },
  },
  parameters: {
    policy: {
      type: 'string',
      description:
        'require: every container has a memory limit. equal-to-request: and it is no more than the request, so that no ' +
        'container is killed for memory that it was not promised.',
      enum: ['require', 'equal-to-request'],
      default: 'require',
    },
  },
  examples: { bad: withLimits('{ cpu: 500m }'), good: withLimits('{ cpu: 500m, memory: 256Mi }') },
  evaluate(subject, parameters) {
    const { pod } = subject;
    const isEqual = parameters['policy'] === 'equal-to-request';
    const limit = positiveAmount(pod.resources, 'limits', 'memory');
    if (limit !== undefined) {
      // The limit of the pod bounds all its containers together, so theirs need not be asked.
      const request = effectiveResources(pod, 'requests').get('memory');
      return isEqual ? aboveRequest(limit, request, ['spec', 'resources', 'limits', 'memory']) : [];
    }
    return [
      ...missingAmount('memory-limit', 'limits', 'memory', subject),
      ...(isEqual && !isPromisedAsAWhole(subject) ? containersAboveRequest(subject) : []),
    ];
  },
};

/** True when the pod itself requests as much as its containers may take together. */
function isPromisedAsAWhole({ pod }: WorkloadSubject): boolean {
  const request = positiveAmount(pod.resources, 'requests', 'memory');
  const limit = effectiveResources(pod, 'limits').get('memory');
  return request !== undefined && limit !== undefined && compareQuantities(limit, request) <= 0;
}

function containersAboveRequest({ resourceContainers }: WorkloadSubject): Violation[] {
  return resourceContainers.flatMap((container) => {
    const resources = containerResources(container);
    const limit = positiveAmount(resources, 'limits', 'memory');
    if (limit === undefined || unreadableAmount(resources, 'requests', 'memory') !== undefined) return [];
    const request = positiveAmount(resources, 'requests', 'memory');
    return aboveRequest(limit, request, [...container.path, 'resources', 'limits', 'memory'], container);
  });
}

function aboveRequest(
  limit: Quantity,
  request: Quantity | undefined,
  path: Path,
  container?: ContainerView,
): Violation[] {
  if (request !== undefined && compareQuantities(limit, request) <= 0) return [];
  const isPromised = request !== undefined && !isZero(request);
  return [
    {
      check: 'memory-limit',
      message: 'above-request',
      ...(container && { container }),
      path,
      values: {
        limit: formatQuantity(limit),
        request: request === undefined ? '0' : formatQuantity(request),
      },
      // Without any request each byte more is worse.
      extent: isPromised ? roughRatio(Number(limit.nano) / Number(request.nano)) : Number(limit.nano),
    },
  ];
}
