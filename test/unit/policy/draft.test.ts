import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Draft, jsonPointer, pathOfPointer } from '../../../src/policy/draft.ts';
import { valueAt, type Json, type JsonObject, type Path } from '../../../src/policy/json.ts';
import { applyPatch } from './json-patch.ts';

/** Keys that collide, that need escaping, and that a careless implementation would look up in a prototype. */
const keys = fc.constantFrom('a', 'b', '~', '/', '~1', '', '0', '-', '__proto__', 'constructor');

const { value: values } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Json>(null, true, 0, 1, '', 'text'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map(Object.fromEntries<Json>),
  ),
}));

const objects = fc.array(fc.tuple(keys, values), { maxLength: 5 }).map(Object.fromEntries<Json>);

/** Paths into objects, and through the elements that arrays happen to have. */
const paths: fc.Arbitrary<Path> = fc.array(fc.oneof({ weight: 5, arbitrary: keys }, fc.nat({ max: 2 })), {
  minLength: 1,
  maxLength: 4,
});

/** A draft after some sets, of which those are left out that step to an element that is not there. */
function drafted(original: JsonObject, sets: readonly (readonly [Path, Json])[]): Draft {
  const draft = new Draft(original);
  for (const [path, value] of sets) {
    try {
      draft.set(path, value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return draft;
}

describe('a patch', () => {
  const edits = fc.tuple(objects, fc.array(fc.tuple(paths, values), { maxLength: 5 }));

  it('makes the current state of the original', () => {
    fc.assert(
      fc.property(edits, ([original, sets]) => {
        const draft = drafted(original, sets);
        expect(applyPatch(original, draft.patch())).toEqual(draft.current);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves the original and the values as they were', () => {
    fc.assert(
      fc.property(edits, ([original, sets]) => {
        const before = structuredClone([original, sets]);
        drafted(original, sets).patch();
        expect([original, sets]).toEqual(before);
      }),
    );
  });

  it('is empty when nothing differs', () => {
    fc.assert(
      fc.property(edits, ([original, sets]) => {
        const { current } = drafted(original, sets);
        const copy = structuredClone(current);
        const draft = drafted(
          current,
          Object.keys(copy).map((key) => [[key], valueAt(copy, [key]) ?? null]),
        );
        expect(draft.patch()).toEqual([]);
      }),
    );
  });

  it('has no two operations of which one lies below the other', () => {
    fc.assert(
      fc.property(edits, ([original, sets]) => {
        const pointers = drafted(original, sets)
          .patch()
          .map(({ path }) => `${path}/`);
        const overlapping = pointers.filter((one, index) =>
          pointers.some((other, position) => position !== index && one.startsWith(other)),
        );
        expect(overlapping).toEqual([]);
      }),
    );
  });

  it('is as small as it can be for one set', () => {
    fc.assert(
      fc.property(objects, paths, values, (original, path, value) => {
        expect(drafted(original, [[path, value]]).patch().length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('operations', () => {
  it.each<[string, JsonObject, (readonly [Path, Json])[], unknown[]]>([
    ['adds what is absent', { a: 1 }, [[['b'], 2]], [{ op: 'add', path: '/b', value: 2 }]],
    ['replaces what is there', { a: 1 }, [[['a'], 2]], [{ op: 'replace', path: '/a', value: 2 }]],
    [
      'replaces null, which is there',
      { a: null },
      [[['a', 'b'], 2]],
      [{ op: 'replace', path: '/a', value: { b: 2 } }],
    ],
    [
      'replaces a scalar in the way',
      { a: 'x' },
      [[['a', 'b'], 2]],
      [{ op: 'replace', path: '/a', value: { b: 2 } }],
    ],
    [
      'replaces an array in the way',
      { a: [] },
      [[['a', 'b'], 2]],
      [{ op: 'replace', path: '/a', value: { b: 2 } }],
    ],
    [
      'adds the whole map when it is absent, with everything set in it',
      {},
      [
        [['a', 'b', 'c'], 1],
        [['a', 'b', 'd'], 2],
        [['a', 'e'], 3],
      ],
      [{ op: 'add', path: '/a', value: { b: { c: 1, d: 2 }, e: 3 } }],
    ],
    [
      'has one operation for each place',
      { a: { x: 0 }, b: [{ y: 0 }] },
      [
        [['a', 'z'], 1],
        [['b', 0, 'y'], 2],
      ],
      [
        { op: 'add', path: '/a/z', value: 1 },
        { op: 'replace', path: '/b/0/y', value: 2 },
      ],
    ],
    [
      'has nothing below what is replaced as a whole',
      { a: { x: 1 } },
      [
        [['a'], { y: 2 }],
        [['a', 'z'], 3],
      ],
      [{ op: 'replace', path: '/a', value: { y: 2, z: 3 } }],
    ],
    [
      'knows only the last of several values',
      { a: 1 },
      [
        [['a'], 2],
        [['a'], 3],
      ],
      [{ op: 'replace', path: '/a', value: 3 }],
    ],
    [
      'forgets a value that was taken back',
      { a: 1 },
      [
        [['a'], 2],
        [['a'], 1],
      ],
      [],
    ],
    ['does not care for the order of keys', { a: { x: 1, y: [1] } }, [[['a'], { y: [1], x: 1 }]], []],
    [
      'escapes ~ and / in keys',
      { 'a/b': {} },
      [[['a/b', 'c~d/e~1'], 1]],
      [{ op: 'add', path: '/a~1b/c~0d~1e~01', value: 1 }],
    ],
    [
      'adds a key that every object inherits',
      {},
      [[['constructor', '__proto__'], 1]],
      [{ op: 'add', path: '/constructor', value: { ['__proto__']: 1 } }],
    ],
  ])('%s', (_name, original, sets, operations) => {
    expect(drafted(original, sets).patch()).toEqual(operations);
  });
});

describe('Draft', () => {
  it('shares with the original what it does not change', () => {
    const original = { a: { x: 1 }, b: [{ y: 1 }, { z: 1 }] };
    const draft = new Draft(original);
    draft.set(['b', 0, 'y'], 2);
    expect(draft.current).toEqual({ a: { x: 1 }, b: [{ y: 2 }, { z: 1 }] });
    expect(draft.current['a']).toBe(original.a);
    expect((draft.current['b'] as readonly Json[])[1]).toBe(original.b[1]);
  });

  it.each<[Path]>([[['a', 0]], [['a', 5, 'x']], [['b', 0]], [['c', 0]]])(
    'refuses to invent the element %j',
    (path) => {
      const draft = new Draft({ a: [], b: {} });
      const before = structuredClone(draft.current);
      expect(() => draft.set(path, 1)).toThrow(RangeError);
      expect(draft.current).toEqual(before);
      expect(draft.isChanged).toBe(false);
    },
  );

  it('takes no index for a key, and changes nothing when it refuses one', () => {
    const draft = new Draft({ 0: {} });
    draft.set(['0', 'a'], 1);
    expect(() => draft.set([0, 'b'], 2)).toThrow(RangeError);
    expect(draft.current).toEqual({ 0: { a: 1 } });
  });
});

describe('jsonPointer', () => {
  it.each<[Path, string]>([
    [[], ''],
    [[''], '/'],
    [['spec', 'containers', 0], '/spec/containers/0'],
    [
      ['metadata', 'annotations', 'gracegate.dev/mutations'],
      '/metadata/annotations/gracegate.dev~1mutations',
    ],
    [['~1'], '/~01'],
  ])('%j is %s', (path, pointer) => {
    expect(jsonPointer(path)).toBe(pointer);
  });
});

describe('pathOfPointer', () => {
  it.each<[string, Path]>([
    ['', []],
    ['/', ['']],
    ['/a/1/b', ['a', 1, 'b']],
    ['/o/1', ['o', '1']],
    ['/o/~01~1', ['o', '~1/']],
    ['/none/0', ['none', '0']],
  ])('%j is %j', (pointer, path) => {
    const root = { a: [0, { b: 1 }], o: { 1: 'one', '~1/': [] } };
    expect(pathOfPointer(pointer, root)).toEqual(path);
    expect(jsonPointer(path)).toBe(pointer);
  });
});
