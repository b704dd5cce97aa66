/**
 * Strings, which may hold braces, and what opens and closes. A string without an end goes to that of the text: it would be
 * looked for from each of its quotes otherwise.
 */
const tokens = /"[^"\\]*(?:\\[^]?[^"\\]*)*"?|[{}[\]]/g;

/** Most texts are none, and this is told at once. */
const [startsLikeJson, goesOn] = [/^\s*\{/, /\}\s*\{/];

/**
 * The parts of a text that is a stream of JSON objects, one after the other: together they are the whole text again. What is
 * none is one part. No YAML is taken for one: after a whole object nothing may follow there.
 */
export function jsonStream(text: string): string[] {
  if (!startsLikeJson.test(text) || !goesOn.test(text)) return [text];
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '{' && depth === 0 && text.slice(start, index).trim() !== '') {
      parts.push(text.slice(start, index));
      start = index;
      // The others may be broken: then each is for itself.
      if (parts.length === 1 && !isJson(text.slice(0, start))) return [text];
    }
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth = Math.max(0, depth - 1);
  }
  return [...parts, text.slice(start)];
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
