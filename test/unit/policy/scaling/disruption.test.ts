import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { countsByScale, disruptionsAllowed } from '../../../../src/policy/scaling/disruption.ts';

/** As the disruption controller of real servers answered, 1.34 and 1.37. */
const measured: readonly (readonly [pods: number, spec: Record<string, string | number>, allowed: number])[] =
  [
    [3, { minAvailable: 0 }, 3],
    [3, { minAvailable: '0%' }, 3],
    [3, { minAvailable: 1 }, 2],
    [3, { minAvailable: 2 }, 1],
    [3, { minAvailable: '34%' }, 1],
    [3, { minAvailable: '66%' }, 1],
    [3, { minAvailable: 3 }, 0],
    [3, { minAvailable: 4 }, 0],
    [3, { minAvailable: '67%' }, 0],
    [3, { minAvailable: '100%' }, 0],
    [3, { maxUnavailable: 0 }, 0],
    [3, { maxUnavailable: '0%' }, 0],
    [3, { maxUnavailable: 1 }, 1],
    [3, { maxUnavailable: '1%' }, 1],
    [3, { maxUnavailable: '33%' }, 1],
    [3, { maxUnavailable: '34%' }, 2],
    [3, { maxUnavailable: '100%' }, 3],
    [3, { maxUnavailable: 5 }, 3],
    [1, { minAvailable: 1 }, 0],
    [1, { minAvailable: '1%' }, 0],
    [1, { maxUnavailable: 1 }, 1],
    [1, { maxUnavailable: '1%' }, 1],
    [3, {}, 0],
  ];

describe('the disruptions that a budget allows', () => {
  it.each(measured)('%i Ready pods, %o: %i', (pods, spec, allowed) => {
    expect(disruptionsAllowed(spec, pods, pods)).toBe(allowed);
  });

  it('counts pods without a controller as healthy, though not as expected', () => {
    expect(disruptionsAllowed({ maxUnavailable: 1 }, 2, 3)).toBe(2);
    expect(disruptionsAllowed({ maxUnavailable: 1 }, 0, 3)).toBe(0);
  });

  it('is none while too few are Ready', () => {
    expect(disruptionsAllowed({ maxUnavailable: 1 }, 3, 2)).toBe(0);
    expect(disruptionsAllowed({ minAvailable: 1 }, 3, 0)).toBe(0);
  });

  it('is not known for what is no number', () => {
    expect(disruptionsAllowed({ minAvailable: '50' }, 3, 3)).toBeUndefined();
    expect(disruptionsAllowed({ maxUnavailable: 'foo' }, 3, 3)).toBeUndefined();
  });

  it('is never more than the healthy pods, and never negative', () => {
    const value = fc.oneof(
      fc.nat({ max: 20 }),
      fc.nat({ max: 100 }).map((share) => `${share}%`),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('minAvailable', 'maxUnavailable'),
        value,
        fc.nat(20),
        fc.nat(20),
        (field, written, expected, healthy) => {
          const allowed = disruptionsAllowed({ [field]: written }, expected, healthy);
          expect(allowed).toBeGreaterThanOrEqual(0);
          expect(allowed).toBeLessThanOrEqual(healthy);
        },
      ),
    );
  });
});

describe('what a budget counts by', () => {
  it('is the scale, but for a number of pods that must be there', () => {
    expect(countsByScale({ maxUnavailable: 1 })).toBe(true);
    expect(countsByScale({ minAvailable: '50%' })).toBe(true);
    expect(countsByScale({ minAvailable: 1 })).toBe(false);
    expect(countsByScale({ maxUnavailable: null, minAvailable: 1 })).toBe(false);
  });
});
