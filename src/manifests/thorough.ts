/** Reads every document there is, and says what is wrong with one that is none. Takes ten times as long as `fast.ts`. */
import { isNode, LineCounter, parseAllDocuments, type Document, type YAMLError } from 'yaml';
import type { Dialect } from './dialect.ts';
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
      const result = resultOf(document, lines);
      if (result !== undefined) read.push(result);
    }
  }
  return read;
}

function resultOf(document: Document, lines: LineCounter): ThoroughDocument | undefined {
  const line = (): number => positionOf(document, [], lines).line;
  try {
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

/** What somebody may not know who hands over the folder of a Helm chart. */
export const templateHint = 'a template ({{ ... }}) is no YAML before it is rendered';

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
