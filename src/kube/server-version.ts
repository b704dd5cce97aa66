import { setTimeout as sleep } from 'node:timers/promises';
import { asObject, asString } from '../policy/json.ts';
import type { KubeClient } from './client.ts';

/**
 * The minor version that an API server behaves like, as 34 in 1.34; undefined where it does not say. Vendors append to the
 * digits (`34+`); an emulated version counts, because the feature gates follow it (KEP-4330).
 */
export async function readServerMinor(client: KubeClient): Promise<number | undefined> {
  const version = asObject(await client.call('/version'));
  const minor = asString(version['emulationMinor']) ?? asString(version['minor']) ?? '';
  const digits = /^\d+/.exec(minor)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** An API server is upgraded under us; a minute of the old behaviour is no harm. */
const intervalMs = 60_000;
const retryMs = 1000;

/** The version of an API server, read again now and then. */
export class ServerVersion {
  readonly #client: KubeClient;
  readonly #onError: (error: unknown) => void;
  readonly #stop = new AbortController();
  #minor: number | undefined;
  #isRead = false;

  /** @param onError called with every failure; it is tried again by itself */
  constructor(client: KubeClient, onError: (error: unknown) => void) {
    this.#client = client;
    this.#onError = onError;
  }

  get minor(): number | undefined {
    return this.#minor;
  }

  /** True once it has been read. */
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
      const succeeded = await this.#read();
      // What is being waited for is the next upgrade, which must not keep a process alive.
      await sleep(succeeded ? intervalMs : retryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #read(): Promise<boolean> {
    try {
      this.#minor = await readServerMinor(this.#client);
      this.#isRead = true;
      return true;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#onError(error);
      return false;
    }
  }
}
