/** Elements of HTML and SVG, as text. */

/** Text that needs no escaping any more. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Child = Markup | string | number;

/** Text children and attribute values are escaped. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | true>> = {},
  ...children: readonly Child[]
): Markup {
  const content = children.map((child) => (child instanceof Markup ? child.text : escape(rounded(child))));
  return new Markup(`<${name}${attributesText(attributes)}>${content.join('')}</${name}>`);
}

/** An element that has no end tag, such as `input`. An attribute that is true is written without a value. */
export function voidElement(
  name: string,
  attributes: Readonly<Record<string, string | number | true>> = {},
): Markup {
  return new Markup(`<${name}${attributesText(attributes)}>`);
}

export function join(parts: readonly Markup[]): Markup {
  return new Markup(parts.map(({ text }) => text).join('\n'));
}

function attributesText(attributes: Readonly<Record<string, string | number | true>>): string {
  return Object.entries(attributes)
    .map(([key, value]) => (value === true ? ` ${key}` : ` ${key}="${escape(rounded(value))}"`))
    .join('');
}

/** A tenth of a pixel is enough, and keeps the picture small. */
function rounded(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : value;
}

/** Control characters are no text, and neither is half a character: browsers replace some of them and refuse others. */
export function readable(text: string): string {
  return text.toWellFormed().replaceAll(controls, '\uFFFD');
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;

export function escape(text: string): string {
  return readable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
