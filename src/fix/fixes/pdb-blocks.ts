import { isObject } from '../../policy/json.ts';
import { specOf } from '../../policy/objects/kube-object.ts';
import type { Fix } from '../fix.ts';

/** Numbers that allow no eviction stay: they may be a protection that somebody wants. */
export const pdbBlocksFix: Fix = {
  check: 'pdb-blocks',
  messages: ['removed-version'],
  writes:
    'policy/v1 in place of policy/v1beta1, unless the selector is empty, which means something else there',
  reveals: true,
  propose(_, { object }) {
    const { selector } = specOf(object);
    // Of v1beta1 an empty selector selects nothing, of v1 every pod of the namespace.
    if (!isObject(selector) || Object.keys(selector).length === 0) return [];
    return [{ path: ['apiVersion'], value: 'policy/v1' }];
  },
};
