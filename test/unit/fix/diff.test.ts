import { applyPatch } from 'diff';
import { expect, it } from 'vitest';
import { lineDiff, unifiedDiff } from '../../../src/fix/diff.ts';
import { fixed, textsOf } from './fixing.ts';

it('is empty where nothing differs', () => expect(unifiedDiff('a.yaml', 'a\n', 'a\n')).toBe(''));

it.each([
  ['deploy/a.yaml', 'deploy/a.yaml'],
  ['./a.yaml', 'a.yaml'],
  ['/srv/a.yaml', 'srv/a.yaml'],
  ['-', 'stdin'],
])('names %s as a/%s', (file, name) => {
  expect(unifiedDiff(file, 'a\nb\n', 'a\nc\n')).toBe(
    `--- a/${name}\n+++ b/${name}\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n`,
  );
});

it.each(textsOf('fix'))('can be applied to $file', ({ file, text }) => {
  const { after } = fixed(text);
  const diff = unifiedDiff(file, text, after);
  expect(diff === '').toBe(text === after);
  expect(applyPatch(text, diff, { autoConvertLineEndings: false })).toBe(after);
});

it('of lines has those that stay once, and those that change twice', () => {
  expect(lineDiff('a\nb\nc\n', 'a\nd\nc\n\n')).toEqual([
    { change: undefined, text: 'a' },
    { change: 'removed', text: 'b' },
    { change: 'added', text: 'd' },
    { change: undefined, text: 'c' },
    { change: 'added', text: '' },
  ]);
});
