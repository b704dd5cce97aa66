import type { Check, Violation, WorkloadSubject } from '../check.ts';
import { workloadExample } from '../example.ts';
import type { JsonObject, Path } from '../json.ts';
import { formatQuantity } from '../resources/quantity.ts';
import { amountMessages, missingAmount } from '../resources/amount-rule.ts';
import { containerResources, positiveAmount } from '../resources/resources.ts';
import type { ContainerView } from '../objects/view.ts';

const withLimits = (limits: string): string =>
  workloadExample(`
    containers:
      - name: app
        image: example.com/web:1.0
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits: ${limits}
  `);

/** Every container has a CPU limit, or none has one: teams differ, and a profile says which. */
export const cpuLimit: Check = {
  id: 'cpu-limit',
  title: 'CPU limits are set, or are not',
  rationale:
    'Without a CPU limit a container takes all idle CPU of its node, so it behaves differently on a full node than on an ' +
    'empty one, and a runaway is felt by its neighbours. With one it is throttled in each period of 100 ms although the ' +
    'node has CPU idle, which is why many teams forbid limits and rely on requests alone.',
  symptom:
    'Without: latency that was fine for months grows on the day the node fills up. With: container_cpu_cfs_throttled_periods_total ' +
    'grows and the slowest answers take a second while kubectl top node shows idle CPU.',
  remediation:
    'With policy require set resources.limits.cpu on every container and init container, or spec.resources.limits.cpu. ' +
    'With policy forbid remove them, and the default of a LimitRange that sets them.',
  source:
    'kubernetes.io/docs/concepts/configuration/manage-resources-containers; KEP-2837 for spec.resources',
  topic: 'resources',
  judges: 'workloads',
  messages: {
    ...amountMessages('CPU limit', 'set resources.limits.cpu, no less than the request'),
    forbidden: {
      problem: 'CPU limit is {limit}',
      advice:
        'it throttles although the node has CPU idle, so remove {field}, or the LimitRange default that sets it',
    },
  },
  parameters: {
    policy: {
      type: 'string',
      description: 'require: every container has a CPU limit. forbid: none has.',
      enum: ['require', 'forbid'],
      default: 'require',
    },
  },
  examples: { bad: withLimits('{ memory: 128Mi }'), good: withLimits('{ cpu: 500m, memory: 128Mi }') },
  evaluate(subject, parameters) {
    if (parameters['policy'] === 'forbid') return forbiddenLimits(subject);
    const isLimitedAsAWhole = positiveAmount(subject.pod.resources, 'limits', 'cpu') !== undefined;
    return isLimitedAsAWhole ? [] : missingAmount('cpu-limit', 'limits', 'cpu', subject);
  },
};

function forbiddenLimits({ pod, resourceContainers }: WorkloadSubject): Violation[] {
  const found = resourceContainers.flatMap((container) =>
    forbiddenLimit(containerResources(container), [...container.path, 'resources'], container),
  );
  // Where the containers have limits, the API server itself (since 1.37) has given the pod theirs.
  return found.length > 0 ? found : forbiddenLimit(pod.resources, ['spec', 'resources']);
}

function forbiddenLimit(
  resources: JsonObject | undefined,
  path: Path,
  container?: ContainerView,
): Violation[] {
  const limit = positiveAmount(resources, 'limits', 'cpu');
  if (limit === undefined) return [];
  return [
    {
      check: 'cpu-limit',
      message: 'forbidden',
      ...(container && { container }),
      path: [...path, 'limits', 'cpu'],
      values: {
        limit: formatQuantity(limit),
        field: container === undefined ? 'spec.resources.limits.cpu' : 'resources.limits.cpu',
      },
    },
  ];
}
