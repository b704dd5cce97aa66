import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Budget } from '../../../src/admission/budget.ts';

const late = 'the API server did not answer our reads in time';
const never = new Promise<never>(() => undefined);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** How a promise ended, with the time that went by since the test began. */
async function ended(promise: Promise<unknown>): Promise<{ after: number; with: unknown }> {
  const start = performance.now();
  const end = promise.then(
    (value) => ({ after: performance.now() - start, with: value }),
    (error: unknown) => ({ after: performance.now() - start, with: (error as Error).message }),
  );
  await vi.advanceTimersByTimeAsync(10_000);
  return end;
}

const after = (milliseconds: number, fail = false): Promise<string> =>
  new Promise((resolve, reject) => {
    setTimeout(() => (fail ? reject(new Error('refused')) : resolve('read')), milliseconds);
  });

describe('a budget of time', () => {
  it('gets less, and never less than nothing', async () => {
    const budget = new Budget(1600);
    expect(budget.left).toBe(1600);
    await vi.advanceTimersByTimeAsync(600);
    expect(budget.left).toBe(1000);
    await vi.advanceTimersByTimeAsync(5000);
    expect(budget.left).toBe(0);
  });

  it.each<[string, Promise<string> | (() => Promise<string>), number | undefined, number, string]>([
    ['a read that is there', Promise.resolve('read'), undefined, 0, 'read'],
    ['a read in time', () => after(1599), undefined, 1599, 'read'],
    ['a read that fails', () => after(300, true), undefined, 300, 'refused'],
    ['a read that comes too late', () => after(1700), undefined, 1600, late],
    ['a read that fails too late, which nobody hears', () => after(1700, true), undefined, 1600, late],
    ['a read that never comes', never, undefined, 1600, late],
    ['a read with less time of its own', () => after(1200), 1000, 1000, late],
    ['a read with more time of its own than there is', () => after(1700), 5000, 1600, late],
  ])('is waited for %s', async (_name, read, milliseconds, time, outcome) => {
    const budget = new Budget(1600);
    const waiting = budget.wait(typeof read === 'function' ? read() : read, milliseconds);
    expect(await ended(waiting)).toEqual({ after: time, with: outcome });
  });

  it('is one for all reads, one after the other', async () => {
    const budget = new Budget(1600);
    const reads = (async () => [await budget.wait(after(1000)), await budget.wait(never)])();
    expect(await ended(reads)).toEqual({ after: 1600, with: late });
  });

  it('that is used up gives no read any time, but takes what is there', async () => {
    const budget = new Budget(100);
    await vi.advanceTimersByTimeAsync(200);
    expect(await ended(budget.wait(never))).toEqual({ after: 0, with: late });
    expect(await ended(budget.wait(Promise.resolve('read')))).toEqual({ after: 0, with: 'read' });
  });

  it('leaves no timer behind', async () => {
    const budget = new Budget(1600);
    await budget.wait(Promise.resolve());
    await budget.wait(Promise.reject(new Error('refused'))).catch(() => undefined);
    expect(vi.getTimerCount()).toBe(0);
  });
});
