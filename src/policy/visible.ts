/**
 * Text that somebody else wrote, for a terminal or a log. What is no text there moves the cursor, colours or deletes what was
 * said before, or (the marks of direction) shows it in another order: each such character is written as its code.
 */

/** C0 but for tabs and line feeds, DEL and C1; and the marks of direction. */
const invisible =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** With line feeds and tabs as they are: `\u001b[31m`. */
export function visible(text: string): string {
  return text.replaceAll(invisible, codeOf);
}

/** In one line. */
export function visibleLine(text: string): string {
  return visible(text.includes('\n') ? joined(text) : text).replaceAll('\t', codeOf);
}

function joined(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

function codeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The longest name that Kubernetes has: DNS-1123 subdomains in k8s.io/apimachinery pkg/util/validation. */
const longestName = 253;

/** A name as messages and logs show it. Before it is validated, and where nobody does, a name may be of any length. */
export function clippedName(name: string): string {
  return clipped(name, longestName);
}

/** Not longer than so many UTF-16 code units, and what says that there was more. */
export function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()} ...` : text;
}
