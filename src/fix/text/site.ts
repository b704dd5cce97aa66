/** Where in a document a change has to be written. */
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Path } from '../../policy/json.ts';
import { hasMerge, isEmpty, isMergeable, ownPair } from './nodes.ts';

interface Found {
  /** Steps of the path down to what is written: the value there is written as a whole. */
  readonly depth: number;
  /** Maps and sequences from the root down to the place. */
  readonly ancestors: readonly (YAMLMap | YAMLSeq)[];
  /** Name of an anchor on the way, which others may refer to. */
  readonly anchor: string | undefined;
}

/** The key is missing in the map. */
export interface PairSite extends Found {
  readonly kind: 'pair';
  readonly map: YAMLMap;
}

/** The key is there, and its value is written anew: what was there is null, empty, a scalar, or replaced on purpose. */
export interface ValueSite extends Found {
  readonly kind: 'value';
  readonly map: YAMLMap;
  readonly pair: Pair;
}

/** The place is reached through an alias of a map, which is given a key of its own beside a merge. */
export interface AliasSite extends Found {
  readonly kind: 'alias';
  readonly holder: YAMLMap | YAMLSeq;
  readonly alias: Alias;
}

export type Site = PairSite | ValueSite | AliasSite;

/** Finds where the value at a path is to be written; undefined where nothing can be. */
export function siteOf(document: Document, path: Path): Site | undefined {
  const ancestors: (YAMLMap | YAMLSeq)[] = [];
  let node: unknown = document.contents;
  let anchor: string | undefined;
  for (const [index, step] of path.entries()) {
    const found = { depth: index + 1, ancestors, anchor };
    const isLast = index === path.length - 1;
    let next: unknown;
    if (isMap(node)) {
      ancestors.push(node);
      anchor ??= node.anchor;
      found.anchor = anchor;
      const pair = ownPair(node, step);
      if (pair === undefined) return { kind: 'pair', map: node, ...found };
      next = pair.value;
      if (isAlias(next) && !isLast && isMergeable(next, (alias) => alias.resolve(document)))
        return { kind: 'alias', holder: node, alias: next, ...found, depth: index + 2 };
      if (isLast || !isFilled(next)) return { kind: 'value', map: node, pair, ...found };
    } else if (isSeq(node) && typeof step === 'number') {
      ancestors.push(node);
      anchor ??= node.anchor;
      found.anchor = anchor;
      next = node.items[step];
      if (isAlias(next) && !isLast && isMergeable(next, (alias) => alias.resolve(document)))
        return { kind: 'alias', holder: node, alias: next, ...found, depth: index + 2 };
      if (isLast || !isFilled(next)) return undefined;
    } else return undefined;
    node = next;
  }
  return undefined;
}

/** True of a collection with something in it. */
function isFilled(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.items.length > 0;
}

/** True where a merge or an alias brings values, so that what it refers to is better mended first. */
export function isBorrowed(site: Site): boolean {
  return site.kind === 'alias' || site.ancestors.some((node) => isMap(node) && hasMerge(node));
}

/** The block map nearest to a path that is written there itself, and not by an alias. */
export function nearestMap(document: Document, path: Path): YAMLMap | undefined {
  let node: unknown = document.contents;
  let nearest: YAMLMap | undefined;
  for (const step of path) {
    if (isMap(node)) {
      if (node.flow === true) break;
      if (node.items.length > 0) nearest = node;
      node = ownPair(node, step)?.value;
    } else if (isSeq(node) && node.flow !== true && typeof step === 'number') node = node.items[step];
    else break;
  }
  return isMap(node) && node.flow !== true && node.items.length > 0 ? node : nearest;
}

/** The value node of a pair, unless nothing is written. */
export function writtenValue({ value }: Pair): Node | undefined {
  return isNode(value) && !isEmpty(value) ? value : undefined;
}

/** The quotes of a scalar. */
export function quoteOf(node: unknown): '"' | "'" | undefined {
  if (!isScalar(node)) return undefined;
  if (node.type === 'QUOTE_DOUBLE') return '"';
  return node.type === 'QUOTE_SINGLE' ? "'" : undefined;
}
