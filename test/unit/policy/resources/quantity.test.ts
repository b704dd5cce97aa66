import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  addQuantities,
  compareQuantities,
  fitsMilli,
  formatQuantity,
  milliUnits,
  meantQuantity,
  parseQuantity,
  roundUpToMilli,
  wholeUnits,
  type Quantity,
} from '../../../../src/policy/resources/quantity.ts';

/** An input alone is no quantity. Null stands for what Kubernetes cannot answer: see scripts/quantities/main.go. */
type QuantityRow = [
  input: string,
  canonical?: string | null,
  value?: string | null,
  milliValue?: string | null,
  nano?: string,
  roundedUpToMilli?: string | null,
];

type PairRow = [a: string, b: string, cmp: number, sum: string | null];

/** What k8s.io/apimachinery makes of some thousand strings. */
const golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/quantities.json', import.meta.url), 'utf8'),
) as { quantities: QuantityRow[]; pairs: PairRow[] };

const valid = golden.quantities.filter((row) => row.length > 1);

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (parsed === undefined) throw new Error(`${text} is not a quantity`);
  return parsed;
}

describe('quantities are those of k8s.io/apimachinery', () => {
  it('the golden file holds enough', () => {
    expect(valid.length).toBeGreaterThan(2000);
    expect(golden.quantities.length - valid.length).toBeGreaterThan(100);
    expect(golden.pairs.length).toBeGreaterThan(1000);
  });

  it('which strings are quantities', () => {
    const ours = golden.quantities.filter(([input]) => parseQuantity(input) !== undefined);
    expect(ours.map(([input]) => input)).toEqual(valid.map(([input]) => input));
  });

  it.each<[string, number, (amount: Quantity) => string]>([
    ['amount', 4, ({ nano }) => String(nano)],
    ['canonical form', 1, formatQuantity],
    ['Value', 2, (amount) => String(wholeUnits(amount))],
    ['MilliValue', 3, (amount) => String(milliUnits(amount))],
    ['RoundUp(Milli)', 5, (amount) => formatQuantity(roundUpToMilli(amount))],
  ])('%s', (_name, column, answer) => {
    const differences = valid.flatMap((row) => {
      const amount = parseQuantity(row[0]);
      const theirs = row[column] ?? null;
      if (amount === undefined || theirs === null || theirs === answer(amount)) return [];
      return [{ input: row[0], theirs, ours: answer(amount) }];
    });
    expect(differences).toEqual([]);
  });

  it('Cmp and Add', () => {
    const differences = golden.pairs.flatMap(([left, right, cmp, sum]) => {
      const [a, b] = [parseQuantity(left), parseQuantity(right)];
      if (a === undefined || b === undefined) return [];
      const theirs = { cmp, sum: sum ?? 'left out' };
      const ours = {
        cmp: compareQuantities(a, b),
        sum: sum === null ? 'left out' : formatQuantity(addQuantities(a, b)),
      };
      return theirs.cmp === ours.cmp && theirs.sum === ours.sum ? [] : [{ left, right, theirs, ours }];
    });
    expect(differences).toEqual([]);
  });

  it('a canonical form reads back as itself', () => {
    const forms = valid.flatMap(([, canonical]) => (typeof canonical === 'string' ? [canonical] : []));
    expect(forms.map((form) => formatQuantity(quantity(form)))).toEqual(forms);
  });
});

describe('where quantities differ from Kubernetes on purpose', () => {
  it.each(['1e101', '1e-101', '1e4294967296', '0e999999999'])('refuses the exponent of %s', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it('refuses more than 256 characters', () => {
    expect(parseQuantity('0'.repeat(256))).toEqual({ nano: 0n, format: 'DecimalSI' });
    expect(parseQuantity('0'.repeat(257))).toBeUndefined();
  });

  it.each<[string, Quantity]>([
    ['1000E', { nano: 10n ** 30n, format: 'DecimalSI' }],
    ['1024Ei', { nano: 2n ** 70n * 10n ** 9n, format: 'BinarySI' }],
  ])('prints %s, where Kubernetes drops the suffix because it has none for more', (text, amount) => {
    expect(formatQuantity(amount)).toBe(text);
  });
});

describe('fitsMilli', () => {
  it.each([
    ['9223372036854775', true],
    ['9223372036854775.1', false],
    ['9223372036854776', false],
    ['1E', false],
    ['8Ei', false],
    ['-1E', true],
  ])('%s: %s', (text, fits) => {
    expect(fitsMilli(quantity(text))).toBe(fits);
  });
});

it.each([
  ['128MB', '128M or 128Mi'],
  ['128mb', '128M or 128Mi'],
  ['1.5GiB', '1.5G or 1.5Gi'],
  ['512K', '512k or 512Ki'],
  ['128 Mi', '128Mi'],
  ['0,5', '0.5'],
  ['100mm', '100m'],
  ['2 cores', '2'],
  ['half', undefined],
  ['128XB', undefined],
])('%s was meant as %s', (text, meant) => {
  expect(parseQuantity(text)).toBeUndefined();
  expect(meantQuantity(text)).toBe(meant);
});
