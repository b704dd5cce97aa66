import { asNumber } from '../../policy/json.ts';
import type { Fix } from '../fix.ts';

/** A longer grace period ends no pod later that has ended by itself. The delay may be meant, so it stays. */
export const deregistrationDelayFix: Fix = {
  check: 'deregistration-delay',
  messages: ['grace-too-short'],
  writes: 'terminationGracePeriodSeconds, above the deregistration delay of the load balancer',
  propose({ path, values }) {
    const needed = asNumber(values?.['needed']);
    return needed === undefined ? [] : [{ path, value: needed }];
  },
};
