/** Reads every document there is, and says what is wrong with one that is none. Takes ten times as long as `fast.ts`. */
import {
  isAlias,
  isCollection,
  isNode,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import type { Dialect } from './dialect.ts';
import { templateHint } from './documents.ts';
import type { ManifestPath, ManifestValue, Position } from './manifest.ts';

/** A document, or why it is none. Positions count from the start of the text. */
export type ThoroughDocument =
  | { readonly problem: string; readonly line: number }
  | {
      readonly value: ManifestValue;
      readonly comment: string;
      positionAt(path: ManifestPath): Position;
    };

/** The documents of a text. Empty ones are left out. */
export function readThoroughly(text: string, dialect: Dialect): ThoroughDocument[] {
  const lines = new LineCounter();
  const read: ThoroughDocument[] = [];
  for (const document of parseAllDocuments(text, { ...dialect, lineCounter: lines, prettyErrors: false })) {
    const [error] = document.errors;
    if (error !== undefined) {
      read.push({ problem: describe(error, text), line: lines.linePos(error.pos[0]).line });
    } else if (document.contents !== null) {
      const result = resultOf(document, text, lines);
      if (result !== undefined) read.push(result);
    }
  }
  return read;
}

function resultOf(document: Document, text: string, lines: LineCounter): ThoroughDocument | undefined {
  const line = (): number => positionOf(document, [], lines).line;
  try {
    const key = collectionKey(document);
    if (key !== undefined) {
      const start = key.range?.[0] ?? 0;
      const isTemplate = text.slice(start - 1, start + 1) === '{{';
      const problem = isTemplate ? templateHint : 'a map or a list cannot be a key';
      return { problem, line: lines.linePos(start).line };
    }
    const value = document.toJS() as ManifestValue;
    if (value === null) return undefined;
    const problem = jsonProblem(value);
    if (problem !== undefined) return { problem, line: line() };
    return {
      value,
      comment: document.commentBefore ?? document.contents?.commentBefore ?? '',
      positionAt: (path) => positionOf(document, path, lines),
    };
  } catch (error) {
    // Unresolved and exponentially nested aliases are found only here.
    return { problem: oneLine(error instanceof Error ? error.message : String(error)), line: line() };
  }
}

/** A key that is no scalar, which nothing in Kubernetes has. `{{ .Values.image }}` is such a map: valid YAML, by chance. */
function collectionKey(document: Document): Node | undefined {
  let found: Node | undefined;
  const anchors = new Set<string>();
  visit(document, {
    Collection: (_, { anchor }) => void (anchor !== undefined && anchors.add(anchor)),
    Pair(_, { key }) {
      if (!isNode(key) || !(isCollection(key) || (isAlias(key) && anchors.has(key.source)))) return undefined;
      found = key;
      return visit.BREAK;
    },
  });
  return found;
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

function positionOf(document: Document, path: ManifestPath, lines: LineCounter): Position {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

/** What every object has once, at the start of a line: a second one is mostly a second object. */
const startOfObject = /^(?:apiVersion|kind|metadata):/;

function describe({ code, message, pos: [start] }: YAMLError, text: string): string {
  if (text.includes('{{')) return `${oneLine(message)}; ${templateHint}`;
  const isAnother =
    code === 'DUPLICATE_KEY' &&
    (start === 0 || text[start - 1] === '\n') &&
    startOfObject.test(text.slice(start, start + 12));
  return `${oneLine(message)}${isAnother ? '; is a line with --- missing before this object?' : ''}`;
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').trim();
}
