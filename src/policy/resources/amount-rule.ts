import type { Message, Violation, WorkloadSubject } from '../check.ts';
import { compareQuantities, formatQuantity, isZero, meantQuantity, type Quantity } from './quantity.ts';
import type { JsonObject } from '../json.ts';
import {
  containerResources,
  podRequests,
  resourceAmount,
  unreadableAmount,
  type ResourceField,
} from './resources.ts';

export const unreadableAdvice = 'the API server refuses it, write {instead}';

/** The words of a check that asks for an amount. */
export function amountMessages(
  label: string,
  advice: string,
): Record<'missing' | 'zero' | 'unreadable', Message> {
  return {
    missing: { problem: `no ${label}`, advice },
    zero: { problem: `${label} is 0`, advice },
    unreadable: { problem: `${label} {found} is no quantity`, advice: unreadableAdvice },
  };
}

/** The words of a check that asks for an amount of bytes. */
export function byteMessages(
  label: string,
  advice: string,
): Record<'missing' | 'zero' | 'unreadable' | 'fraction', Message> {
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
  { pod, resourceContainers }: Pick<WorkloadSubject, 'pod' | 'resourceContainers'>,
): Violation[] {
  const ofPod = unreadable(pod.resources, field, resource);
  if (ofPod !== undefined)
    return [{ check, message: 'unreadable', path: ['spec', 'resources', field, resource], values: ofPod }];
  const violations: Violation[] = [];
  for (const container of resourceContainers) {
    const resources = containerResources(container);
    const path = [...container.path, 'resources', field, resource];
    const values = unreadable(resources, field, resource);
    if (values !== undefined) {
      violations.push({ check, message: 'unreadable', container, path, values });
      continue;
    }
    const amount = resourceAmount(resources, field, resource);
    const message = faultOf(amount, resource);
    if (message === undefined) continue;
    violations.push({
      check,
      message,
      container,
      path,
      ...(message === 'fraction' && amount && { values: { found: formatQuantity(amount) } }),
    });
  }
  return violations;
}

/** Values of a message: what is written and is no quantity, and what to write in its place. */
export function unreadable(
  resources: JsonObject | undefined,
  field: ResourceField,
  resource: string,
): Violation['values'] {
  const found = unreadableAmount(resources, field, resource);
  if (found === undefined) return undefined;
  return { found, instead: meantQuantity(found) ?? (resource === 'cpu' ? '100m' : '128Mi') };
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
