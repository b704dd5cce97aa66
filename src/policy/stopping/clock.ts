/** Where a shell stands: how long it has slept, and when the last of its background jobs will have. */
export interface Clock {
  readonly now: number;
  readonly jobs: number;
}

/** Where a shell stands after a command that succeeded, and after one that failed. Absent: it cannot come to that. */
export interface Outcome {
  readonly ok?: Clock | undefined;
  readonly fail?: Clock | undefined;
}

/** Of ways that exclude each other, the longest. */
export function later(a: Clock | undefined, b: Clock | undefined): Clock | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { now: Math.max(a.now, b.now), jobs: Math.max(a.jobs, b.jobs) };
}

export function earlier(a: Clock | undefined, b: Clock | undefined): Clock | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.now < a.now ? b : a;
}

export function either(a: Outcome, b: Outcome): Outcome {
  return { ok: later(a.ok, b.ok), fail: later(a.fail, b.fail) };
}

export const unknownAt = (clock: Clock | undefined): Outcome => ({ ok: clock, fail: clock });

export function endOf({ ok, fail }: Outcome): Clock | undefined {
  return later(ok, fail);
}

/** What `exit` and `return` end with: success for 0 alone, and the last command's unknown status without a number. */
export function outcomeOf(status: string | undefined, clock: Clock): Outcome {
  if (status === '0') return { ok: clock };
  return /^\d+$/.test(status ?? '') ? { fail: clock } : unknownAt(clock);
}
