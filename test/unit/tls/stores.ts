import type { AuthorityState } from '../../../src/tls/authority.ts';
import type { AuthorityStore } from '../../../src/tls/self-managed.ts';

/** What replicas share in a test: one state with a version, as an API server keeps an object. */
export class SharedState {
  state: AuthorityState | undefined;
  isRotationWanted = false;
  version = 0;
  /** Every state that was written, in order. */
  readonly written: AuthorityState[] = [];
  /** Set to make every call fail. */
  failure: Error | undefined;
  /** The place to store it is gone. */
  isMissing = false;
  /** How often it was read, by all. */
  reads = 0;
  /** Called after each write of a replica. */
  onWrite: () => void = () => undefined;
  readonly #listeners = new Set<() => void>();

  /** Somebody else writes. */
  set(state: AuthorityState | undefined): void {
    this.state = state;
    this.version += 1;
    this.tell();
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** A replica's access to it. */
  store(): AuthorityStore<number> {
    let own: (() => void) | undefined;
    return {
      missing: 'there is no place for it',
      read: async () => {
        await this.#answer();
        this.reads += 1;
        if (this.isMissing) return undefined;
        return { state: this.state, isRotationWanted: this.isRotationWanted, revision: this.version };
      },
      write: async (state, revision) => {
        await this.#answer();
        if (revision !== this.version) return false;
        if (state.next !== undefined) this.isRotationWanted = false;
        this.written.push(state);
        this.set(state);
        this.onWrite();
        return true;
      },
      onChange: (listener) => {
        own = listener;
        this.#listeners.add(listener);
      },
      close: () => {
        if (own !== undefined) this.#listeners.delete(own);
        return Promise.resolve();
      },
    };
  }

  /** A network lies in between: what is read may be old when it is used. */
  async #answer(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failure !== undefined) throw this.failure;
  }
}
