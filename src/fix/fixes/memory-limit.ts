import { asString, valueAt } from '../../policy/json.ts';
import type { Fix } from '../fix.ts';

/** Where a profile wants both to be the same: the request is raised. To lower the limit would kill what runs well today. */
export const memoryLimitFix: Fix = {
  check: 'memory-limit',
  messages: ['above-request'],
  writes: 'the memory limit as the request too, where the profile has the policy equal-to-request',
  propose({ container, values }) {
    if (container === undefined) return [];
    const written = valueAt(container.raw, ['resources', 'limits', 'memory']) ?? values?.['limit'];
    const limit = asString(written) ?? (typeof written === 'number' ? written : undefined);
    return limit === undefined
      ? []
      : [{ path: [...container.path, 'resources', 'requests', 'memory'], value: limit }];
  },
};
