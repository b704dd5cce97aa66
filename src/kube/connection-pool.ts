import type { Dispatcher } from 'undici';

/** How long a pool is used, in milliseconds: client certificates of exec plugins and files are renewed under us. */
const maxAgeMs = 60_000;

/**
 * Keeps connections between calls. client-node makes a pool for every call, and a TLS handshake for each costs many times
 * what the call does; a review that looks up five kinds would wait for five.
 */
export class ConnectionPool {
  #current: Dispatcher | undefined;
  #madeAt = 0;

  /**
   * The pool to use for a call.
   * @param fresh what client-node has just made, with the credentials of this moment
   */
  choose(fresh: Dispatcher | undefined): Dispatcher | undefined {
    if (this.#current !== undefined && performance.now() - this.#madeAt < maxAgeMs) return this.#current;
    this.forget();
    this.#current = fresh;
    this.#madeAt = performance.now();
    return fresh;
  }

  /** Called when the credentials were refused, so that the next call takes new ones. */
  forget(): void {
    const old = this.#current;
    this.#current = undefined;
    // Waits for the calls that are under way.
    old?.close().catch(() => undefined);
  }
}
