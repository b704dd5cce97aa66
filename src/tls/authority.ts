/**
 * The rotation of a certificate authority that several processes share, without a leader: each of them looks at what is
 * stored, and takes the next step where it is due. Whoever writes first wins; all others find it done.
 *
 *     issue --> prepare --> promote --> retire --> (prepare ...)
 *
 * The next authority is trusted before it signs anything, and the one before stays trusted for as long again, in which
 * every replica has a certificate of the new one: no client meets a certificate that it does not trust. (But for a replica
 * that is cut off from the store for longer than that: see {@link adopted} for when it is back.)
 */
import { certificatesOf, joinBundle } from './bundle.ts';
import { issueAuthority, type Authority } from './issue.ts';

/** What is stored. */
export interface AuthorityState {
  /** Signs serving certificates. */
  readonly current: Authority;
  /** Trusted already, signs nothing yet. */
  readonly next?: Authority | undefined;
  /** PEM of what signed before `current`, usually one authority; still trusted. The key is gone. */
  readonly previousPem?: string | undefined;
}

/** Milliseconds. */
export interface Lifetimes {
  /** Of an authority; the next one is made in its last third. */
  readonly authority: number;
  /** Of a serving certificate; a new one is issued in its last third. */
  readonly certificate: number;
  /** For how long two authorities are trusted before and after the second one begins to sign. */
  readonly overlap: number;
}

export type Step = 'issue' | 'prepare' | 'promote' | 'retire';

/** What a step rests on. */
export interface Situation {
  readonly state: AuthorityState | undefined;
  readonly now: Date;
  /**
   * For how long this process has seen this very state, in milliseconds of a clock that nobody sets. A time that one
   * replica wrote and another compares would make the overlap as short as their clocks are apart.
   */
  readonly seenMs: number;
  /** Whether clients trust `state.next` already. */
  readonly isNextTrusted: boolean;
  /** Somebody asked for a new authority. */
  readonly isRotationWanted: boolean;
}

/** The step that is due, if any. */
export function dueStep(situation: Situation, lifetimes: Lifetimes): Step | undefined {
  const { state, now, seenMs, isNextTrusted, isRotationWanted } = situation;
  if (state === undefined) return 'issue';
  const { current, next, previousPem } = state;
  const left = msLeft(current.certificatePem, now);
  const canNext = next !== undefined && msLeft(next.certificatePem, now) > 0;
  // What has expired is trusted by nobody, so there is nothing left to wait for.
  if (left <= 0) return canNext ? 'promote' : 'issue';
  // Issued by a clock that is ahead. API servers, whose clocks are right, do not trust it yet.
  if (!hasBegun(current.certificatePem, now)) return 'issue';
  if (canNext) return seenMs >= lifetimes.overlap && isNextTrusted ? 'promote' : undefined;
  if (next !== undefined) return 'prepare';
  if (previousPem !== undefined) return seenMs >= lifetimes.overlap ? 'retire' : undefined;
  return isRotationWanted || left < lifetimes.authority / 3 ? 'prepare' : undefined;
}

const dayMs = 86_400_000;

/** The state after a step. */
export async function take(
  step: Step,
  state: AuthorityState | undefined,
  lifetimes: Lifetimes,
  now: Date,
): Promise<AuthorityState> {
  const issue = (): Promise<Authority> => issueAuthority({ validDays: lifetimes.authority / dayMs, now });
  if (state === undefined || step === 'issue') return { current: await issue() };
  const { current, next } = state;
  switch (step) {
    case 'prepare':
      return { ...state, next: await issue() };
    case 'promote':
      return { current: next ?? (await issue()), previousPem: current.certificatePem };
    case 'retire':
      return { current };
  }
}

/** PEM of all that clients should trust. */
export function bundleOf({ current, next, previousPem }: AuthorityState): string {
  return joinBundle([current.certificatePem, next?.certificatePem ?? '', previousPem ?? '']);
}

/** Milliseconds until a certificate expires; negative when it has, or cannot be read. */
export function msLeft(certificatePem: string, now: Date): number {
  const [certificate] = certificatesOf(certificatePem);
  return certificate === undefined ? -1 : certificate.validToDate.getTime() - now.getTime();
}

function hasBegun(certificatePem: string, now: Date): boolean {
  const [certificate] = certificatesOf(certificatePem);
  return certificate === undefined || certificate.validFromDate <= now;
}

/**
 * A state that somebody else wrote over one that is known, so that neither loses trust: what `known` signed is served
 * until a certificate of the new authority is there. Undefined where the new state goes on from the known one.
 */
export function adopted(
  state: AuthorityState,
  known: AuthorityState | undefined,
  now: Date,
): AuthorityState | undefined {
  if (known === undefined || msLeft(known.current.certificatePem, now) <= 0) return undefined;
  const trusted = bundleOf(state);
  const [before] = certificatesOf(known.current.certificatePem);
  if (before === undefined || isInBundle(before, trusted)) return undefined;
  return { ...state, previousPem: joinBundle([state.previousPem ?? '', known.current.certificatePem]) };
}

function isInBundle({ fingerprint256 }: { readonly fingerprint256: string }, pem: string): boolean {
  return certificatesOf(pem).some((certificate) => certificate.fingerprint256 === fingerprint256);
}

export function isSameState(a: AuthorityState | undefined, b: AuthorityState | undefined): boolean {
  return (
    a?.current.certificatePem === b?.current.certificatePem &&
    a?.next?.certificatePem === b?.next?.certificatePem &&
    a?.previousPem === b?.previousPem
  );
}
