/** Edits of a text, by offsets. */

/** Replaces what lies between two offsets, in UTF-16 code units; equal offsets insert. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** True when two edits overlap, or insert at the same offset, so that their order would matter. */
export function touch(a: Edit, b: Edit): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** @param edits in any order; no two may touch, but for those of one change, whose order then counts */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** Where the line of an offset ends: before its line break, be it `\n` or `\r\n`. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  if (found === -1) return text.length;
  return found > offset && text[found - 1] === '\r' ? found - 1 : found;
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** The blanks that a line begins with. */
export function indentationAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start, lineEnd(text, start)))?.[0] ?? '';
}

/** The line break that a text uses, by its first. */
export function lineBreak(text: string): '\n' | '\r\n' {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}

/**
 * Puts whole lines below the content that ends at an offset: below the rest of its line, which is a comment at most, and below
 * comments that stand further in than the lines. The last line of a text without a line break at its end stays so.
 * @param column of the lines
 */
export function linesBelow(text: string, contentEnd: number, lines: readonly string[], column: number): Edit {
  const eol = lineBreak(text);
  const at = belowComments(text, contentEnd, column);
  // A block scalar ends behind its line break.
  if (at === contentEnd && at > 0 && text[at - 1] === '\n')
    return { start: at, end: at, text: lines.map((line) => line + eol).join('') };
  const end = lineEnd(text, at);
  return { start: end, end, text: lines.map((line) => eol + line).join('') };
}

/** Behind the last of the comments below an offset that stand further in than a column; else the offset itself. */
function belowComments(text: string, offset: number, column: number): number {
  let last = offset;
  let at = offset > 0 && text[offset - 1] === '\n' ? offset : nextLine(text, offset);
  while (at < text.length) {
    const line = text.slice(at, lineEnd(text, at));
    const comment = /^( *)#/.exec(line);
    if (comment === null && line.trim() !== '') break;
    if (comment !== null && (comment[1]?.length ?? 0) > column) last = at + line.length;
    else if (comment !== null) break;
    at = nextLine(text, at);
  }
  return last;
}

function nextLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found === -1 ? text.length : found + 1;
}
