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
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly Child[]
): Markup {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(rounded(value))}"`);
  const content = children.map((child) => (child instanceof Markup ? child.text : escape(rounded(child))));
  return new Markup(`<${name}${pairs.join('')}>${content.join('')}</${name}>`);
}

export function join(parts: readonly Markup[]): Markup {
  return new Markup(parts.map(({ text }) => text).join('\n'));
}

/** A tenth of a pixel is enough, and keeps the picture small. */
function rounded(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : value;
}

export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
