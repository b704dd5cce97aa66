import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutManagedFields } from '../../../src/server/review-text.ts';

const emptied = (text: string): unknown => JSON.parse(withoutManagedFields(Buffer.from(text)));

/** Managed fields emptied the slow way. */
function emptiedByHand(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(emptiedByHand);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      key === 'managedFields' && Array.isArray(child) ? [] : emptiedByHand(child),
    ]),
  );
}

describe('managed fields', () => {
  it.each([
    ['none', '{"metadata":{}}'],
    ['an empty list', '{"managedFields":[],"a":1}'],
    [
      'one, with brackets and quotes in its strings',
      String.raw`{"managedFields":[{"a":"]\"]","b":[["["]]}],"c":"d"}`,
    ],
    ['of the new and the old object', '{"object":{"managedFields":[1,2]},"oldObject":{"managedFields":[3]}}'],
    ['beside letters of several bytes', '{"a":"ä€😀","managedFields":["ä€😀"],"b":"ä€😀"}'],
    ['that are no list', '{"managedFields":null,"a":{"managedFields":{"b":[1]}}}'],
  ])('%s', (_name, text) => {
    expect(emptied(text)).toEqual(emptiedByHand(JSON.parse(text)));
  });

  it('quoted in a string stay there', () => {
    const annotation = '{"managedFields":[{"a":1}]}';
    expect(emptied(JSON.stringify({ annotation, managedFields: [1] }))).toEqual({
      annotation,
      managedFields: [],
    });
  });

  it('stay where a key only ends like theirs', () => {
    const text = JSON.stringify({ 'x"managedFields': [1] });
    expect(emptied(text)).toEqual(JSON.parse(text));
  });

  it('without an end leave the text as it is, which is then no JSON', () => {
    for (const text of ['{"managedFields":[', '{"managedFields":["a', '{"managedFields":["\\']) {
      expect(withoutManagedFields(Buffer.from(text))).toBe(text);
    }
  });

  it('are all that is lost, whatever the JSON', () => {
    const key = fc.oneof(fc.constant('managedFields'), fc.string());
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(value);
        expect(emptied(text)).toEqual(emptiedByHand(JSON.parse(text)));
      }),
      { numRuns: 500 },
    );
  });
});
