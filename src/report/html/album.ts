/**
 * The pictures of a page. Most workloads of a cluster stop in one of a few ways, so equal drawings are kept once and shown
 * by reference.
 */
import { element, type Markup } from '../markup.ts';
import type { Drawing } from '../pictures/drawing.ts';
import { hatchPattern } from '../pictures/style.ts';
import type { Sentence } from '../pictures/words.ts';

export class Album {
  /** By content. */
  readonly #drawings = new Map<string, { readonly id: string; readonly drawing: Drawing }>();

  /** The picture with its title and what it says. */
  figure(title: string, drawing: Drawing, sentences: readonly Sentence[]): Markup {
    const { width, height } = drawing;
    return element(
      'figure',
      {},
      element('h4', {}, title),
      element(
        'div',
        { class: 'frame' },
        element(
          'svg',
          {
            class: 'picture',
            viewBox: `0 0 ${width} ${height}`,
            width,
            height,
            role: 'img',
            'aria-label': `${title}. ${sentences.map(({ text }) => text).join(' ')}`,
          },
          element('use', { href: `#${this.#idOf(drawing)}` }),
        ),
      ),
      element(
        'figcaption',
        {},
        element(
          'ul',
          {},
          ...sentences.map(({ text, bad }) => element('li', bad ? { class: 'bad' } : {}, text)),
        ),
      ),
    );
  }

  #idOf(drawing: Drawing): string {
    const key = drawing.content.text;
    const known = this.#drawings.get(key);
    if (known !== undefined) return known.id;
    const id = `drawing-${this.#drawings.size + 1}`;
    this.#drawings.set(key, { id, drawing });
    return id;
  }

  get isEmpty(): boolean {
    return this.#drawings.size === 0;
  }

  /** What the figures refer to. To be put into the page once, after the last figure was made. */
  drawings(): Markup {
    const symbols = [...this.#drawings.values()].map(({ id, drawing: { width, height, content } }) =>
      element('symbol', { id, viewBox: `0 0 ${width} ${height}` }, content),
    );
    return element(
      'svg',
      { class: 'drawings', width: 0, height: 0, 'aria-hidden': 'true', focusable: 'false' },
      element('defs', {}, hatchPattern()),
      ...symbols,
    );
  }
}
