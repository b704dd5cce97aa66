import { setTimeout as sleep } from 'node:timers/promises';
import { asObject, asString } from '../policy/json.ts';
import { ApiError, type KubeClient } from './client.ts';

/**
 * The minor version that an API server behaves like, as 34 in 1.34; undefined where it does not say. Vendors append to the
 * digits (`34+`); an emulated version counts, because the feature gates follow it (KEP-4330).
 * @param timeoutMs a minute unless said otherwise: a person waits, and an exec plugin takes its time
 */
export async function readServerMinor(client: KubeClient, timeoutMs = 60_000): Promise<number | undefined> {
  const version = asObject(await client.call('/version', { timeoutMs }));
  const minor = asString(version['emulationMinor']) ?? asString(version['minor']) ?? '';
  const digits = /^\d+/.exec(minor)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** An API server is upgraded under us; a minute of the old behaviour is no harm. */
const intervalMs = 60_000;
const firstRetryMs = 1000;
const maxRetryMs = 30_000;
const readTimeoutMs = 5000;

/** The version of an API server, read again now and then. */
export class ServerVersion {
  readonly #client: KubeClient;
  readonly #onError: (error: unknown) => void;
  readonly #stop = new AbortController();
  #minor: number | undefined;
  #isRead = false;
  #isRefused = false;
  #retryMs = firstRetryMs;

  /** @param onError called with every failure, but once only while it is refused; it is tried again by itself */
  constructor(client: KubeClient, onError: (error: unknown) => void) {
    this.#client = client;
    this.#onError = onError;
  }

  get minor(): number | undefined {
    return this.#minor;
  }

  /** True once it has been read, or refused: who may not read it must not wait for it. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Begins to read. Never fails. */
  start(): void {
    void this.#follow();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const delay = await this.#read();
      // What is being waited for is the next upgrade, which must not keep a process alive.
      await sleep(delay, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Gives the milliseconds until it is to be read again. */
  async #read(): Promise<number> {
    try {
      this.#minor = await readServerMinor(this.#client, readTimeoutMs);
      this.#isRead = true;
      this.#isRefused = false;
    } catch (error) {
      if (this.#stop.signal.aborted) return 0;
      if (!isRefusal(error)) {
        this.#onError(error);
        const delay = this.#retryMs;
        this.#retryMs = Math.min(delay * 2, maxRetryMs);
        return delay;
      }
      // The minor that was read before, if any, is the best that is known.
      if (!this.#isRefused) this.#onError(error);
      this.#isRead = true;
      this.#isRefused = true;
    }
    this.#retryMs = firstRetryMs;
    return intervalMs;
  }
}

/** An answer that another try will not change, as of an API server whose RBAC keeps /version from us. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status === undefined) return false;
  // Request Timeout and Too Many Requests say: later.
  return error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;
}
