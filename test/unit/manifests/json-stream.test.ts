import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonStream } from '../../../src/manifests/json-stream.ts';

const spaces = fc.constantFrom('', ' ', '\n', '\r\n', '\n\n\t');
const object = fc.tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2, '\t'), spaces);

it('finds every object of a stream, and loses nothing of the text', () => {
  fc.assert(
    fc.property(fc.array(object, { minLength: 1 }), spaces, (objects, before) => {
      const text =
        before +
        objects.map(([value, indent, after]) => JSON.stringify(value, null, indent) + after).join('');
      const parts = jsonStream(text);
      expect(parts.join('')).toBe(text);
      expect(parts.map((part) => JSON.stringify(JSON.parse(part)))).toEqual(
        objects.map(([value]) => JSON.stringify(value)),
      );
    }),
  );
});

it.each([
  '{"a":1}',
  '{"a":1},{"a":2}',
  '[{"a":1} {"a":2}]',
  '{a: 1}\n{"a":2}',
  '{{ a }} {{ b }}',
  '{"a": "} {"}',
  'a: {}\n{}',
])('leaves what is none as it is: %s', (text) => {
  expect(jsonStream(text)).toEqual([text]);
});

it('is not slow with much that is nearly a stream', () => {
  const text = `{"a": "${'} {'.repeat(300_000)}"}`;
  expect(jsonStream(text)).toHaveLength(1);
  expect(jsonStream('{}'.repeat(100_000))).toHaveLength(100_000);
});

// Looked for from each of its quotes, its end would take the square of a megabyte.
it('takes a string without an end as it is', () => {
  const text = `{} {"${String.raw`\"`.repeat(500_000)}`;
  expect(jsonStream(text)).toEqual(['{} ', text.slice(3)]);
});
