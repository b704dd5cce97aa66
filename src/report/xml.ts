/**
 * Text and attributes of XML 1.0. Own code, because writing needs no more than this, and because the libraries that
 * write XML let pass what no parser takes: control characters and halves of surrogate pairs.
 */

/** Everything outside the production Char; such characters cannot be written in XML 1.0, not even as references. */
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  // Only needed in `]]>`, which must not stand in text.
  '>': '&gt;',
  '"': '&quot;',
  // Parsers make a line feed of it.
  '\r': '&#13;',
};

/** For between tags. What XML cannot hold becomes U+FFFD. */
export function xmlText(text: string): string {
  return text
    .replaceAll(forbidden, '\uFFFD')
    .replaceAll(/[&<>"\r]/g, (character) => entities[character] ?? character);
}

/** Name to value. Values keep their line ends and tabs, of which parsers would make spaces. */
export function xmlAttributes(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${attributeValue(String(value))}"`)
    .join('');
}

function attributeValue(value: string): string {
  return xmlText(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
