import { setTimeout as sleep } from 'node:timers/promises';
import { ListWatch, Watch, type KubeConfig, type KubernetesObject } from '@kubernetes/client-node';
import type { JsonObject } from '../policy/json.ts';
import type { KubeClient } from './client.ts';

export interface WatchedOptions {
  /** For example `/api/v1/namespaces`. */
  readonly path: string;
  readonly kind: { readonly apiVersion: string; readonly kind: string };
  /** Only the object of this name: RBAC that names an object allows to list and watch no other. */
  readonly name?: string | undefined;
  /** Called with every failure; the watch goes on by itself. */
  readonly onError: (error: unknown) => void;
}

export interface WatchedEvents {
  readonly set: (object: JsonObject) => void;
  readonly delete: (object: JsonObject) => void;
}

/** The client types what it passes on, but passes on what it parsed. */
const raw =
  (to: (object: JsonObject) => void) =>
  (object: KubernetesObject): void =>
    to(object as unknown as JsonObject);

/** The first list of a large cluster takes longer than a review may wait; nothing waits for it but readiness. */
const listTimeoutMs = 60_000;

/** Between two watches: where a proxy ends them early, the informer would wait for up to 30 s and see nothing. */
const maxPauseMs = 1000;

const firstRetryMs = 200;
const maxRetryMs = 5000;

/**
 * Keeps a view of a collection up to date: lists, watches, and begins again for ever when the connection breaks. The
 * informer of client-node does the protocol (resource versions, 410 Gone, and giving up a connection that has been silent
 * for 30 s); it stops at an error, so this starts it again with a growing delay.
 */
export class Watched {
  readonly #informer: ListWatch<KubernetesObject>;
  readonly #stop = new AbortController();
  readonly #onError: (error: unknown) => void;
  #retryMs = firstRetryMs;
  #isFilled = false;

  constructor(client: KubeClient, { path, kind, name, onError }: WatchedOptions, events: WatchedEvents) {
    this.#onError = onError;
    const fieldSelector = name === undefined ? undefined : `metadata.name=${name}`;
    const list = async () => {
      const items: JsonObject[] = [];
      const page = await client.call(path, {
        query: { resourceVersion: '0', ...(fieldSelector !== undefined && { fieldSelector }) },
        signal: this.#stop.signal,
        timeoutMs: listTimeoutMs,
      });
      const { metadata, items: listed } = page as unknown as { metadata: object; items?: JsonObject[] };
      for (const item of listed ?? []) items.push({ ...item, ...kind });
      this.#retryMs = firstRetryMs;
      // The informer takes the list over, and tells what listens, in the microtasks after this returns.
      setImmediate(() => {
        this.#isFilled = true;
      });
      return {
        apiVersion: 'v1',
        kind: `${kind.kind}List`,
        metadata,
        items: items as unknown as KubernetesObject[],
      };
    };
    const watch = new StoppableWatch(client.config, this.#stop.signal);
    this.#informer = new ListWatch(path, watch, list, false, undefined, fieldSelector, {
      delayFn: (ms) => this.#pause(Math.min(ms, maxPauseMs)),
    });
    this.#informer.on('add', raw(events.set));
    this.#informer.on('update', raw(events.set));
    this.#informer.on('delete', raw(events.delete));
    this.#informer.on('error', (error: unknown) => {
      if (this.#stop.signal.aborted) return;
      onError(error);
      void this.#restart();
    });
  }

  /** Begins to watch. Never fails: what goes wrong is reported and tried again. */
  start(): void {
    this.#run();
  }

  /** True once the first list has arrived. */
  get isFilled(): boolean {
    return this.#isFilled;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#informer.stop();
  }

  #run(): void {
    this.#informer.start().catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      this.#onError(error);
      void this.#restart();
    });
  }

  async #restart(): Promise<void> {
    const delay = this.#retryMs;
    this.#retryMs = Math.min(delay * 2, maxRetryMs);
    await this.#pause(delay);
    if (!this.#stop.signal.aborted) this.#run();
  }

  /** Ends early, and does not fail, when the watch is stopped. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

/**
 * A watch as the informer of client-node wants it, but for three things. Credentials that fail must end the watch like a
 * connection that breaks: the informer would begin the next one with a promise that nobody holds, which ends the process.
 * The same goes for lines that are no events, such as the page of a proxy. And the informer does not look again whether it
 * was stopped once it waits for its turn.
 */
class StoppableWatch extends Watch {
  readonly #stopped: AbortSignal;

  constructor(config: KubeConfig, stopped: AbortSignal) {
    super(config);
    this.#stopped = stopped;
  }

  override async watch(...[path, query, event, done]: Parameters<Watch['watch']>): Promise<AbortController> {
    if (this.#stopped.aborted) return new AbortController();
    let controller: AbortController;
    try {
      controller = await super.watch(path, query, ofObjects(event), done);
    } catch (error) {
      done(error);
      return new AbortController();
    }
    // It may have been stopped while it was connecting.
    if (this.#stopped.aborted) controller.abort();
    return controller;
  }
}

type OnEvent = Parameters<Watch['watch']>[2];

function ofObjects(event: OnEvent): OnEvent {
  return (phase, object, whole) => {
    if (typeof object === 'object' && object !== null) event(phase, object, whole);
  };
}
