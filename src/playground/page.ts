import { iconLink } from '../report/html/document.ts';
import { element, Markup, voidElement } from '../report/markup.ts';
import type { Example } from './answer.ts';
import { mostCharacters, tooLong } from './limits.ts';

export interface PageParts {
  readonly examples: readonly Example[];
  readonly version: string;
  readonly nonce: string;
}

/** The page before its script runs: what to write in, and room for the verdict. */
export function playgroundPage({ examples, version, nonce }: PageParts): string {
  const head = element(
    'head',
    {},
    voidElement('meta', { charset: 'utf-8' }),
    voidElement('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, 'Gracegate playground'),
    iconLink,
    voidElement('link', { rel: 'stylesheet', href: '/playground.css', nonce }),
    element('script', { type: 'module', src: '/playground.js', nonce }),
  );
  const body = element('body', {}, header(version), main(examples), dataOf(examples));
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body).text}\n`;
}

function header(version: string): Markup {
  return element(
    'header',
    {},
    element('h1', {}, 'Gracegate playground'),
    element(
      'p',
      { class: 'muted' },
      `What is typed here is judged by the process that serves this page (Gracegate ${version}), and goes nowhere else.`,
    ),
    element(
      'noscript',
      {},
      element('p', {}, 'This page needs JavaScript. Without it: gracegate audit -f FILE'),
    ),
  );
}

function main(examples: readonly Example[]): Markup {
  return element(
    'main',
    {},
    element(
      'section',
      { class: 'written', 'aria-labelledby': 'manifests' },
      element(
        'div',
        { class: 'tools' },
        element('h2', { id: 'manifests' }, 'Manifests'),
        element('label', { for: 'example', class: 'unseen' }, 'Example'),
        exampleList(examples),
        element('button', { type: 'button', id: 'load' }, 'Load example'),
      ),
      element('div', { id: 'editor', 'data-most': mostCharacters, 'data-too-long': tooLong }),
      element('pre', { id: 'printed' }),
      element(
        'p',
        { id: 'keys', class: 'muted' },
        ...keys.flatMap(([key, purpose]) => [element('kbd', {}, key), ` ${purpose} `]),
      ),
    ),
    element(
      'section',
      { class: 'read', 'aria-labelledby': 'judged' },
      element(
        'div',
        { class: 'tools' },
        element('h2', { id: 'judged' }, 'Verdict'),
        element('div', { id: 'profiles', role: 'tablist', 'aria-label': 'Profile' }),
      ),
      element(
        'p',
        { class: 'choice' },
        element(
          'label',
          {},
          voidElement('input', { type: 'checkbox', id: 'patched', checked: true }),
          ' the pods as the profile patches them (',
          element('code', {}, 'gracegate.dev/mutate'),
          ')',
        ),
      ),
      element('p', { id: 'trouble', class: 'notice', role: 'alert', hidden: true }),
      element('p', { id: 'said', class: 'unseen', role: 'status' }),
      element('div', { id: 'verdict', role: 'tabpanel', tabindex: 0 }),
    ),
  );
}

const keys = [
  ['Tab', 'leaves the editor.'],
  ['F8', 'goes to the next problem.'],
  ['Ctrl-]', 'indents.'],
  ['Ctrl-Z', 'brings back what an example has replaced.'],
] as const;

function exampleList(examples: readonly Example[]): Markup {
  const groups = Map.groupBy(
    examples.map((example, index) => ({ ...example, index })),
    ({ group }) => group,
  );
  return element(
    'select',
    { id: 'example' },
    ...[...groups].map(([label, members]) =>
      element(
        'optgroup',
        { label },
        ...members.map(({ title, index }) => element('option', { value: index }, title)),
      ),
    ),
  );
}

/** For the script to read. No text in it may end its element. */
function dataOf(examples: readonly Example[]): Markup {
  const json = JSON.stringify(examples.map(({ text }) => text)).replaceAll('<', '\\u003c');
  return new Markup(`<script type="application/json" id="examples">${json}</script>`);
}
