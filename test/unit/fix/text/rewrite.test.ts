/** The smallest edit for each way in which a place may be written. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject, Path } from '../../../../src/policy/json.ts';
import { rewrite, withComments } from '../../../../src/fix/text/rewrite.ts';
import { valuesIn } from '../fixing.ts';

const read = (text: string): Json | undefined => {
  try {
    const values = valuesIn(text);
    return values.length === 1 ? values[0] : undefined;
  } catch {
    return undefined;
  }
};

function written(text: string, ...changes: [path: Path, value: Json][]) {
  const value = read(text) as JsonObject;
  return rewrite(
    text,
    value,
    changes.map(([path, wanted]) => ({ path, value: wanted })),
    read,
  );
}

const cases: readonly [name: string, before: string, path: Path, value: Json, after: string][] = [
  ['a key at the end of a map', 'a:\n  b: 1\nc: 2\n', ['a', 'x'], 1, 'a:\n  b: 1\n  x: 1\nc: 2\n'],
  [
    'with the steps of its parent',
    'a:\n    b: 1\n',
    ['a', 'x'],
    { k: 1 },
    'a:\n    b: 1\n    x:\n        k: 1\n',
  ],
  [
    'with dashes as they are',
    'a:\n- 1\nb: 1\n',
    ['x'],
    { k: [{ z: 1 }] },
    'a:\n- 1\nb: 1\nx:\n  k:\n  - z: 1\n',
  ],
  [
    'below a comment on the line',
    'a: 1 # one\nb: 2 # two\n# end\n',
    ['x'],
    1,
    'a: 1 # one\nb: 2 # two\nx: 1\n# end\n',
  ],
  [
    'below comments further in',
    'a:\n  b: 1\n  # of a\n\n# of all\n',
    ['x'],
    1,
    'a:\n  b: 1\n  # of a\nx: 1\n\n# of all\n',
  ],
  ['behind a text of lines', 'a: |\n  # text\n\n', ['x'], 1, 'a: |\n  # text\nx: 1\n\n'],
  ['behind a text that keeps its blank lines', 'a: |+\n  text\n\n', ['x'], 1, 'a: |+\n  text\n\nx: 1\n'],
  ['at the end without a line break', 'a: 1', ['x'], 1, 'a: 1\nx: 1'],
  ['with the line breaks of Windows', 'a: 1\r\n', ['x'], { k: 1 }, 'a: 1\r\nx:\r\n  k: 1\r\n'],
  ['in a map of a sequence', '- a: 1\n- b: 2\n', [0, 'x'], 1, '- a: 1\n  x: 1\n- b: 2\n'],
  ['after a lone dash', '- a:\n  -\n', [0, 'x'], 1, '- a:\n  -\n  x: 1\n'],
  ['in quotes like the other keys', '"a": 1\n', ['x'], 'k', '"a": 1\n"x": k\n'],
  ['with a word quoted that would be something else', 'a: 1\n', ['x'], 'off', 'a: 1\nx: "off"\n'],
  ['in place of nothing', 'a: # none\nb: 1\n', ['a', 'x'], 1, 'a: # none\n  x: 1\nb: 1\n'],
  ['in place of null', 'a: ~ # none\n', ['a', 'x'], 1, 'a: # none\n  x: 1\n'],
  ['in place of an empty map', 'a: {} # none\n', ['a', 'x'], 1, 'a: # none\n  x: 1\n'],
  ['in place of an empty map on a line of its own', 'a:\n  {}\nb: 1\n', ['a', 'x'], 1, 'a:\n  x: 1\nb: 1\n'],
  ['a number for nothing', 'a:\nb: 1\n', ['a'], 5, 'a: 5\nb: 1\n'],
  ['a number for a number', 'a: 1 # one\n', ['a'], 5, 'a: 5 # one\n'],
  ['a word in double quotes', 'a: "b"\n', ['a'], 'c', 'a: "c"\n'],
  ['a word in single quotes', "a: 'b'\n", ['a'], 'c', "a: 'c'\n"],
  ['a number for a quoted word', 'a: "b"\n', ['a'], 5, 'a: 5\n'],
  ['a map for a map', 'a:\n  b:\n    c: 1\nd: 1\n', ['a', 'b'], { x: 1 }, 'a:\n  b:\n    x: 1\nd: 1\n'],
  [
    'a map for a map with comments',
    'a:\n  # one\n  b: 1 # two\n  # three\n  c: 1 # four\n',
    ['a'],
    { x: 1 },
    'a:\n  # one\n  # two\n  # three\n  x: 1 # four\n',
  ],
  ['a flow map for a flow map', 'a: { b: 1 }\n', ['a'], { x: 1, k: 2 }, 'a: { x: 1, k: 2 }\n'],
  ['in a flow map', 'a: {b: 1}\n', ['a', 'x'], { k: 1 }, 'a: {b: 1, x: {k: 1}}\n'],
  ['in a padded flow map', 'a: { b: 1 }\n', ['a', 'x'], { k: 1 }, 'a: { b: 1, x: { k: 1 } }\n'],
  ['in a flow map that ends with a comma', 'a: {b: 1,}\n', ['a', 'x'], 1, 'a: {b: 1, x: 1,}\n'],
  ['in an empty map in a flow map', 'a: {b: {}}\n', ['a', 'b', 'x'], 1, 'a: {b: {x: 1}}\n'],
  ['in an empty flow map of a sequence', '[{}, {}]\n', [0], {}, '[{}, {}]\n'],
  ['for nothing in a flow map', 'a: {b: , c: 1}\n', ['a', 'b'], 2, 'a: {b: 2 , c: 1}\n'],
  ['in a flow map of lines', 'a: {\n  b: 1 # one\n}\n', ['a', 'x'], 1, 'a: {\n  b: 1, # one\n  x: 1\n}\n'],
  [
    'in a flow map of lines with commas',
    'a: {\n  b: 1, # one\n}\n',
    ['a', 'x'],
    1,
    'a: {\n  b: 1, # one\n  x: 1,\n}\n',
  ],
  ['in a flow map closed on its last line', 'a: {\n  b: 1}\n', ['a', 'x'], 1, 'a: {\n  b: 1,\n  x: 1}\n'],
  ['in JSON', '{"a":{"b":1}}', ['a', 'x'], { k: 'z' }, '{"a":{"b":1,"x":{"k":"z"}}}'],
  ['in JSON of lines', '{\n\t"a": 1\n}\n', ['x'], { k: 1 }, '{\n\t"a": 1,\n\t"x": {\n\t\t"k": 1\n\t}\n}\n'],
  [
    'beside an alias',
    'a: &a {b: 1}\nc: *a # same\n',
    ['c', 'x'],
    1,
    'a: &a {b: 1}\nc: # same\n  <<: *a\n  x: 1\n',
  ],
  [
    'beside an alias in a sequence',
    '- &a\n  b: 1\n- *a # same\n',
    [1, 'x'],
    1,
    '- &a\n  b: 1\n- <<: *a # same\n  x: 1\n',
  ],
  [
    'beside an alias in a flow map',
    'a: &a {b: 1}\nc: {d: *a}\n',
    ['c', 'd', 'x'],
    1,
    'a: &a {b: 1}\nc: {d: {<<: *a, x: 1}}\n',
  ],
  [
    'beside a merge',
    'a: &a\n  b: {c: 1}\nd:\n  <<: *a\n',
    ['d', 'b', 'x'],
    1,
    'a: &a\n  b: {c: 1}\nd:\n  <<: *a\n  b:\n    c: 1\n    x: 1\n',
  ],
  ['in an anchor that nobody uses', 'a: &a\n  b: 1\n', ['a', 'x'], 1, 'a: &a\n  b: 1\n  x: 1\n'],
];

describe('a change is written', () => {
  it.each(cases)('%s', (_, before, path, value, after) => {
    const isSequence = Array.isArray(read(before));
    // The root of a document is an object everywhere but here.
    const [text, at, expected] = isSequence
      ? [wrapped(before), ['root', ...path], wrapped(after)]
      : [before, path, after];
    const result = written(text, [at, value]);
    expect(result.refused).toEqual([]);
    expect(result.text).toBe(expected);
    expect(read(result.text)).toEqual(result.value);
  });
});

const wrapped = (text: string): string => `root:\n${text.replaceAll(/^(?=.)/gm, '  ')}`;

describe('several changes', () => {
  it('are written one below the other', () => {
    const result = written('a:\n  b: 1\n', [['a', 'x'], 1], [['a', 'k'], 2], [['z'], 3]);
    expect(result.text).toBe('a:\n  b: 1\n  x: 1\n  k: 2\nz: 3\n');
  });

  it('share the maps that they need', () => {
    expect(written('a: {}\n', [['a', 'x', 'k'], 1], [['a', 'x', 'z'], 2]).text).toBe(
      'a:\n  x:\n    k: 1\n    z: 2\n',
    );
  });

  it('mend an anchor once for all who want the same', () => {
    const before = 'a: &a\n  b: 1\nc:\n  <<: *a\nd: *a\n';
    const result = written(before, [['a', 'x'], 1], [['c', 'x'], 1], [['d', 'x'], 1]);
    expect(result.text).toBe('a: &a\n  b: 1\n  x: 1\nc:\n  <<: *a\nd: *a\n');
  });
});

describe('a change is refused', () => {
  it('where an anchor would change for others, and the rest is written', () => {
    const before = 'a: &a {b: 1}\nc: *a\nd: {}\n';
    const result = written(before, [['a', 'x'], 1], [['d', 'x'], 1]);
    expect(result.text).toBe('a: &a {b: 1}\nc: *a\nd:\n  x: 1\n');
    expect(result.refused.map(({ change, reason }) => [change.path, reason])).toEqual([
      [['a', 'x'], 'it comes from the anchor &a, and what refers to that would change as well'],
    ]);
  });

  it('with what needs it, although that has been written before', () => {
    const text = 'a: &a 1\nb: *a\nc: {}\n';
    const changes = [
      { path: ['c', 'x'], value: 1, needs: ['a'] },
      { path: ['d'], value: 1 },
      { path: ['a'], value: 2 },
    ];
    const result = rewrite(text, read(text) as JsonObject, changes, read);
    expect(result.text).toBe('a: &a 1\nb: *a\nc: {}\nd: 1\n');
    expect(result.refused).toHaveLength(2);
  });

  it('where a comment would be lost in flow style', () => {
    const result = written('a: {\n  # one\n  b: 1\n}\n', [['a'], { x: 1 }]);
    expect(result.text).toContain('# one');
    expect(result.refused.map(({ reason }) => reason)).toEqual([
      'there are comments in what would be replaced',
    ]);
  });

  it('where its place is no map', () => {
    expect(written('a: [1]\n', [['a', 0], 2]).refused).toHaveLength(1);
  });
});

describe('comments', () => {
  const left = (text: string, path: Path, ...comments: string[]) =>
    withComments(
      text,
      comments.map((comment) => ({ path, text: comment })),
      read,
    );

  it('stand at the end of the nearest map, in their order, and once', () => {
    const once = left('a:\n  b: 1\nc: 1\n', ['a', 'x', 'k'], 'one', 'two');
    expect(once).toBe('a:\n  b: 1\n  # one\n  # two\nc: 1\n');
    expect(left(once, ['a', 'x', 'k'], 'one', 'two')).toBe(once);
  });

  it('stand outside of flow style and of aliases', () => {
    expect(left('a:\n  b: {c: {d: 1}}\n', ['a', 'b', 'c', 'x'], 'one')).toBe(
      'a:\n  b: {c: {d: 1}}\n  # one\n',
    );
    expect(left('a: &a\n  b: 1\nc: *a\n', ['c', 'x'], 'one')).toBe('a: &a\n  b: 1\nc: *a\n# one\n');
  });

  it('are not left in JSON', () => {
    expect(left('{"a": {}}\n', ['a', 'x'], 'one')).toBe('{"a": {}}\n');
  });
});
