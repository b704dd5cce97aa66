import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseManifests } from '../../../src/manifests/parse.ts';
import { printManifests } from '../../../src/manifests/print.ts';

const readBack = (text: string) => parseManifests(text, 'test.yaml').manifests.map(({ value }) => value);

describe('printManifests', () => {
  it('prints a stream of documents', () => {
    expect(
      printManifests([
        { kind: 'A', list: [1, { b: true }] },
        { kind: 'B', text: 'x\ny\n' },
      ]),
    ).toBe(`kind: A
list:
  - 1
  - b: true
---
kind: B
text: |
  x
  y
`);
  });

  it('does not fold what is long, such as a CA bundle', () => {
    const caBundle = 'a b '.repeat(100);
    expect(printManifests([{ caBundle }]).split('\n')).toHaveLength(2);
  });

  it.each([
    'off',
    'yes',
    'no',
    'on',
    'y',
    'n',
    'true',
    '~',
    '',
    '0755',
    '0o7',
    '1e3',
    '.5',
    '0x1F',
    '1_000',
    '0b11',
    '<<',
    '=',
  ])('prints the string %j as one that kubectl reads as a string', (text) => {
    expect(readBack(printManifests([{ values: [text], [text]: 1 }]))).toEqual([
      { values: [text], [text]: 1 },
    ]);
  });

  it('prints what reads back as the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), { minLength: 1 }),
        (objects) => {
          const plain = JSON.parse(JSON.stringify(objects)) as object[];
          expect(readBack(printManifests(plain))).toEqual(plain);
        },
      ),
    );
  });
});
