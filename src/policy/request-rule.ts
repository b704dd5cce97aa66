import type { Message, Subject, Violation } from './check.ts';
import { isZero } from './quantity.ts';
import { containerResources, podRequests, resourceAmount } from './resources.ts';

/** The words that cpu-request and memory-request share. */
export function requestMessages(label: string, advice: string): Record<'missing' | 'zero', Message> {
  return {
    missing: { problem: `no ${label} request`, advice },
    zero: { problem: `${label} request is 0`, advice },
  };
}

/** The rule that cpu-request and memory-request share. A request of zero reserves nothing, so it counts as none. */
export function missingRequest(check: string, resource: string, subject: Subject): Violation[] {
  if (podRequests(subject.pod, resource)) return [];
  const violations: Violation[] = [];
  for (const container of subject.resourceContainers) {
    const amount = resourceAmount(containerResources(container), 'requests', resource);
    if (amount !== undefined && !isZero(amount)) continue;
    violations.push({
      check,
      message: amount === undefined ? 'missing' : 'zero',
      container,
      path: [...container.path, 'resources', 'requests', resource],
    });
  }
  return violations;
}
