/** Values of options: from text, or an error that says what is expected. */
import { InvalidArgumentError } from 'commander';

export const port = (text: string): number => wholeNumber(text, 0, 65_535);
export const seconds = (text: string): number => wholeNumber(text, 0, 3600);
export const list = (text: string): string[] => text.split(',').map((item) => item.trim());

/** An object in a namespace. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

export function objectName(text: string): ObjectName {
  const [, namespace, name] = /^([a-z0-9][-a-z0-9]*)\/([a-z0-9][-.a-z0-9]*)$/.exec(text) ?? [];
  if (namespace === undefined || name === undefined)
    throw new InvalidArgumentError('It must be of the form NAMESPACE/NAME.');
  return { namespace, name };
}

/** A minor of Kubernetes, as 36 for `1.36`, `v1.36` or `1.36.4`. */
export function kubernetesMinor(text: string): number {
  const minor = /^v?1\.(\d{1,3})(?:\.\d+)?$/.exec(text)?.[1];
  if (minor === undefined) throw new InvalidArgumentError('It must be a version such as 1.36.');
  return Number(minor);
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a time such as 30s, 10m, 12h or 365d. */
export function duration(text: string): number {
  const [, amount, unit = ''] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? [];
  if (amount === undefined)
    throw new InvalidArgumentError('It must be a whole number with a unit, such as 30s, 10m, 12h or 365d.');
  return Number(amount) * (unitMs[unit] ?? 0);
}

function wholeNumber(text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  return value;
}
