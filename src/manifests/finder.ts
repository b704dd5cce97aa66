import { EVENT_ID, SCALAR_STYLE, type Event } from 'js-yaml';
import type { ManifestPath } from './manifest.ts';
import { keyOf, startOf, type Scalar } from './scalars.ts';

/** Events by the step that leads to them. */
type Children = ReadonlyMap<string, number>;

/**
 * Finds values among the events of a document that has been read before. Whoever asks for one place mostly asks for many,
 * such as those of all items of a List, so no collection is gone through twice.
 */
export class Finder {
  readonly #text: string;
  readonly #events: readonly Event[];
  /** For each event that opens a collection, the one after its end. */
  readonly #ends: Int32Array;
  /** Of the collections that were asked for. */
  readonly #children = new Map<number, Children>();

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
    this.#ends = endsOf(events);
  }

  /** Where in the text the value at a path begins, or its nearest ancestor; undefined where that is not known here. */
  find(path: ManifestPath): number | undefined {
    let at = 1;
    for (const step of path) {
      const child = this.#childrenOf(at).get(String(step));
      if (child === undefined) break;
      at = child;
    }
    return this.#offset(at);
  }

  #childrenOf(parent: number): Children {
    const known = this.#children.get(parent);
    if (known !== undefined) return known;
    const children = new Map<string, number>();
    const type = this.#events[parent]?.type;
    const isMapping = type === EVENT_ID.MAPPING;
    if (isMapping || type === EVENT_ID.SEQUENCE) {
      const last = (this.#ends[parent] ?? 0) - 1;
      for (let at = parent + 1; at < last;) {
        const value = isMapping ? at + 1 : at;
        children.set(isMapping ? this.#keyAt(at) : String(children.size), value);
        at = this.#ends[value] ?? last;
      }
    }
    this.#children.set(parent, children);
    return children;
  }

  #keyAt(at: number): string {
    return keyOf(this.#text, this.#events[at] as Scalar);
  }

  #offset(at: number): number | undefined {
    const event = this.#events[at];
    if (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) return event.start;
    if (event?.type !== EVENT_ID.SCALAR || event.valueStart === -1) return undefined;
    // Of a block scalar only the start of its text is known, which is below where it begins.
    return event.style > SCALAR_STYLE.DOUBLE_QUOTED ? undefined : startOf(event);
  }
}

/** For each event the one after the value that it begins, with all that it holds. */
function endsOf(events: readonly Event[]): Int32Array {
  const ends = new Int32Array(events.length);
  const open: number[] = [];
  for (const [at, { type }] of events.entries()) {
    ends[at] = at + 1;
    if (type === EVENT_ID.POP) ends[open.pop() ?? at] = at + 1;
    else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) open.push(at);
  }
  return ends;
}
