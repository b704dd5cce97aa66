import { asNumber, asObject } from '../../policy/json.ts';
import type { Fix } from '../fix.ts';

/** The default of Kubernetes. */
const usualFailures = 3;

/** How many times as long as readiness. As much time again as it takes to leave the Service is there to recover in. */
const timesReadiness = 2;

/** More patience, by the threshold alone: how often is asked stays as it is. */
export const livenessFragileFix: Fix = {
  check: 'liveness-fragile',
  messages: ['single-failure', 'same-as-readiness'],
  writes:
    'a failureThreshold of 3 for a liveness probe that gives up at the first failure, and where it asks the same as readiness ' +
    'one that lasts twice as long',
  propose({ message, container, path, values }) {
    if (message === 'single-failure') return [{ path, value: usualFailures }];
    const period = asNumber(asObject(container?.raw['livenessProbe'])['periodSeconds']);
    const readiness = asNumber(values?.['readiness']);
    if (period === undefined || period <= 0 || readiness === undefined) return [];
    return [{ path, value: Math.ceil((timesReadiness * readiness) / period) }];
  },
};
