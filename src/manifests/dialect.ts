import type { DocumentOptions, ParseOptions, SchemaOptions, Tags } from 'yaml';

/** How a text is read: what is a number, what is a boolean, what merges. */
export type Dialect = ParseOptions & DocumentOptions & SchemaOptions;

/**
 * Reads YAML as kubectl does: YAML 1.1 with merge keys (sigs.k8s.io/yaml), so `yes` is a boolean and `0755` is octal; but,
 * as there, only with the types that JSON has: no timestamps and base-60 numbers, which would turn `2024-01-01` and `22:22`
 * into something else, and no sets and binaries. Stricter in one point: of a key that is there twice kubectl silently takes
 * the last, and here it is an error.
 */
export const kubernetesYaml = {
  version: '1.1',
  merge: true,
  customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || isJsonTag(tag)).map(withDigits),
} as const satisfies Dialect;

/** YAML 1.2, in which `off` is a word. */
export const plainYaml = { version: '1.2', merge: true } as const satisfies Dialect;

const otherTypes = /:(?:timestamp|binary|set|omap|pairs)$/;

const isJsonTag = (tag: Exclude<Tags[number], string>): boolean =>
  !otherTypes.test(tag.tag) && !('format' in tag && tag.format === 'TIME');

/** The library takes a lone dot, such as a relative path, for a number, and `e1`, which may be a name, for one that is none. */
const withDigits = (tag: Tags[number]): Tags[number] => {
  if (typeof tag === 'string' || !('test' in tag)) return tag;
  if (tag.test?.test('.')) return { ...tag, test: /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/ };
  if (tag.test?.test('e1')) return { ...tag, test: withExponent };
  return tag;
};

const withExponent = /^[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)[eE][-+]?[0-9]+$/;
