/**
 * Two readers, one meaning: whatever the fast reader takes, it must read as the thorough one does, which is the one that was
 * compared with kubectl. Texts are put together from what YAML is made of, mostly in a way that nobody would write.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { kubernetesYaml } from '../../../src/manifests/dialect.ts';
import { readFast } from '../../../src/manifests/fast.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';
import { readThoroughly } from '../../../src/manifests/thorough.ts';

type Path = (string | number)[];

/** Every path into a value. */
function* paths(value: unknown, above: Path = []): Generator<Path> {
  yield above;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    yield* paths(child, [...above, Array.isArray(value) ? Number(key) : key]);
  }
}

/** What `parseManifests` makes of a text. */
function read(text: string) {
  const { manifests, errors } = parseManifests(text, 'test.yaml');
  return {
    values: manifests.map(({ value, line }) => ({ json: JSON.stringify(value), line })),
    errors: errors.map(({ line, message }) => `${line}: ${message}`),
  };
}

/** What the thorough reader makes of the text as a whole. */
function expected(text: string) {
  const documents = readThoroughly(text, kubernetesYaml);
  return {
    values: documents.flatMap((one) =>
      'problem' in one ? [] : [{ json: JSON.stringify(one.value), line: one.positionAt([]).line }],
    ),
    errors: documents.flatMap((one) => ('problem' in one ? [`${one.line}: ${one.problem}`] : [])),
  };
}

/**
 * yaml 2.9 takes the next key for a part of a plain value that has a line of its own, below a comment at the margin of its
 * key, and then calls that an error. kubectl reads it, and so does the fast reader.
 */
const isMisread = (text: string, errors: readonly string[]): boolean =>
  /:[^\S\n]*\n(?:[^\S\n]*\n)*[^\S\n]*#/.test(text) &&
  errors.some((error) => error.includes('Implicit keys need to be on a single line'));

/** A stream of JSON objects is no YAML, and divided before it is read. */
const isStream = (text: string, errors: readonly string[]): boolean =>
  errors.length > 0 && /\}\s*\{/.test(text);

/** What is read and what should be, where these differ. */
function disagreement(text: string): object | undefined {
  const wanted = expected(text);
  if (isMisread(text, wanted.errors) || isStream(text, wanted.errors)) return undefined;
  const found = read(text);
  // After an error the thorough reader does not always find the next document; each by itself is found.
  const isFree = wanted.errors.length > 0 && text.includes('---');
  const isSame = isFree ? found.errors.length > 0 : JSON.stringify(found) === JSON.stringify(wanted);
  return isSame ? undefined : { text, found, wanted };
}

/** Shrinking a long text takes minutes; the report of a failure has the whole of it. */
const quick = { endOnFailure: true } as const;

const pieces = [
  ...[
    'a',
    'b',
    'key',
    'foo: ',
    'bar:',
    'x: 1\n',
    'y: 2\n',
    'z:\n',
    'k: v\n',
    '"a": 1',
    'a: b: c',
    '<<: ',
    '<<',
  ],
  ...['- ', '\n- ', '\n  - ', '  ', '    ', '   ', '\n', '\n  ', '\n    ', '\t', '\r\n', '\u00A0', '\u0085'],
  ...['---\n', '\n---\n', '\n---', '--- ', '...\n', '%', '#', ' # c', '#c\n'],
  ...['{', '}', '[', ']', ',', ', ', ':', ': ', '? ', '"', "'", '"q"', "'s'", '\\', '\\n'],
  ...['|', '>', '|-\n', '>+\n', '|2\n', '&x ', '*x', '!!str ', '!', '*', '&', '@', '`', '='],
  ...[
    '~',
    'null',
    'yes',
    'true',
    'y',
    'N',
    '0755',
    '1e3',
    '.5',
    '.',
    '-',
    '+',
    '0x1F',
    '1_000',
    '0b1',
    '0o7',
  ],
  ...['1:30', '2024-01-01', '-1', '1.', '1.5e+3', '.inf', 'é', '→', '😀', '__proto__: 1\n'],
];

const nastyText = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 14 })
  .map((all) => all.join(''));

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(...pieces),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    'two\nlines\n',
    'no end\nof line',
    ' leading',
    'trailing ',
    'a: b # c',
    '#',
    '',
    '\n',
    '- a',
  ),
);

