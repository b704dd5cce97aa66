/** JSON that Kubernetes accepts is nested at most 10,000 deep; no object comes near this. */
const maxDepth = 1000;

/**
 * Values of a review, without managedFields. The largest object that etcd takes has about 100,000 of ordinary length, and
 * an update shows the old one as well.
 */
const maxValues = 300_000;

/** A text shorter than this does no harm: it is at most twice as deep as what is allowed. */
const shortText = 4 * 1024;

/** Of a JSON text that may be parsed. */
export interface BodyShape {
  /** How many values it has, nearly: an upper bound. */
  readonly values: number;
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * What parsing a text will cost, or why it must not be done. Small values, such as `{},{},{}`, take twenty times the memory
 * of their text, and recursion over deep ones overflows the stack.
 */
export function bodyShape(text: string): BodyShape | 'too-deep' | 'too-many-values' {
  if (text.length <= shortText) return { values: text.length };
  let depth = 0;
  let values = 1;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === quote) {
      index = endOfString(text, index);
    } else if (character === comma) {
      values += 1;
    } else if (character === openBracket || character === openBrace) {
      depth += 1;
      values += 1;
      if (depth > maxDepth) return 'too-deep';
    } else if (character === closeBracket || character === closeBrace) {
      depth -= 1;
    }
  }
  return values > maxValues ? 'too-many-values' : { values };
}

/** The index of the quote that ends the string which begins at `start`; behind the text where none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}
