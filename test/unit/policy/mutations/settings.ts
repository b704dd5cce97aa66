import type { MutationSettings } from '../../../../src/policy/mutation.ts';

/** What the built-in profiles set, without limits. */
export const stopping = {
  'pre-stop-sleep': { seconds: 15, containers: 'all', method: 'sleep' },
  'grace-period': { drainSeconds: 30, maxSeconds: 600 },
} as const satisfies MutationSettings;
