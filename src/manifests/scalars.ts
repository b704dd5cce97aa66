/** Keys and values of the fast reader, and how it says that it does not know. */
import { getScalarValue, SCALAR_STYLE, type Event } from 'js-yaml';
import type { ManifestValue } from './manifest.ts';
import { plainValue } from './plain-scalars.ts';

export type Scalar = Extract<Event, { type: 4 }>;

/** Ends reading. No error, as nothing is known to be wrong. */
export const unsure = Symbol('left to the thorough reader');

export function leave(): never {
  // oxlint-disable-next-line no-throw-literal -- Costs nothing, and readFast catches it.
  throw unsure;
}

/** A key that is longer must not be without a `?` (https://yaml.org/spec/1.2.2/#742-flow-mappings). */
const longestKey = 1000;

export function keyOf(text: string, event: Scalar): string {
  const { valueStart, valueEnd, style } = event;
  if (valueStart === -1 || valueEnd - valueStart > longestKey) leave();
  const value = scalarValue(text, event);
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return leave();
  return value === '<<' && style === SCALAR_STYLE.PLAIN ? leave() : value;
}

/** Of a scalar that is no block: before its quote. */
export function startOf({ valueStart, style }: Scalar): number {
  return style === SCALAR_STYLE.PLAIN ? valueStart : valueStart - 1;
}

export function scalarValue(text: string, event: Scalar): ManifestValue {
  if (event.anchorStart !== -1 || event.tagStart !== -1) leave();
  const value = getScalarValue(text, event);
  if (event.style !== SCALAR_STYLE.PLAIN) return value;
  const resolved = plainValue(value);
  return resolved === undefined ? leave() : resolved;
}
