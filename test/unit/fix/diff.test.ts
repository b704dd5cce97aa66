import { applyPatch, createTwoFilesPatch, diffLines, FILE_HEADERS_ONLY } from 'diff';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { lineDiff, unifiedDiff } from '../../../src/fix/diff.ts';
import { workloadExample } from '../../../src/policy/example.ts';
import { fixed, textsOf } from './fixing.ts';

vi.mock('diff', async (original) => {
  const library = await original<typeof import('diff')>();
  return { ...library, diffLines: vi.fn<typeof library.diffLines>(library.diffLines) };
});

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

it.each(textsOf('fix'))('says no more of $file than the shortest diff', ({ file, text }) => {
  const { after } = fixed(text);
  if (text === after) return;
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  const shortest = createTwoFilesPatch(`a/${file}`, `b/${file}`, text, after, undefined, undefined, options);
  expect(unifiedDiff(file, text, after)).toBe(shortest);
});

it('can be applied to whatever it is of', () => {
  const line = fc.constantFrom('a', 'b', 'c', '', '---', '1', '2', '3', '4', '5', '6', '7', '8', 'e\r');
  const text = fc
    .tuple(fc.array(line, { maxLength: 40 }), fc.boolean())
    .map(([lines, isEnded]) => lines.join('\n') + (isEnded ? '\n' : ''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff('a.yaml', before, after);
      expect(applyPatch(before, diff, { autoConvertLineEndings: false })).toBe(after);
    }),
    { numRuns: 2000 },
  );
});

// The library takes the square of the lines that differ.
it.each([
  ['documents', (objects: readonly string[]) => objects.join('---\n')],
  ['items of a List', listOf],
])('asks for a file of many %s of no more lines at once than one object has', (_name, fileOf) => {
  const objects = Array.from({ length: 40 }, (_, index) =>
    workloadExample('  containers: [{ name: app, image: example.com/web:1 }]').replaceAll(
      'web',
      `web-${index}`,
    ),
  );
  const most = Math.max(...objects.map(lineCount));
  const text = fileOf(objects);
  const { after } = fixed(text);
  expect(lineCount(after)).toBeGreaterThanOrEqual(lineCount(text) + 40);
  vi.mocked(diffLines).mockClear();
  unifiedDiff('a.yaml', text, after);
  const asked = vi.mocked(diffLines).mock.calls.map(([before]) => lineCount(before));
  expect(asked.length).toBeGreaterThan(0);
  expect(Math.max(...asked)).toBeLessThanOrEqual(most);
});

function listOf(objects: readonly string[]): string {
  const items = objects.map((object) => `  - ${object.trimEnd().replaceAll('\n', '\n    ')}\n`);
  return `apiVersion: v1\nkind: List\nitems:\n${items.join('')}`;
}

function lineCount(text: string): number {
  return text.split('\n').length;
}

it('of lines has those that stay once, and those that change twice', () => {
  expect(lineDiff('a\nb\nc\n', 'a\nd\nc\n\n')).toEqual([
    { change: undefined, text: 'a' },
    { change: 'removed', text: 'b' },
    { change: 'added', text: 'd' },
    { change: undefined, text: 'c' },
    { change: 'added', text: '' },
  ]);
});
