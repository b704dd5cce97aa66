import type { KubeObject } from '../policy/objects/kube-object.ts';
import type { Violation } from '../policy/check.ts';
import type { MutationSettings } from '../policy/mutation.ts';
import type { Change } from './change.ts';

/** What a fix may look at besides the violation. */
export interface FixContext {
  /** As it is written, without API defaults. */
  readonly object: KubeObject;
  /** Of the profile; undefined where mutations are not to be written. */
  readonly mutations: MutationSettings | undefined;
}

/**
 * The remedy of a check, where the object itself (or the profile) leaves no doubt what to write. A fix changes what the check
 * asks for and nothing else: it guesses no amount, no path and no command, loosens no protection, and starts no more or fewer
 * pods. Pure.
 */
export interface Fix {
  /** Id of the check that it mends. */
  readonly check: string;
  /** Ids of the messages that it mends; of the others nobody but the author knows what to write. */
  readonly messages: readonly string[];
  /** What it writes, for the documentation. */
  readonly writes: string;
  /** True where other checks see more once this is mended, which is no reason to take it back. */
  readonly reveals?: true;
  /** Paths start where that of the violation does. Empty where this one is better left to its author. */
  propose(violation: Violation, context: FixContext): readonly Change[];
}
