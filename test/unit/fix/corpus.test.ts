/** What must hold of every file that is fixed, on files as projects have them and on generated ones. */
import { diffLines, diffWordsWithSpace } from 'diff';
import { describe, expect, it } from 'vitest';
import { fixTexts, type SourceText } from '../../../src/fix/fix-texts.ts';
import { fixFor } from '../../../src/fix/fixes/registry.ts';
import { asArray, asObject, deepEqual, type Json } from '../../../src/policy/json.ts';
import { withChanges } from '../../../src/fix/change.ts';
import { profileNamed } from '../config/configurations.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { commentsOf } from '../../../src/fix/text/comments.ts';
import { findingsIn, fixed, optionsFor, textsOf, valuesIn } from './fixing.ts';
import { generatedTexts } from './generated.ts';

const written = textsOf('fix');
const configuration = defaultConfiguration();
const strict = optionsFor({}, configuration, profileNamed('strict', configuration));
const baseline = optionsFor({}, configuration);

/** What the hand-written files become, looked at by a person: `vitest -u` writes them anew. */
describe('files as they are fixed by baseline', () => {
  it.each(written)('$file', async ({ file, text }) => {
    await expect(fixed(text, baseline).after).toMatchFileSnapshot(`../../fixtures/fix/fixed/${file}`);
  });
});

/** Files whose anchors keep something from being fixed; a test of its own says what. */
const withRefusals = new Set(['13-anchor-elsewhere.yaml', '54-alias-in-sequence.yaml']);

/** Unreadable on purpose: one has a key twice, the other a Pod without apiVersion. */
const unreadable = new Set(['002-08-myweb-svc-headless-piled.yaml', '004-07-request-pod.yaml']);

const corpus: readonly SourceText[] = [
  ...written,
  ...textsOf('seeds').filter(({ file }) => !unreadable.has(file)),
  ...textsOf('workloads'),
  ...textsOf('chart'),
  ...generatedTexts(60),
];

it('is large and varied enough', () => {
  expect(written.length).toBeGreaterThanOrEqual(50);
  expect(corpus.length).toBeGreaterThan(150);
  const changed = corpus.filter(({ file, text }) => fixTexts([{ file, text }], baseline)[0]?.after !== text);
  expect(changed.length).toBeGreaterThan(100);
});

describe.each([
  ['baseline', baseline],
  ['strict', strict],
])('by %s', (_, options) => {
  describe.each(corpus)('$file', ({ file, text }) => {
    const { after, reports, errors } = fixed(text, options);

    it('is read', () => expect(errors).toEqual([]));

    it('keeps every comment, in its place among the others', () => {
      expect(commentsOf(after)).toEqual(commentsOf(text));
    });

    it('reads back as what it was with the changes, and nothing else', () => {
      const done = reports.filter(({ refused }) => refused === undefined);
      if (valuesIn(text).length === 1) {
        const [before = null] = valuesIn(text);
        expect(valuesIn(after)).toEqual([withChanges(asObject(before), done)]);
      } else {
        const perObject = valuesIn(after).filter((value, index) => !deepEqual(value, valuesIn(text)[index]));
        expect(perObject.length).toBeLessThanOrEqual(done.length);
        expect(valuesIn(after)).toHaveLength(valuesIn(text).length);
      }
    });

    it('changes nothing of a line but what is replaced on it', () => {
      const parts = diffLines(text, after);
      expect(parts.some(({ added, removed }) => added || removed)).toBe(text !== after);
      // What gives way to another hook are lines of their own.
      const isHookReplaced = reports.some(({ by, value }) => by === 'pre-stop' && typeof value === 'object');
      const lost = parts.flatMap(({ removed, value }, index) =>
        removed ? lostIn(value, parts[index + 1]?.value ?? '') : [],
      );
      expect(lost.filter((one) => !/^[\s\w{}~*."'/]{0,30}$/.test(one) && !isHookReplaced)).toEqual([]);
    });

    it('keeps line endings, and the end of the file', () => {
      const [bare, all] = [/[^\r]\n/.test(text), /\r\n/.test(text)];
      expect(/[^\r]\n/.test(after)).toBe(bare || (after.includes('\n') && !all));
      expect(/\r\n/.test(after)).toBe(all);
      expect(after.endsWith('\n')).toBe(text.endsWith('\n'));
    });

    it('has nothing left that could be fixed', () => {
      const again = fixed(after, options);
      expect(again.after).toBe(after);
      if (withRefusals.has(file)) return;
      expect(again.reports).toEqual([]);
    });

    it('brings no violation', () => {
      const messages = (texts: string) =>
        findingsIn([texts], options).map((one) => `${one.check} ${one.container?.name}`);
      const before = new Set(messages(text));
      // An autoscaler that finds its target is judged with it for the first time.
      const isFound = reports.some(({ by }) => by === 'hpa-target');
      expect(isFound ? [] : messages(after).filter((one) => !before.has(one))).toEqual([]);
    });

    it('never requests more than its limit', () => {
      expect(valuesIn(after).flatMap(aboveLimit)).toEqual(valuesIn(text).flatMap(aboveLimit));
    });
  });
});

it('leaves what a fix is there for only where the fix says so', () => {
  const left = corpus
    .filter(({ file }) => !withRefusals.has(file))
    .flatMap(({ text }) => findingsIn([fixed(text, strict).after], strict))
    .filter(({ check, message }) => fixFor(check, message) !== undefined)
    .map(({ check, message, values }) => `${check} ${message} ${values?.['apiVersion']}`);
  // It has a field of v1 in it, which v2 does not know.
  expect(new Set(left)).toEqual(new Set(['hpa-target removed-version autoscaling/v2beta2']));
});

/** The words of lines that are not in those that take their place. */
function lostIn(removed: string, added: string): string[] {
  return diffWordsWithSpace(removed, added)
    .filter((part) => part.removed)
    .map(({ value }) => value);
}

/** Amounts of containers whose request exceeds their limit, written both in the same unit or not. */
function aboveLimit(value: Json): string[] {
  const found: string[] = [];
  const units: Readonly<Record<string, number>> = { Mi: 2 ** 20, Gi: 2 ** 30, '': 1 };
  const bytes = (amount: Json | undefined): number => {
    const [, number = '0', unit = ''] = /^([\d.]+)(Mi|Gi|)$/.exec(String(amount ?? '0')) ?? [];
    return Number(number) * (units[unit] ?? 0);
  };
  const look = (node: Json | undefined): void => {
    if (Array.isArray(node)) return asArray(node).forEach(look);
    const object = asObject(node);
    const { memory: request } = asObject(object['requests']);
    const { memory: limit } = asObject(object['limits']);
    if (request !== undefined && limit !== undefined && bytes(request) > bytes(limit))
      found.push(JSON.stringify(object));
    Object.values(object).forEach(look);
  };
  look(value);
  return found;
}
