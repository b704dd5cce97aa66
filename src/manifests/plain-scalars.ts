import { Document, isScalar, type ParseOptions, type ScalarTag, type SchemaOptions } from 'yaml';
import { kubernetesYaml } from './dialect.ts';
import type { ManifestValue } from './manifest.ts';

/** The very rules by which `thorough.ts` tells a number from a word, so that there is one list of them. */
const { tags } = new Document(null, kubernetesYaml).schema;
const plainTags = tags.filter(
  (tag): tag is ScalarTag & { test: RegExp } => tag.default === true && !tag.collection && 'test' in tag,
);

/** With what all begin that could be anything but a string: most words are not worth a try. */
const mayBeOther = /^[-+.0-9~nNyYtTfFoO]/;

const options: ParseOptions & SchemaOptions = { intAsBigInt: false };

/** The value of a scalar without quotes; undefined when it is none that JSON has. */
export function plainValue(text: string): ManifestValue | undefined {
  if (text === '') return null;
  if (!mayBeOther.test(text)) return text;
  const tag = plainTags.find(({ test }) => test.test(text));
  if (tag === undefined) return text;
  const resolved: unknown = tag.resolve(text, reject, options);
  const value = isScalar(resolved) ? resolved.value : resolved;
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  return value as ManifestValue;
}

function reject(message: string): never {
  throw new Error(message);
}
