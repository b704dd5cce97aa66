export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * How a file is encoded, by its byte order mark, as kubectl tells it: what Windows PowerShell writes with `>` is UTF-16.
 * @throws an error for people where it is no text
 */
export function encodingOf(bytes: Uint8Array): Encoding {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (!bytes.includes(0)) return 'utf-8';
  // Every other byte of Latin letters in UTF-16.
  const isUtf16 = bytes.length > 1 && (first === 0) !== (second === 0);
  throw new Error(isUtf16 ? 'it is UTF-16 without a byte order mark; save it as UTF-8' : 'it is no text');
}

/** @throws an error for people where it is no text */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}
