import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { MemoryReturner } from '../../../src/server/memory.ts';

const large = 512 * 1024;

describe('memory is given back', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Collections so far, of bodies that were handled at these times in milliseconds, after so many in all. */
  function collections(handled: readonly (readonly [at: number, bytes: number])[], until: number): number {
    let count = 0;
    const memory = new MemoryReturner(() => (count += 1));
    const started = Date.now();
    for (const [at, bytes] of handled) {
      vi.advanceTimersByTime(at - (Date.now() - started));
      memory.handled(bytes);
    }
    vi.advanceTimersByTime(until - (Date.now() - started));
    return count;
  }

  it.each<[string, [number, number][], number, number]>([
    [
      'not after ordinary bodies',
      [
        [0, 8192],
        [10, large - 1],
      ],
      60_000,
      0,
    ],
    ['not at once after a large one', [[0, large]], 499, 0],
    ['soon after a large one', [[0, large]], 500, 1],
    ['once for a large one', [[0, large]], 60_000, 1],
    [
      'not while large ones keep coming',
      [
        [0, large],
        [400, large],
        [800, large],
      ],
      1299,
      0,
    ],
    [
      'once for all of these',
      [
        [0, large],
        [400, large],
        [800, large],
      ],
      60_000,
      1,
    ],
    [
      'whatever ordinary bodies come meanwhile',
      [
        [0, large],
        [499, 10],
      ],
      500,
      1,
    ],
    [
      'again after the next large one',
      [
        [0, large],
        [1000, large],
      ],
      1500,
      2,
    ],
  ])('%s', (_name, handled, until, expected) => {
    expect(collections(handled, until)).toBe(expected);
  });

  it('by a timer that holds no process up', () => {
    const timeout = vi.spyOn(globalThis, 'setTimeout');
    new MemoryReturner(() => undefined).handled(large);
    const timer = timeout.mock.results[0]?.value as NodeJS.Timeout;
    timeout.mockRestore();
    expect(timer.hasRef()).toBe(false);
  });
});
