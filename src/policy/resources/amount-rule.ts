import type { Message, Violation, WorkloadSubject } from '../check.ts';
import { compareQuantities, formatQuantity, isZero, type Quantity } from './quantity.ts';
import { containerResources, podRequests, resourceAmount, type ResourceField } from './resources.ts';

/** The words of a check that asks for an amount. */
export function amountMessages(label: string, advice: string): Record<'missing' | 'zero', Message> {
  return {
    missing: { problem: `no ${label}`, advice },
    zero: { problem: `${label} is 0`, advice },
  };
}

/** The words of a check that asks for an amount of bytes. */
export function byteMessages(
  label: string,
  advice: string,
): Record<'missing' | 'zero' | 'fraction', Message> {
  return {
    ...amountMessages(label, advice),
    fraction: {
      problem: `${label} is {found}, less than one byte`,
      advice: 'm means thousandths, write M or Mi for megabytes',
    },
  };
}

/** The rule that the checks of requests share: every container requests the resource, or the pod as a whole does. */
export function missingRequest(check: string, resource: string, subject: WorkloadSubject): Violation[] {
  return podRequests(subject.pod, resource) ? [] : missingAmount(check, 'requests', resource, subject);
}

/**
 * The containers without the amount. Zero reserves nothing as a request and bounds nothing as a limit: it counts as none, and
 * so does a part of a byte, of which the API server only warns.
 */
export function missingAmount(
  check: string,
  field: ResourceField,
  resource: string,
  { resourceContainers }: Pick<WorkloadSubject, 'resourceContainers'>,
): Violation[] {
  const violations: Violation[] = [];
  for (const container of resourceContainers) {
    const amount = resourceAmount(containerResources(container), field, resource);
    const message = faultOf(amount, resource);
    if (message === undefined) continue;
    violations.push({
      check,
      message,
      container,
      path: [...container.path, 'resources', field, resource],
      ...(message === 'fraction' && amount && { values: { found: formatQuantity(amount) } }),
    });
  }
  return violations;
}

function faultOf(
  amount: Quantity | undefined,
  resource: string,
): 'missing' | 'zero' | 'fraction' | undefined {
  if (amount === undefined) return 'missing';
  if (isZero(amount)) return 'zero';
  const isFraction = resource !== 'cpu' && amount.nano > 0n && compareQuantities(amount, oneByte) < 0;
  return isFraction ? 'fraction' : undefined;
}

const oneByte: Quantity = { nano: 10n ** 9n, format: 'DecimalSI' };
