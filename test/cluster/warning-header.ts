/**
 * Parses HTTP `Warning` headers the way client-go does (apimachinery/pkg/util/net/http.go, ParseWarningHeaders):
 * `299 - "text"`, several to a header, the text a quoted string in which `\"` and `\\` are escapes.
 */

const WARNING = /^\s*(\d{3}) \S+ "((?:[^"\\]|\\.)*)"(?: "[^"]*")?\s*(?:,|$)/u;

/** The texts of all 299 warnings, in order. What is not a warning ends its header. */
export function parseWarnings(headers: readonly string[]): string[] {
  return headers.flatMap((header) => {
    // Node hands header bytes over as Latin-1; the API server writes UTF-8.
    let rest = Buffer.from(header, 'latin1').toString('utf8');
    const texts: string[] = [];
    for (let match = WARNING.exec(rest); match !== null; match = WARNING.exec(rest)) {
      const [whole, code, text] = match;
      if (code === '299' && text !== undefined) {
        texts.push(text.replaceAll(/\\(.)/gu, '$1'));
      }
      rest = rest.slice(whole.length);
    }
    return texts;
  });
}
