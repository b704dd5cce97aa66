/**
 * Kubernetes quantities with exact arithmetic.
 *
 * Source: k8s.io/apimachinery `pkg/api/resource/quantity.go` and `suffix.go`. An amount is held in nano units, the
 * finest that Kubernetes keeps: anything finer is rounded away from zero, as there.
 */

/** How a quantity was written, which decides how it is printed. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  /** The amount in units of 10^-9. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

const nanoScale = 9;
const maxInt64 = 2n ** 63n - 1n;
/** The largest amount whose thousandths still fit into 64 bits (`resource.MaxMilliValue`). */
const maxMilliValue = maxInt64 / 1000n;

/** Suffix to power of ten. */
const decimalSuffixes = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const decimalSuffixOf = new Map([...decimalSuffixes].map(([suffix, exponent]) => [exponent, suffix]));

/** Suffix to power of two. */
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const grammar = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?\d+))$/;

/** Exponents beyond this are refused: they would only be a way to make us compute with enormous numbers. */
const maxExponent = 100;

/**
 * Parses a quantity such as `250m`, `1.5Gi` or `1e3`. Undefined when it is not one. As in Kubernetes a suffix or a sign
 * without digits is zero; only the empty string is nothing.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const quantity = parse(text);
  if (quantity !== undefined && text.length <= maxKnownLength && parsed.size < maxKnown)
    parsed.set(text, quantity);
  return quantity;
}

/** A cluster writes the same few amounts over and over. Bounded, because the texts come from outside. */
const parsed = new Map<string, Quantity>();
const maxKnown = 4096;
const maxKnownLength = 16;

function parse(text: string): Quantity | undefined {
  if (text === '' || text.length > 256) return undefined;
  const match = grammar.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', binary, decimal, exponent] = match;
  const digits = BigInt(`0${whole}${fraction}`);
  let nano: bigint;
  let format: QuantityFormat;
  if (binary !== undefined) {
    const shift = 10n * BigInt(binarySuffixes.indexOf(binary));
    nano = scaleUp(digits << shift, nanoScale - fraction.length);
    // Only the binary format is capped (parseQuantity in quantity.go).
    if (nano > maxInt64 * 10n ** 9n) nano = maxInt64 * 10n ** 9n;
    format = nano > 0n && nano < 10n ** 9n ? 'DecimalSI' : 'BinarySI';
  } else {
    const power = exponent === undefined ? (decimalSuffixes.get(decimal ?? '') ?? 0) : Number(exponent);
    if (Math.abs(power) > maxExponent) return undefined;
    nano = scaleUp(digits, nanoScale + power - fraction.length);
    format = exponent === undefined ? 'DecimalSI' : 'DecimalExponent';
  }
  return { nano: sign === '-' ? -nano : nano, format };
}

/** digits * 10^power, rounded up where digits are lost. */
function scaleUp(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  return divideUp(digits, 10n ** BigInt(-power));
}

/** Integer division that rounds away from zero, as `Quantity.ScaledValue` does. */
function divideUp(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  if (quotient * by === value) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

/** The quantity in whole units, rounded up (`Quantity.Value`). */
export function wholeUnits(quantity: Quantity): bigint {
  return divideUp(quantity.nano, 10n ** 9n);
}

/** The quantity in thousandths, rounded up (`Quantity.MilliValue`). */
export function milliUnits(quantity: Quantity): bigint {
  return divideUp(quantity.nano, 10n ** 6n);
}

/** True when the thousandths of the quantity fit into 64 bits, so that the server compares precisely. */
export function fitsMilli(quantity: Quantity): boolean {
  return wholeUnits(quantity) <= maxMilliValue;
}

/** Rounded up to thousandths, as every resource list is when it is decoded (`SetDefaults_ResourceList`). */
export function roundUpToMilli(quantity: Quantity): Quantity {
  return { nano: milliUnits(quantity) * 10n ** 6n, format: quantity.format };
}

/** What is written for a quantity and is none, as its author may have meant it: megabytes, thousandths, a comma or a space. */
export function meantQuantity(text: string): string | undefined {
  const [, amount = '', unit = ''] = /^(\d{1,20}(?:[.,]\d{1,20})?) ?([A-Za-z]{0,12})$/.exec(text) ?? [];
  if (amount === '') return undefined;
  const number = amount.replace(',', '.');
  if (/^(?:mm|mcpu|mcores?|millicpu|millicores?)$/i.test(unit)) return `${number}m`;
  if (/^(?:cpus?|v?cores?|b|bytes?)$/i.test(unit)) return number;
  if (parseQuantity(`${number}${unit}`) !== undefined) return `${number}${unit}`;
  const prefix = /^([kmgtp])(?:ib?|b)?$/i.exec(unit)?.[1]?.toUpperCase();
  if (prefix === undefined) return undefined;
  return `${number}${prefix === 'K' ? 'k' : prefix} or ${number}${prefix}i`;
}

export function isZero(quantity: Quantity): boolean {
  return quantity.nano === 0n;
}

export function addQuantities(a: Quantity, b: Quantity): Quantity {
  // The sum keeps the format of its first non-zero operand (Quantity.Add).
  return { nano: a.nano + b.nano, format: isZero(a) ? b.format : a.format };
}

/** A ratio of amounts for telling which is larger: an autoscaler keeps it, but for what it rounds. */
export function roughRatio(ratio: number): number {
  return Math.round(ratio * 10) / 10;
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

/** The canonical form that an API server would print (`Quantity.CanonicalizeBytes`). */
export function formatQuantity(quantity: Quantity): string {
  const { nano, format } = quantity;
  if (nano === 0n) return '0';
  if (format === 'BinarySI') {
    const binary = formatBinary(nano);
    if (binary !== undefined) return binary;
  }
  return formatDecimal(nano, format === 'DecimalExponent');
}

/** Undefined for what the binary form cannot show: fractions, and amounts below 1024. */
function formatBinary(nano: bigint): string | undefined {
  const unit = 10n ** 9n;
  if (nano % unit !== 0n) return undefined;
  let value = nano / unit;
  if (value > -1024n && value < 1024n) return undefined;
  let power = 0;
  while (power < binarySuffixes.length - 1 && value % 1024n === 0n) {
    value /= 1024n;
    power += 1;
  }
  return `${value}${binarySuffixes[power] ?? ''}`;
}

function formatDecimal(nano: bigint, withExponent: boolean): string {
  let value = nano;
  let power = -nanoScale;
  const maxPower = withExponent ? Number.POSITIVE_INFINITY : 18;
  while (value % 1000n === 0n && power < maxPower) {
    value /= 1000n;
    power += 3;
  }
  if (withExponent) return power === 0 ? `${value}` : `${value}e${power}`;
  return `${value}${decimalSuffixOf.get(power) ?? ''}`;
}
