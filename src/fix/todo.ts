/** Comments where only the author knows what to write: `gracegate fix --todo`. */
import type { AuditedObject } from '../audit/audit.ts';
import type { Finding } from '../policy/evaluate.ts';
import { describeViolation, pathFromObject } from '../policy/words.ts';
import type { Comment } from './text/rewrite.ts';

/** Messages that say that something is missing which only the author knows: an amount, a path, a port. */
const unknowable: Readonly<Record<string, readonly string[]>> = {
  'cpu-request': ['missing', 'zero'],
  'memory-request': ['missing', 'zero', 'fraction'],
  'cpu-limit': ['missing', 'zero'],
  'memory-limit': ['missing', 'zero', 'fraction'],
  'ephemeral-storage': ['missing', 'zero', 'fraction', 'missing-limit', 'zero-limit', 'fraction-limit'],
  'readiness-probe': ['missing'],
  'liveness-probe': ['missing'],
  'pre-stop': ['missing'],
  'ttl-after-finished': ['unset'],
};

/** The comments for what is left of an object. Each names its container, so none is taken for that of another. */
export function todosOf(left: readonly Finding[], { object }: AuditedObject): Comment[] {
  return left
    .filter(({ check, message }) => unknowable[check]?.includes(message) === true)
    .map((finding) => ({
      path: pathFromObject(finding, object),
      text: `TODO ${describeViolation(finding)}`,
    }));
}
