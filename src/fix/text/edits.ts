/** From a change to the smallest edit of the text. */
import { isMap, isScalar, type Document, type YAMLMap, type YAMLSeq } from 'yaml';
import { isObject, type Json, type JsonObject, type Path } from '../../policy/json.ts';
import { commentsOf } from './comments.ts';
import { indentationAt, lineBreak, lineEnd, lineStart, linesBelow, type Edit } from './edit.ts';
import { blockStyleOf, colonEnd, columnOf, contentEnd, flowStyleOf, pairEnd } from './nodes.ts';
import { blockLines, flowPair, flowValue, scalarLike, type FlowStyle } from './render.ts';
import { quoteOf, writtenValue, type AliasSite, type PairSite, type Site, type ValueSite } from './site.ts';

/** What a site is edited with. */
export interface Writing {
  readonly text: string;
  readonly document: Document;
  readonly path: Path;
  /** What is to stand at the first `depth` steps of the path. */
  readonly value: Json;
}

/** The edits, or why there are none. */
export type Edits = readonly Edit[] | { readonly reason: string };

export function editsFor(site: Site, writing: Writing): Edits {
  const key = String(writing.path[site.depth - 1]);
  if (site.kind === 'pair') return insertPair(site, key, writing);
  return site.kind === 'alias' ? besideMerge(site, key, writing) : replaceValue(site, writing);
}

function insertPair({ map, ancestors }: PairSite, key: string, writing: Writing): Edits {
  const { text, document, value } = writing;
  if (map.flow === true) return insertFlowPair(map, ancestors, key, writing);
  const lines = blockLines({ [key]: value }, columnOf(map), blockStyleOf(ancestors, document.contents));
  return [linesBelow(text, contentEnd(text, map, text.length), lines, columnOf(map))];
}

function insertFlowPair(
  map: YAMLMap,
  ancestors: readonly (YAMLMap | YAMLSeq)[],
  key: string,
  { text, value }: Writing,
): Edits {
  const [start = 0, end = 0] = map.range ?? [];
  const style = flowStyleOf(text, map, ancestors);
  const last = map.items.at(-1);
  if (last === undefined) {
    const pair = flowPair(key, value, { ...style, unit: undefined });
    return [{ start: start + 1, end: end - 1, text: style.padded ? ` ${pair} ` : pair }];
  }
  const after = pairEnd(text, last, end - 1);
  const hasComma = /^\s*,/.test(text.slice(after, end));
  if (style.unit === undefined)
    return [{ start: after, end: after, text: `${commaOf(style)}${flowPair(key, value, style)}` }];
  const indentation = indentationAt(text, lineStart(text, lastStart(last.key, after)));
  const pair = flowPair(key, value, style, indentation).replaceAll('\n', lineBreak(text));
  const line = `${lineBreak(text)}${indentation}${pair}`;
  // Behind a comment, if there is one, unless the map is closed on the same line.
  const below = lineEnd(text, after);
  if (below >= end) return [{ start: after, end: after, text: `,${line}` }];
  if (hasComma) return [{ start: below, end: below, text: `${line},` }];
  return below === after
    ? [{ start: after, end: after, text: `,${line}` }]
    : [
        { start: after, end: after, text: ',' },
        { start: below, end: below, text: line },
      ];
}

function lastStart(key: unknown, fallback: number): number {
  return isScalar(key) ? (key.range?.[0] ?? fallback) : fallback;
}

