import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;

/** Waits for a condition; fails with what was waited for when time is up. An error of the condition counts as "not yet". */
export async function eventually(
  what: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      if (await condition()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(pollMs);
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`, { cause: last });
}
