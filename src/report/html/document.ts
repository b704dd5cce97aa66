/** An HTML document that loads nothing and runs nothing but its own script. */
import { createHash } from 'node:crypto';
import { element, join, Markup, voidElement } from '../markup.ts';

export interface DocumentParts {
  readonly title: string;
  readonly style: string;
  readonly script: string;
  readonly body: readonly Markup[];
}

const icon =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path fill='none' stroke='#2f7d4f' stroke-width='2' " +
  "d='M3 14V6a5 5 0 0 1 10 0v8M8 2v12M3 9h10'/></svg>";

/** Which a browser would else ask the server for. */
export const iconLink = voidElement('link', {
  rel: 'icon',
  href: `data:image/svg+xml,${encodeURIComponent(icon)}`,
});

export function htmlDocument({ title, style, script, body }: DocumentParts): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    // For the icon.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const head = element(
    'head',
    {},
    voidElement('meta', { charset: 'utf-8' }),
    voidElement('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    voidElement('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    voidElement('meta', { name: 'referrer', content: 'no-referrer' }),
    element('title', {}, title),
    iconLink,
    new Markup(`<style>${style}</style>`),
  );
  const page = element(
    'html',
    { lang: 'en' },
    head,
    element('body', {}, join([...body, new Markup(`<script>${script}</script>`)])),
  );
  return `<!doctype html>\n${page.text}\n`;
}

/** What CSP knows a style or a script by: the text between its tags. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
