/** The nodes of a document with their places in its text. */
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Alias,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { PathStep } from '../../policy/json.ts';
import type { BlockStyle, FlowStyle } from './render.ts';
import { indentationAt, lineStart } from './edit.ts';

/** The pair of a map that has the key itself, not by a merge. */
export function ownPair(map: YAMLMap, step: PathStep): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
}

export function hasMerge(map: YAMLMap): boolean {
  // The library reads the key as a symbol where merges are on.
  return map.items.some(({ key }) => isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol'));
}

/** Where the content of a node ends: comments and blanks behind it do not count. */
export function contentEnd(text: string, node: unknown, fallback: number): number {
  if (isMap(node) && node.flow !== true) {
    const pair = node.items.at(-1);
    return pair === undefined ? fallback : pairEnd(text, pair, fallback);
  }
  if (isSeq(node) && node.flow !== true) {
    const item = node.items.at(-1);
    if (isNode(item) && !isEmpty(item)) return contentEnd(text, item, fallback);
    // A dash alone.
    const end = node.range?.[1] ?? fallback;
    return text.slice(0, end).trimEnd().length;
  }
  return isNode(node) ? (node.range?.[1] ?? fallback) : fallback;
}

/** Where a pair ends; one without a value behind its colon. */
export function pairEnd(text: string, { key, value }: Pair, fallback: number): number {
  if (isNode(value) && !isEmpty(value)) return contentEnd(text, value, fallback);
  return isNode(key) ? colonEnd(text, key.range?.[1] ?? fallback) : fallback;
}

/** Behind the colon after a key, or the end of the key where it has none. */
export function colonEnd(text: string, keyEnd: number): number {
  const found = /^\s*:/.exec(text.slice(keyEnd, keyEnd + 100));
  return keyEnd + (found?.[0].length ?? 0);
}

/** A null that nobody wrote: nothing stands in the text. */
export function isEmpty(node: unknown): boolean {
  return isScalar(node) && node.range?.[0] === node.range?.[1];
}

/** The column of the keys of a block map. */
export function columnOf(map: YAMLMap): number {
  const token = map.srcToken;
  return token !== undefined && 'indent' in token ? token.indent : 0;
}

/** How the maps and sequences around a place are indented, the nearest first. */
export function blockStyleOf(ancestors: readonly (YAMLMap | YAMLSeq)[], root: unknown): BlockStyle {
  let step: number | undefined;
  let indentSequences: boolean | undefined;
  const look = (node: unknown): void => {
    if (!isMap(node) || node.flow === true) return;
    for (const { value } of node.items) {
      if (isMap(value) && value.flow !== true) step ??= positive(columnOf(value) - columnOf(node));
      if (isSeq(value) && value.flow !== true) indentSequences ??= dashColumn(value) > columnOf(node);
    }
  };
  for (const ancestor of ancestors.toReversed()) look(ancestor);
  if (step === undefined || indentSequences === undefined) descend(root, look);
  const key = ancestors.findLast((node) => isMap(node))?.items[0]?.key;
  const quotedKeys = isScalar(key) && key.type === 'QUOTE_DOUBLE';
  return { step: step ?? 2, indentSequences: indentSequences ?? false, quotedKeys };
}

function dashColumn({ srcToken }: YAMLSeq): number {
  return srcToken !== undefined && 'indent' in srcToken ? srcToken.indent : 0;
}

const positive = (columns: number): number | undefined => (columns > 0 ? columns : undefined);

function descend(node: unknown, look: (node: unknown) => void): void {
  look(node);
  if (isMap(node)) for (const { value } of node.items) descend(value, look);
  else if (isSeq(node)) for (const item of node.items) descend(item, look);
}

/** How a flow map with pairs is written; an empty one as those around it. */
export function flowStyleOf(
  text: string,
  map: YAMLMap,
  ancestors: readonly (YAMLMap | YAMLSeq)[],
): FlowStyle {
  const sample = [map, ...ancestors.toReversed()].find(
    (node): node is YAMLMap => isMap(node) && node.flow === true && node.items.length > 0,
  );
  const key = sample?.items[0]?.key;
  if (sample === undefined || !isScalar(key))
    return { json: false, spaced: true, padded: false, unit: undefined };
  const [start = 0, end = 0] = sample.range ?? [];
  const keyEnd = key.range?.[1] ?? start;
  const keyStart = key.range?.[0] ?? start;
  return {
    json: key.type === 'QUOTE_DOUBLE',
    spaced: /\s/.test(text[colonEnd(text, keyEnd)] ?? ''),
    padded: text[start + 1] === ' ',
    unit: lineStart(text, keyStart) > start ? unitOf(text, keyStart, end) : undefined,
  };
}

/** What a key stands further in than the brace that closes its map. */
function unitOf(text: string, keyStart: number, end: number): string {
  const inner = indentationAt(text, keyStart);
  const outer = indentationAt(text, end - 1);
  return inner.startsWith(outer) && inner.length > outer.length ? inner.slice(outer.length) : '  ';
}

/** What an alias stands for, if it is a map that can be merged. */
export function isMergeable(alias: Alias, resolve: (alias: Alias) => unknown): boolean {
  const target = resolve(alias);
  return isMap(target) || isAlias(target);
}
