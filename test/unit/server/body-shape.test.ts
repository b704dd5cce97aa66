import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyShape } from '../../../src/server/body-shape.ts';

const padding = 'x'.repeat(5000);

/** All values of a JSON document: arrays, objects, and what is in them. */
function count(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1;
  return 1 + Object.values(json).reduce((sum: number, value) => sum + count(value), 0);
}

describe('the shape of a body', () => {
  it('has at least as many values as the body, and not many more', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (json) => {
        const shape = bodyShape(JSON.stringify([json, padding]));
        if (typeof shape === 'string') throw new Error(shape);
        const values = count([json, padding]);
        expect(shape.values).toBeGreaterThanOrEqual(values);
        expect(shape.values).toBeLessThanOrEqual(2 * values);
      }),
    );
  });

  it.each([
    ['300,000 values', `[${'0,'.repeat(299_998)}0]`, { values: 300_000 }],
    ['one more', `[${'0,'.repeat(299_999)}0]`, 'too-many-values'],
    ['commas in a string', `["${','.repeat(400_000)}"]`, { values: 2 }],
    ['a string without an end', `["${','.repeat(400_000)}`, { values: 2 }],
    ['a string that ends in a backslash', String.raw`["\\",${'0,'.repeat(300_000)}0]`, 'too-many-values'],
    ['a short text', '[[', { values: 2 }],
  ])('of %s', (_name, text, shape) => {
    expect(bodyShape(text)).toEqual(shape);
  });
});
