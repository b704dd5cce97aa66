import { asNumber } from '../../policy/json.ts';
import type { Fix } from '../fix.ts';

export const execProbeFix: Fix = {
  check: 'exec-probe',
  messages: ['frequent'],
  writes: 'the least periodSeconds that the profile allows for a probe that executes a command',
  propose({ path, values }) {
    const needed = asNumber(values?.['needed']);
    return needed === undefined ? [] : [{ path, value: needed }];
  },
};
