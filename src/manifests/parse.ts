import {
  isNode,
  LineCounter,
  parseAllDocuments,
  type Document,
  type DocumentOptions,
  type ParseOptions,
  type SchemaOptions,
  type Tags,
} from 'yaml';

/** A value of a YAML or JSON document. */
export type ManifestValue = null | boolean | number | string | readonly ManifestValue[] | ManifestObject;

export interface ManifestObject {
  readonly [key: string]: ManifestValue | undefined;
}

/** A document of a file, with the way back to its lines. */
export interface Manifest {
  /** The file as the user named it; `-` for standard input. */
  readonly file: string;
  /** 1-based line where the document begins. */
  readonly line: number;
  readonly value: ManifestValue;
  /** 1-based line of the value at a path, or of its nearest ancestor that exists. */
  lineAt(path: readonly (string | number)[]): number;
}

/** A document that could not be read. The others of its file are not affected. */
export interface ManifestError {
  readonly file: string;
  /** 1-based; undefined when the file as a whole could not be read. */
  readonly line?: number;
  readonly message: string;
}

export interface Manifests {
  readonly manifests: readonly Manifest[];
  readonly errors: readonly ManifestError[];
}

/**
 * Reads YAML as kubectl does: YAML 1.1 with merge keys (sigs.k8s.io/yaml), so `yes` is a boolean and `0755` is octal; but,
 * as there, only with the types that JSON has: no timestamps and base-60 numbers, which would turn `2024-01-01` and `22:22`
 * into something else, and no sets and binaries. Stricter in one point: of a key that is there twice kubectl silently takes
 * the last, and here it is an error.
 */
const kubernetesYaml = {
  version: '1.1',
  merge: true,
  customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || isJsonTag(tag)).map(withDigits),
} as const satisfies ParseOptions & DocumentOptions & SchemaOptions;

const otherTypes = /:(?:timestamp|binary|set|omap|pairs)$/;

const isJsonTag = (tag: Exclude<Tags[number], string>): boolean =>
  !otherTypes.test(tag.tag) && !('format' in tag && tag.format === 'TIME');

/** The library takes a lone dot, such as a relative path, for a number. */
const withDigits = (tag: Tags[number]): Tags[number] =>
  typeof tag !== 'string' && 'test' in tag && tag.test?.test('.')
    ? { ...tag, test: /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/ }
    : tag;

/** YAML 1.2, in which `off` is a word. */
const plainYaml = { version: '1.2', merge: true } as const;

/**
 * Parses every document of a text. JSON is YAML, so it comes the same way. Empty documents are left out.
 * @param version 1.1 for what kubectl would read as well
 */
export function parseManifests(text: string, file: string, version: '1.1' | '1.2' = '1.1'): Manifests {
  const lineCounter = new LineCounter();
  const manifests: Manifest[] = [];
  const errors: ManifestError[] = [];
  const dialect = version === '1.1' ? kubernetesYaml : plainYaml;
  for (const document of parseAllDocuments(text, { ...dialect, lineCounter, prettyErrors: false })) {
    const [error] = document.errors;
    if (error !== undefined) {
      errors.push({ file, line: lineCounter.linePos(error.pos[0]).line, message: oneLine(error.message) });
      continue;
    }
    if (document.contents === null) continue;
    const read = valueOf(document);
    if ('problem' in read) {
      errors.push({ file, line: lineOf(document, [], lineCounter), message: read.problem });
    } else if (read.value !== null) {
      manifests.push({
        file,
        line: lineOf(document, [], lineCounter),
        value: read.value,
        lineAt: (path) => lineOf(document, path, lineCounter),
      });
    }
  }
  return { manifests, errors };
}

function valueOf(document: Document): { value: ManifestValue } | { problem: string } {
  try {
    const value = document.toJS() as ManifestValue;
    const problem = jsonProblem(value);
    return problem === undefined ? { value } : { problem };
  } catch (error) {
    // Unresolved and exponentially nested aliases are found only here.
    return { problem: oneLine(error instanceof Error ? error.message : String(error)) };
  }
}

/** What JSON, and so an API server, cannot hold. */
function jsonProblem(value: ManifestValue | undefined, within: readonly object[] = []): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value} is not a number that JSON knows`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (within.includes(value)) return 'an anchor holds an alias of itself';
  const inside = [...within, value];
  for (const child of Object.values(value) as (ManifestValue | undefined)[]) {
    const problem = jsonProblem(child, inside);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function lineOf(document: Document, path: readonly (string | number)[], lines: LineCounter): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').trim();
}
