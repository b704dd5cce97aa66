import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A review this large, in bytes, is a hundred times the usual one, and rare. */
const largeBodyBytes = 512 * 1024;

/** Milliseconds between the last large body and the collection, so that a burst of them is collected once. */
const idleMs = 500;

/**
 * Gives memory back after large bodies. V8 lets garbage stand until the heap has grown by a good part of the whole, and
 * ordinary reviews never make it grow: without this a single hostile megabyte would stay in the resident memory of an
 * idle pod for days, against its memory limit.
 */
export class MemoryReturner {
  readonly #collect: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(collect: () => void = collectGarbage) {
    this.#collect = collect;
  }

  /** Tells of a body that was handled. */
  handled(bytes: number): void {
    if (bytes < largeBodyBytes) return;
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#due(), idleMs).unref();
    else this.#timer.refresh();
  }

  #due(): void {
    this.#timer = undefined;
    this.#collect();
  }
}

type Collector = (options: { type: 'major'; execution: 'async'; flavor: 'last-resort' }) => Promise<void>;
let collector: Collector | undefined;

function collectGarbage(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as Collector;
  }
  void collector({ type: 'major', execution: 'async', flavor: 'last-resort' });
}
