/** Writes changes into the text of one document, and makes sure of each that it reads back as it was meant. */
import { isScalar, parseDocument, type Document } from 'yaml';
import { deepEqual, valueAt, type Json, type JsonObject, type Path } from '../../policy/json.ts';
import { agrees, isThere, withChanges, type Change } from '../change.ts';
import { applyEdits, touch, type Edit } from './edit.ts';
import { commentIn, editsFor } from './edits.ts';
import { isBorrowed, nearestMap, siteOf, writtenValue, type Site } from './site.ts';

export interface Refused<C extends Change> {
  readonly change: C;
  readonly reason: string;
}

export interface Rewritten<C extends Change> {
  readonly text: string;
  readonly value: JsonObject;
  readonly refused: readonly Refused<C>[];
}

/** Reads a document; undefined where it is none, or more than one. */
export type Read = (text: string) => Json | undefined;

/** Places only: what the values are is asked of the reader. */
const places = { version: '1.1', merge: true, keepSourceTokens: true, prettyErrors: false } as const;

/** A comment to be left at a path. */
export interface Comment {
  readonly path: Path;
  /** Without the number sign. */
  readonly text: string;
}

interface Planned<C> {
  readonly change: C;
  readonly site: Site;
  readonly edits: readonly Edit[];
}

/**
 * Makes the edits of all changes that do not touch each other at once, and repeats it until none is left. What does not
 * read back as meant is tried alone, and left out if it does not then.
 * @param value what the text holds
 */
export function rewrite<C extends Change>(
  text: string,
  value: JsonObject,
  changes: readonly C[],
  read: Read,
): Rewritten<C> {
  const original = { text, value };
  const wanted = changes;
  let pending = [...changes];
  let isCareful = false;
  for (;;) {
    const final = withChanges(value, wanted);
    pending = pending.filter(
      (change) => !isThere(value, { path: change.path, value: valueAt(final, change.path) ?? null }),
    );
    if (pending.length === 0) return { text, value, refused: [] };
    const planned = plan(text, final, pending);
    const batch = isCareful ? planned.batch.slice(0, 1) : planned.batch;
    const edited = applyEdits(
      text,
      batch.flatMap(({ edits }) => edits),
    );
    const found = batch.length === 0 ? undefined : read(edited);
    const meant = withChanges(
      value,
      batch.map(({ change, site }) => settled(change, site, final)),
    );
    if (found !== undefined && agrees(found, meant, final)) {
      text = edited;
      value = found as JsonObject;
    } else if (batch.length > 1) {
      isCareful = true;
    } else {
      const [failed] = batch;
      const lost: readonly Refused<C>[] =
        failed === undefined
          ? planned.impossible
          : [{ change: failed.change, reason: reasonAt(failed.site) }];
      const all = [...lost, ...dependents(wanted, lost)];
      const rest = wanted.filter((change) => all.every((one) => one.change !== change));
      // From the beginning, because what depended on it may be written already.
      const again = rewrite(original.text, original.value, rest, read);
      return { ...again, refused: [...all, ...again.refused] };
    }
  }
}

function dependents<C extends Change>(changes: readonly C[], lost: readonly Refused<C>[]): Refused<C>[] {
  return changes.flatMap((change) => {
    const { needs } = change;
    if (needs === undefined) return [];
    const cause = lost.find((one) => samePath(one.change.path, needs));
    return cause === undefined
      ? []
      : [{ change, reason: `it needs ${String(needs.at(-1))}, and that is not written either` }];
  });
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

/** The change as the edit makes it: the value of the key that was written. */
function settled({ path }: Change, { depth }: Site, final: JsonObject): Change {
  const prefix = path.slice(0, depth);
  return { path: prefix, value: valueAt(final, prefix) ?? null };
}

function reasonAt(site: Site): string {
  const value = site.kind === 'value' ? writtenValue(site.pair) : undefined;
  const anchor = site.anchor ?? (isScalar(value) ? value.anchor : undefined);
  return anchor === undefined
    ? 'this place cannot be edited without changing something else'
    : `it comes from the anchor &${anchor}, and what refers to that would change as well`;
}

interface Plan<C extends Change> {
  readonly batch: readonly Planned<C>[];
  /** What cannot be written at all; only where nothing else is left to do. */
  readonly impossible: readonly Refused<C>[];
}

function plan<C extends Change>(text: string, final: JsonObject, pending: readonly C[]): Plan<C> {
  const document: Document = parseDocument(text, places);
  const batch: Planned<C>[] = [];
  const borrowed: Planned<C>[] = [];
  const impossible: Refused<C>[] = [];
  for (const change of pending) {
    const site = siteOf(document, change.path);
    if (site === undefined) {
      impossible.push({ change, reason: 'there is no place for it in the text' });
      continue;
    }
    const { value } = settled(change, site, final);
    const edits = editsFor(site, { text, document, path: change.path, value });
    if ('reason' in edits) impossible.push({ change, reason: edits.reason });
    else if (isBorrowed(site)) borrowed.push({ change, site, edits });
    else if (isApart(batch, edits)) batch.push({ change, site, edits });
  }
  // Where an anchor is mended, what refers to it may need nothing any more.
  return { batch: batch.length > 0 ? batch : borrowed.slice(0, 1), impossible };
}

function isApart(batch: readonly Planned<Change>[], edits: readonly Edit[]): boolean {
  return batch.every((other) => other.edits.every((one) => edits.every((edit) => !touch(one, edit))));
}

/** Leaves comments where they are not yet. No value changes. */
export function withComments(text: string, comments: readonly Comment[], read: Read): string {
  const value = read(text);
  // Each goes above those that are there, so that they stand in their order.
  for (const { path, text: comment } of comments.toReversed()) {
    const map = nearestMap(parseDocument(text, places), path);
    const edit = map === undefined ? undefined : commentIn(text, map, comment);
    if (edit === undefined) continue;
    const edited = applyEdits(text, [edit]);
    if (deepEqual(read(edited), value)) text = edited;
  }
  return text;
}
