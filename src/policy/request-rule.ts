import type { Message, Violation, WorkloadSubject } from './check.ts';
import { isZero } from './quantity.ts';
import { containerResources, podRequests, resourceAmount, type ResourceField } from './resources.ts';

/** The words of a check that asks for a request. */
export function requestMessages(label: string, advice: string): Record<'missing' | 'zero', Message> {
  return amountMessages(`${label} request`, advice);
}

/** The words of a check that asks for an amount. */
export function amountMessages(label: string, advice: string): Record<'missing' | 'zero', Message> {
  return {
    missing: { problem: `no ${label}`, advice },
    zero: { problem: `${label} is 0`, advice },
  };
}

/** The rule that the checks of requests share: every container requests the resource, or the pod as a whole does. */
export function missingRequest(check: string, resource: string, subject: WorkloadSubject): Violation[] {
  return podRequests(subject.pod, resource) ? [] : missingAmount(check, 'requests', resource, subject);
}

/** The containers without the amount. Zero reserves nothing as a request and bounds nothing as a limit: it counts as none. */
export function missingAmount(
  check: string,
  field: ResourceField,
  resource: string,
  { resourceContainers }: Pick<WorkloadSubject, 'resourceContainers'>,
): Violation[] {
  const violations: Violation[] = [];
  for (const container of resourceContainers) {
    const amount = resourceAmount(containerResources(container), field, resource);
    if (amount !== undefined && !isZero(amount)) continue;
    violations.push({
      check,
      message: amount === undefined ? 'missing' : 'zero',
      container,
      path: [...container.path, 'resources', field, resource],
    });
  }
  return violations;
}
