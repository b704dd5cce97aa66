import { describe, expect, it } from 'vitest';

import { scaledValue } from '../../../../src/policy/objects/int-or-percent.ts';
import type { Json } from '../../../../src/policy/json.ts';

describe('scaledValue', () => {
  it.each<[value: Json | undefined, total: number, up: number | undefined, down: number | undefined]>([
    [3, 10, 3, 3],
    [0, 10, 0, 0],
    [-1, 10, -1, -1],
    [30, 10, 30, 30],
    [2_147_483_647, 10, 2_147_483_647, 2_147_483_647],
    ['25%', 10, 3, 2],
    ['50%', 10, 5, 5],
    ['0%', 10, 0, 0],
    ['100%', 10, 10, 10],
    ['150%', 10, 15, 15],
    ['25%', 0, 0, 0],
    ['1%', 1, 1, 0],
    ['29%', 100, 29, 29],
    ['+25%', 8, 2, 2],
    ['-25%', 10, -2, -3],
    ['-1%', 1, 0, -1],
    ['0025%', 8, 2, 2],
    // Whatever else the server would refuse or not take for a percentage.
    [undefined, 10, undefined, undefined],
    [null, 10, undefined, undefined],
    ['3', 10, undefined, undefined],
    ['', 10, undefined, undefined],
    ['%', 10, undefined, undefined],
    ['25 %', 10, undefined, undefined],
    ['25%%', 10, undefined, undefined],
    ['2.5%', 10, undefined, undefined],
    ['25%\n', 10, undefined, undefined],
    ['0x10%', 10, undefined, undefined],
    ['half', 10, undefined, undefined],
    [`${'9'.repeat(20)}%`, 10, undefined, undefined],
    [2.5, 10, undefined, undefined],
    [2_147_483_648, 10, undefined, undefined],
    [true, 10, undefined, undefined],
    [[], 10, undefined, undefined],
    [{}, 10, undefined, undefined],
  ])('%j of %s: %s up, %s down', (value, total, up, down) => {
    expect(scaledValue(value, total, 'up')).toBe(up);
    expect(scaledValue(value, total, 'down')).toBe(down);
  });

  it('reads very long ones in linear time', () => {
    const digits = '9'.repeat(1_000_000);
    const start = performance.now();
    expect(scaledValue(`${digits}%`, 10, 'up')).toBeUndefined();
    expect(scaledValue(digits, 10, 'up')).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