function replaceValue(site: ValueSite, writing: Writing): Edits {
  const { map, pair, ancestors } = site;
  const { text, document, value } = writing;
  const old = writtenValue(pair);
  const keyEnd = lastEnd(pair.key, text.length);
  const colon = colonEnd(text, keyEnd);
  const [start = colon, end = colon] = old?.range ?? [];
  const isInFlow = map.flow === true || (isMap(old) && old.flow === true);
  if (isInFlow && commentsOf(text.slice(start, end)).length > 0)
    return { reason: 'there are comments in what would be replaced' };
  if (map.flow === true && !(isScalar(old) && quoteOf(old) !== undefined && !isObject(value))) {
    const style = flowStyleOf(text, map, ancestors);
    const flow = flowValue(value, style, indentationAt(text, keyEnd)).replaceAll('\n', lineBreak(text));
    return [{ start, end, text: old === undefined ? ` ${flow}` : flow }];
  }
  if (!isObject(value)) {
    const scalar = scalarLike(value, quoteOf(old));
    return [{ start, end, text: old === undefined ? ` ${scalar}` : scalar }];
  }
  const style = blockStyleOf(ancestors, document.contents);
  if (isMap(old) && old.items.length > 0) {
    if (old.flow === true) {
      const flow = flowStyleOf(text, old, ancestors);
      return [
        { start, end, text: `{${flow.padded ? ' ' : ''}${flowBody(value, flow)}${flow.padded ? ' ' : ''}}` },
      ];
    }
    const oldEnd = contentEnd(text, old, end);
    const indentation = ' '.repeat(columnOf(old));
    const comments = commentsOf(text.slice(start, oldEnd)).map((comment) => indentation + comment);
    const lines = [...comments, ...blockLines(value, columnOf(old), style)];
    return [{ start, end: oldEnd, text: lines.join(lineBreak(text)).trimStart() }];
  }
  const column = columnOf(map) + style.step;
  return unfolded(text, [start, end], blockLines(value, column, style), column);
}

/** What is on the line of a key gives way to lines below it; a comment stays on the line. */
function unfolded(
  text: string,
  [start, end]: readonly [number, number],
  lines: readonly string[],
  column: number,
): Edit[] {
  const blanks = /(?:\r?\n)?[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const from = start - blanks;
  const below = linesBelow(text, end, lines, column - 1);
  return from === end ? [below] : [{ start: from, end, text: '' }, below];
}

function flowBody(value: JsonObject, style: FlowStyle): string {
  return Object.entries(value)
    .map(([key, item]) => flowPair(key, item ?? null, { ...style, unit: undefined }))
    .join(commaOf(style));
}

const commaOf = ({ json, spaced }: FlowStyle): string => (json && !spaced ? ',' : ', ');

/** `*name` becomes a map of its own that merges what `name` stands for. */
function besideMerge({ holder, alias, ancestors }: AliasSite, key: string, writing: Writing): Edits {
  const { text, document, value } = writing;
  const [start = 0, end = 0] = alias.range ?? [];
  const merge = `<<: ${text.slice(start, end)}`;
  if (holder.flow === true) {
    const style = flowStyleOf(text, document.contents as YAMLMap, ancestors);
    return [{ start, end, text: `{${merge}, ${flowPair(key, value, { ...style, unit: undefined })}}` }];
  }
  const style = blockStyleOf(ancestors, document.contents);
  if (!isMap(holder)) {
    const column = start - lineStart(text, start);
    const lines = blockLines({ [key]: value }, column, style);
    return [{ start, end: start, text: '<<: ' }, linesBelow(text, end, lines, column)];
  }
  const column = columnOf(holder) + style.step;
  const lines = [' '.repeat(column) + merge, ...blockLines({ [key]: value }, column, style)];
  return unfolded(text, [start, end], lines, column);
}

function lastEnd(key: unknown, fallback: number): number {
  return isScalar(key) ? (key.range?.[1] ?? fallback) : fallback;
}

/** The comment as a line of its own at the end of a block map; undefined when it is there already. */
export function commentIn(text: string, map: YAMLMap, comment: string): Edit | undefined {
  const end = contentEnd(text, map, text.length);
  const [start = 0] = map.range ?? [];
  const line = `# ${comment}`;
  const present = (text.slice(start, end) + commentsBelow(text, end)).split('\n').map((one) => one.trim());
  return present.includes(line)
    ? undefined
    : linesBelow(text, end, [' '.repeat(columnOf(map)) + line], columnOf(map));
}

/** The lines below that are comments or blank, up to the next that is neither. */
function commentsBelow(text: string, end: number): string {
  const rest = text.slice(lineEnd(text, end));
  return /^(?:\s*?(?:#[^\n]*)?(?:\r?\n|$))*/.exec(rest)?.[0] ?? '';
}
