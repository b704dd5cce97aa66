/**
 * Reads most documents in a tenth of the time that `thorough.ts` takes. What is unusual or wrong is left to that one, so
 * there is one place that knows anchors, tags, merge keys and what to say of an error, and both always agree.
 */
import {
  COLLECTION_STYLE,
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
  type Event,
} from 'js-yaml';
import type { ManifestPath, ManifestValue } from './manifest.ts';
import { plainValue } from './plain-scalars.ts';

type Scalar = Extract<Event, { type: 4 }>;

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
    return { value, offsetOf: (path) => new Finder(text, events).find(path) };
  } catch (error) {
    if (error instanceof YAMLException || error === unsure) return undefined;
    throw error;
  }
}

/** Ends reading. No error, as nothing is known to be wrong. */
const unsure = Symbol('left to the thorough reader');

function leave(): never {
  // oxlint-disable-next-line no-throw-literal -- Costs nothing, and is caught above.
  throw unsure;
}

/** A key that is longer must not be without a `?` (https://yaml.org/spec/1.2.2/#742-flow-mappings). */
const longestKey = 1000;

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

function keyOf(text: string, event: Scalar): string {
  const { valueStart, valueEnd, style } = event;
  if (valueStart === -1 || valueEnd - valueStart > longestKey) leave();
  const value = scalarValue(text, event);
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return leave();
  return value === '<<' && style === SCALAR_STYLE.PLAIN ? leave() : value;
}

/** Of a scalar that is no block: before its quote. */
function startOf({ valueStart, style }: Scalar): number {
  return style === SCALAR_STYLE.PLAIN ? valueStart : valueStart - 1;
}

function scalarValue(text: string, event: Scalar): ManifestValue {
  if (event.anchorStart !== -1 || event.tagStart !== -1) leave();
  const value = getScalarValue(text, event);
  if (event.style !== SCALAR_STYLE.PLAIN) return value;
  const resolved = plainValue(value);
  return resolved === undefined ? leave() : resolved;
}

/** Goes through the events of a document that has been read before. */
class Finder {
  readonly #text: string;
  readonly #events: readonly Event[];

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  find(path: ManifestPath): number | undefined {
    let at = 1;
    for (const step of path) {
      const child = this.#child(at, step);
      if (child === undefined) break;
      at = child;
    }
    return this.#offset(at);
  }

  /** The event of what a step leads to. */
  #child(parent: number, step: string | number): number | undefined {
    const { type } = this.#events[parent] ?? {};
    let at = parent + 1;
    if (type === EVENT_ID.SEQUENCE) {
      for (let index = 0; this.#isValue(at); index += 1) {
        if (index === Number(step)) return at;
        at = this.#after(at);
      }
    } else if (type === EVENT_ID.MAPPING) {
      while (this.#isValue(at)) {
        const key = this.#events[at] as Scalar;
        if (keyOf(this.#text, key) === String(step)) return at + 1;
        at = this.#after(at + 1);
      }
    }
    return undefined;
  }

  #isValue(at: number): boolean {
    return this.#events[at]?.type !== EVENT_ID.POP;
  }

  /** The event after a value with all that it holds. */
  #after(start: number): number {
    let at = start;
    let depth = 0;
    do {
      const { type } = this.#events[at] ?? {};
      if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth += 1;
      else if (type === EVENT_ID.POP) depth -= 1;
      at += 1;
    } while (depth > 0);
    return at;
  }

  #offset(at: number): number | undefined {
    const event = this.#events[at];
    if (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) return event.start;
    if (event?.type !== EVENT_ID.SCALAR || event.valueStart === -1) return undefined;
    // Of a block scalar only the start of its text is known, which is below where it begins.
    return event.style > SCALAR_STYLE.DOUBLE_QUOTED ? undefined : startOf(event);
  }
}
