import { serverDryRun } from '../audit/server-dry-run.ts';
import type { Check } from '../policy/check.ts';
import { checks } from '../policy/checks/registry.ts';

/** What a violation may be of: a check, or what the API server itself has against a pod, which has no example. */
export type Rule = Pick<Check, 'id' | 'title' | 'rationale' | 'symptom' | 'remediation'> & {
  readonly topic: string;
  readonly examples?: Check['examples'];
};

/** In the order of the registry. */
export const rules: readonly Rule[] = [...checks, serverDryRun];
