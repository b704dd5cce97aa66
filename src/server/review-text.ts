const managedFields = Buffer.from('"managedFields":[');
const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * The text of a review with every `metadata.managedFields` emptied. They are about 3 of the 8 KB of a real review, no rule
 * reads them and no patch touches them, so they are skipped as bytes instead of being made into objects.
 *
 * Only the compact form is looked for that an API server sends. Whatever looks unusual is left as it is: a key that only
 * ends like this one, or a list without an end. In a string, such as an annotation that holds JSON, the quotes are escaped
 * and do not match.
 */
export function withoutManagedFields(bytes: Buffer): string {
  let text = '';
  let from = 0;
  for (;;) {
    const key = bytes.indexOf(managedFields, from);
    if (key === -1) break;
    const start = key + managedFields.length;
    const end = bytes[key - 1] === backslash ? -1 : endOfArray(bytes, start);
    if (end === -1) return bytes.toString();
    text += bytes.toString('utf8', from, start);
    from = end;
  }
  return from === 0 ? bytes.toString() : text + bytes.toString('utf8', from);
}

/** The index of the bracket that closes an array which is open at `start`; -1 when there is none. */
function endOfArray(bytes: Buffer, start: number): number {
  let depth = 1;
  for (let index = start; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === quote) {
      index = endOfString(bytes, index + 1);
    } else if (byte === openBracket) {
      depth += 1;
    } else if (byte === closeBracket) {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return -1;
}

function endOfString(bytes: Buffer, start: number): number {
  let index = start;
  while (index < bytes.length && bytes[index] !== quote) index += bytes[index] === backslash ? 2 : 1;
  return index;
}