const { tree } = fc.letrec<{ tree: unknown; list: unknown[]; object: object }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, scalar, tie('list'), tie('object')),
  list: fc.array(tie('tree'), { maxLength: 4 }),
  object: fc.dictionary(
    fc.oneof(fc.constantFrom('apiVersion', 'kind', 'spec', '0', 'yes'), fc.string({ maxLength: 8 })),
    tie('tree'),
    { maxKeys: 4 },
  ),
}));

/** As people and programs write the same: block and flow, quotes and none, folded and not. */
const writtenText = fc
  .record({
    value: fc.oneof(fc.dictionary(fc.string({ maxLength: 6 }), tree, { maxKeys: 5 }), fc.array(tree)),
    collectionStyle: fc.constantFrom<('any' | 'block' | 'flow')[]>('any', 'block', 'flow'),
    defaultStringType: fc.constantFrom<('PLAIN' | 'QUOTE_DOUBLE' | 'QUOTE_SINGLE' | 'BLOCK_LITERAL')[]>(
      'PLAIN',
      'QUOTE_DOUBLE',
      'QUOTE_SINGLE',
      'BLOCK_LITERAL',
    ),
    indentSeq: fc.boolean(),
    lineWidth: fc.constantFrom(0, 20, 80),
  })
  .map(({ value, ...style }) => stringify(value, { ...style, compat: 'yaml-1.1' }));

describe('what the fast reader takes', () => {
  it('means the same to the thorough one, however nasty it is', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        expect(disagreement(text)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('means the same to the thorough one where somebody has written it', () => {
    fc.assert(
      fc.property(writtenText, (text) => {
        expect(disagreement(text)).toBeUndefined();
      }),
      { numRuns: 150, ...quick },
    );
  });

  it('means the same after a piece has been lost or added', () => {
    const broken = fc.tuple(writtenText, fc.nat(), fc.nat(6), fc.constantFrom('', ...pieces));
    fc.assert(
      fc.property(broken, ([text, at, length, piece]) => {
        const start = at % (text.length + 1);
        expect(disagreement(text.slice(0, start) + piece + text.slice(start + length))).toBeUndefined();
      }),
      { numRuns: 600, ...quick },
    );
  });

  it('is a value below a comment, which the thorough one takes for an error', () => {
    const text = 'a:\n#c\n    b\nd: 1\n';
    expect(read(text)).toEqual({ values: [{ json: '{"a":"b","d":1}', line: 1 }], errors: [] });
    expect(isMisread(text, expected(text).errors)).toBe(true);
  });

  it('is in the same places', () => {
    fc.assert(
      fc.property(writtenText, (text) => {
        const [thorough] = readThoroughly(text, kubernetesYaml);
        const [manifest] = parseManifests(text, 'test.yaml').manifests;
        if (thorough === undefined || 'problem' in thorough) return;
        for (const path of paths(thorough.value)) {
          expect([path, manifest?.positionAt(path)]).toEqual([path, thorough.positionAt(path)]);
          expect(manifest?.positionAt([...path, 'absent', 7])).toEqual(
            thorough.positionAt([...path, 'absent', 7]),
          );
        }
      }),
      { numRuns: 100, ...quick },
    );
  });

  it('is nearly everything that people write', () => {
    const texts = fc.sample(
      writtenText.filter((text) => !/\t|\+|[|>]\d|\\/.test(text)),
      { numRuns: 300, seed: 6 },
    );
    const taken = texts.filter((text) => readFast(text) !== undefined);
    expect(taken.length).toBeGreaterThan(200);
  });
});

describe('what the fast reader leaves to the thorough one', () => {
  it.each([
    ['anchors and aliases', 'a: &x { b: 1 }\nc: *x\n'],
    ['merge keys', 'a: { <<: { b: 1 } }\n'],
    ['tags', 'a: !!str 1\n'],
    ['keys that are there twice', 'a: 1\na: 2\n'],
    ['keys that every object inherits', '__proto__: 1\n'],
    ['keys that are no scalars', '? [a]\n: 1\n'],
    ['tabs', 'a:\t1\n'],
    ['carriage returns', 'a: 1\r\n'],
    ['numbers that JSON has not', 'a: .inf\n'],
    ['errors', 'a: [\n'],
    ['very long keys', `${'k'.repeat(1100)}: 1\n`],
    ['a key behind an item of a list', 'a:\n- "x" b: 1\n'],
    ['what is nested very deeply', '['.repeat(200) + ']'.repeat(200)],
  ])('%s', (_name, text) => {
    expect(readFast(text)).toBeUndefined();
    expect(disagreement(text)).toBeUndefined();
  });
});
