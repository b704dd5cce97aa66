import { asNumber } from '../../policy/json.ts';
import type { Fix } from '../fix.ts';

/** Without the mutation of the same name, which leaves more time: as long as the check asks for. */
export const gracePeriodFix: Fix = {
  check: 'grace-period',
  messages: ['sleep-too-long', 'too-short'],
  writes: 'terminationGracePeriodSeconds, as long as the preStop sleep and the time to drain need',
  propose({ path, values }) {
    const needed = asNumber(values?.['needed']);
    return needed === undefined ? [] : [{ path, value: needed }];
  },
};
