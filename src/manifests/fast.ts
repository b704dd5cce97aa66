/**
 * Reads most documents in a tenth of the time that `thorough.ts` takes. What is unusual or wrong is left to that one, so
 * there is one place that knows anchors, tags, merge keys and what to say of an error, and both always agree.
 */
import { COLLECTION_STYLE, EVENT_ID, parseEvents, YAMLException, type Event } from 'js-yaml';
import { Finder } from './finder.ts';
import type { ManifestPath, ManifestValue } from './manifest.ts';
import { keyOf, leave, scalarValue, startOf, unsure } from './scalars.ts';

export interface FastDocument {
  /** Undefined for a document without content. */
  readonly value: ManifestValue | undefined;
  /** Where in the text the value at a path begins, or its nearest ancestor; undefined where that is not known here. */
  offsetOf(path: ManifestPath): number | undefined;
}

/**
 * What the parsers may understand in different ways: tabs, carriage returns, what cannot be printed, and block scalars that
 * say how far they are indented or that keep the lines at their end.
 */
// eslint-disable-next-line no-control-regex -- These are what is looked for.
const doubtful = /[\0-\t\v-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]|[|>](?:-?[0-9]|[0-9]*\+)/;

/** The text of one document; undefined where this reader does not know better than `thorough.ts`. */
export function readFast(text: string): FastDocument | undefined {
  if (doubtful.test(text)) return undefined;
  try {
    const events = parseEvents(text, {});
    const value = new Reader(text, events).document();
    let finder: Finder | undefined;
    return {
      value,
      offsetOf(path) {
        finder ??= new Finder(text, events);
        return finder.find(path);
      },
    };
  } catch (error) {
    if (error instanceof YAMLException || error === unsure) return undefined;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  readonly #events: readonly Event[];
  #next = 0;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  document(): ManifestValue | undefined {
    if (this.#events.length === 0) return undefined;
    const last = this.#events.length - 1;
    const [first] = this.#events;
    // Its own marks have been taken off: what looks like one here is none to everybody.
    if (first?.type !== EVENT_ID.DOCUMENT || first.explicitStart || first.explicitEnd) leave();
    this.#next = 1;
    if (this.#events.length === 2) return undefined;
    // Of a document that is no more than a scalar nothing is to be gained.
    if (this.#events[1]?.type === EVENT_ID.SCALAR) leave();
    const value = this.#value();
    return this.#next === last ? value : leave();
  }

  #value(): ManifestValue {
    const event = this.#events[this.#next] ?? leave();
    this.#next += 1;
    if (event.type === EVENT_ID.SCALAR) return scalarValue(this.#text, event);
    if (event.type === EVENT_ID.MAPPING) return this.#mapping(event);
    return event.type === EVENT_ID.SEQUENCE ? this.#sequence(event) : leave();
  }

  #sequence({ anchorStart, tagStart }: Event & { type: 2 }): ManifestValue[] {
    if (anchorStart !== -1 || tagStart !== -1) leave();
    const items: ManifestValue[] = [];
    while (!this.#isEnd()) items.push(this.#value());
    return items;
  }

  #mapping({ anchorStart, tagStart, style }: Event & { type: 3 }): ManifestValue {
    if (anchorStart !== -1 || tagStart !== -1) leave();
    const object: Record<string, ManifestValue> = {};
    let isFirst = true;
    while (!this.#isEnd()) {
      const key = this.#key(!isFirst && style === COLLECTION_STYLE.BLOCK);
      // Also what every object inherits.
      if (key in object) leave();
      object[key] = this.#value();
      isFirst = false;
    }
    return object;
  }

  #isEnd(): boolean {
    if (this.#events[this.#next]?.type !== EVENT_ID.POP) return false;
    this.#next += 1;
    return true;
  }

  /** @param startsLine true where the library takes also what follows an item of a list on the same line */
  #key(startsLine: boolean): string {
    const event = this.#events[this.#next];
    this.#next += 1;
    if (event?.type !== EVENT_ID.SCALAR) leave();
    if (startsLine && !this.#isFirstOnLine(startOf(event))) leave();
    return keyOf(this.#text, event);
  }

  #isFirstOnLine(offset: number): boolean {
    let before = offset - 1;
    while (this.#text[before] === ' ') before -= 1;
    return before < 0 || this.#text[before] === '\n';
  }
}
