import { diffLines, FILE_HEADERS_ONLY, formatPatch, type StructuredPatchHunk } from 'diff';

/** A unified diff, as `patch -p1` and `git apply` take it. Empty where nothing differs. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const name = file === '-' ? 'stdin' : file.replace(/^(?:\.?\/)+/, '');
  const names = { oldFileName: `a/${name}`, newFileName: `b/${name}` };
  const patch = { ...names, oldHeader: undefined, newHeader: undefined, hunks: hunksOf(before, after) };
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

export interface DiffLine {
  readonly change: 'added' | 'removed' | undefined;
  /** Without the line break. */
  readonly text: string;
}

/** All lines of both texts, those that are in both once. */
export function lineDiff(before: string, after: string): DiffLine[] {
  return changedLines(linesOf(before), linesOf(after)).map(({ change, text }) => ({
    change,
    text: text.replace(/\n$/, ''),
  }));
}

/** Each with its line break, which the last may not have. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/**
 * The library takes the square of the number of lines that differ, so it is asked of what lies between two anchors only:
 * of a file of a thousand objects not more than of one.
 */
function changedLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let [from, to] = [0, 0];
  for (const [old, now] of [...anchorsOf(before, after), [before.length, after.length] as const]) {
    for (const line of between(before.slice(from, old), after.slice(to, now))) lines.push(line);
    const text = before[old];
    if (text !== undefined) lines.push({ change: undefined, text });
    [from, to] = [old + 1, now + 1];
  }
  return lines;
}

function between(before: readonly string[], after: readonly string[]): DiffLine[] {
  const [old, now] = [before.join(''), after.join('')];
  if (old === now) return before.map((text) => ({ change: undefined, text }));
  return diffLines(old, now).flatMap(({ added, removed, value }) => {
    const change = added ? 'added' : removed ? 'removed' : undefined;
    return linesOf(value).map((text) => ({ change, text }));
  });
}

/** Where in both a line stands, 0-based. */
type Anchor = readonly [before: number, after: number];

/**
 * Lines that both texts have once, such as the names of objects: the longest row of them whose order is the same in both
 * (patience sorting, as `git diff --patience` does it).
 */
function anchorsOf(before: readonly string[], after: readonly string[]): Anchor[] {
  const places = onceIn(after);
  /** The last of a row of each length, the one that stands first in `after`, with the row before it. */
  const rows: Row[] = [];
  for (const [text, old] of onceIn(before)) {
    const now = places.get(text);
    if (now === undefined) continue;
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle]?.anchor[1] ?? 0) < now) low = middle + 1;
      else high = middle;
    }
    rows[low] = { anchor: [old, now], previous: rows[low - 1] };
  }
  const anchors: Anchor[] = [];
  for (let row = rows.at(-1); row !== undefined; row = row.previous) anchors.push(row.anchor);
  return anchors.toReversed();
}

interface Row {
  readonly anchor: Anchor;
  readonly previous: Row | undefined;
}

/** The lines that are there once, in their order, with where they stand. */
function onceIn(lines: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [at, line] of lines.entries()) {
    if (places.has(line)) repeated.add(line);
    else places.set(line, at);
  }
  for (const line of repeated) places.delete(line);
  return places;
}

/** How many unchanged lines stand around what changes. */
const context = 3;
const signs = { added: '+', removed: '-' };

function hunksOf(before: string, after: string): StructuredPatchHunk[] {
  const hunks: StructuredPatchHunk[] = [];
  const lines = changedLines(linesOf(before), linesOf(after));
  let [at, oldStart, newStart] = [0, 1, 1];
  /** Goes on to a line, and takes those before it into a hunk where there is one. */
  const advance = (end: number, hunk?: StructuredPatchHunk): void => {
    for (const { change, text } of lines.slice(at, end)) {
      const [isOld, isNew] = [change !== 'added', change !== 'removed'];
      oldStart += Number(isOld);
      newStart += Number(isNew);
      if (hunk === undefined) continue;
      hunk.oldLines += Number(isOld);
      hunk.newLines += Number(isNew);
      hunk.lines.push((change === undefined ? ' ' : signs[change]) + text.replace(/\n$/, ''));
      if (!text.endsWith('\n')) hunk.lines.push('\\ No newline at end of file');
    }
    at = end;
  };
  for (const [first, last] of changedRanges(lines)) {
    advance(Math.max(0, first - context));
    const hunk = { oldStart, oldLines: 0, newStart, newLines: 0, lines: [] };
    advance(Math.min(lines.length, last + 1 + context), hunk);
    hunks.push(hunk);
  }
  return hunks;
}

/** The first and the last line of what changes; of what has not more between it than two contexts as one. */
function changedRanges(lines: readonly DiffLine[]): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const [at, { change }] of lines.entries()) {
    if (change === undefined) continue;
    const range = ranges.at(-1);
    if (range !== undefined && at - range[1] - 1 <= 2 * context) range[1] = at;
    else ranges.push([at, at]);
  }
  return ranges;
}
