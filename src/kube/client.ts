import { HttpMethod, RequestContext, type KubeConfig } from '@kubernetes/client-node';
import { fetch, type BodyInit } from 'undici';
import { ConnectionPool } from './connection-pool.ts';
import { guardExecPlugins } from './exec-plugin.ts';
import {
  asArray,
  asNumber,
  asObject,
  asString,
  isObject,
  type Json,
  type JsonObject,
} from '../policy/json.ts';

interface RefusalParts {
  readonly continueToken?: string;
  readonly said?: string;
}

/** A refusal or failure of the API server, in words for people. */
export class ApiError extends Error {
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** Where a list may go on that has become too old to be gone on with as it was (410). */
  readonly continueToken: string | undefined;
  /** The words of the API server alone. */
  readonly said: string | undefined;

  constructor(message: string, status?: number, options: ErrorOptions & RefusalParts = {}) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
    this.continueToken = options.continueToken;
    this.said = options.said;
  }
}

/**
 * Whether our own credentials are no longer taken. Those of a pod end when it is deleted by force, while its process still
 * answers for two seconds; its watches go on meanwhile, so that what they have brought is as good as a read.
 */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly contentType?: string;
  /** JSON unless said otherwise. */
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for credentials and the answer, in milliseconds; 2 s unless said otherwise. */
  readonly timeoutMs?: number | undefined;
  /** Called with each warning that comes with an answer, as kubectl would show it. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** What a list takes of that, and who hears of its pages. */
export type ListCall = Pick<Call, 'signal' | 'accept' | 'timeoutMs'> & {
  readonly onPage?: ((page: PageRead) => void) | undefined;
  /** Makes the call for a page; just once unless said otherwise. */
  readonly attempt?: ((call: () => Promise<JsonObject>) => Promise<JsonObject>) | undefined;
};

/** A page of a list. */
export interface PageRead {
  /** Items of this page and of those before. */
  readonly read: number;
  /** How many are left, where the API server says. */
  readonly remaining: number | undefined;
}

/** A live read must leave a review time to be answered: the API server waits 5 s, and one review may need two reads. */
const callTimeoutMs = 2000;

/**
 * Calls an API server with the credentials of a KubeConfig and gives raw JSON: the generated clients decode into fixed
 * types and would drop every field that they have not heard of.
 */
export class KubeClient {
  readonly config: KubeConfig;
  readonly #server: string;
  readonly #pool = new ConnectionPool();

  constructor(config: KubeConfig) {
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new ApiError('the kubeconfig has no current cluster; set current-context');
    if (!URL.canParse(cluster.server))
      throw new ApiError(`the server in the kubeconfig is no URL: ${cluster.server}`);
    guardExecPlugins(config);
    this.config = config;
    this.#server = cluster.server.replace(/\/+$/, '');
  }

  get server(): string {
    return this.#server;
  }

  async call(
    path: string,
    {
      method = 'GET',
      query = {},
      body,
      contentType,
      accept = 'application/json',
      signal,
      timeoutMs = callTimeoutMs,
      onWarning,
    }: Call = {},
  ): Promise<Json> {
    const url = new URL(this.#server + path);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const context = new RequestContext(url.toString(), HttpMethod[method]);
    const deadline = deadlineIn(timeoutMs);
    const over = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]);
    const content: BodyInit | undefined = body === undefined ? undefined : JSON.stringify(body);
    let status: number;
    let text: string;
    let hasCredentials = false;
    try {
      // An exec plugin may hang, and take with it all that wait for the same read.
      await unlessAborted(over, () => this.config.applySecurityAuthentication(context));
      hasCredentials = true;
      const dispatcher = this.#pool.choose(context.getDispatcher());
      const response = await fetch(url, {
        method,
        headers: {
          ...context.getHeaders(),
          accept,
          ...(contentType && { 'content-type': contentType }),
        },
        signal: over,
        ...(dispatcher && { dispatcher }),
        ...(content !== undefined && { body: content }),
      });
      status = response.status;
      if (onWarning !== undefined) for (const warning of warningsOf(response.headers)) onWarning(warning);
      text = await response.text();
    } catch (error) {
      const failed =
        hasCredentials || signal?.aborted === true
          ? `the API server at ${this.#server} does not answer`
          : `there are no credentials for the API server at ${this.#server}`;
      throw new ApiError(`${failed}: ${causeOf(error, timeoutMs)}`, undefined, { cause: error });
    } finally {
      deadline.clear();
    }
    if (status === 401) this.#pool.forget();
    if (status >= 400) throw refusal(`${method} ${path}`, status, text);
    return parse(text, path);
  }

  /** The object at a path; undefined when there is none. */
  async find(
    path: string,
    options: Pick<Call, 'signal' | 'timeoutMs'> = {},
  ): Promise<JsonObject | undefined> {
    try {
      return asObject(await this.call(path, options));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Every item of a list, page by page, so that memory stays flat. Items get the apiVersion and kind that lists leave out. */
  async *list(
    path: string,
    kind: { apiVersion: string; kind: string },
    { onPage, attempt = (call) => call(), ...options }: ListCall = {},
  ): AsyncGenerator<JsonObject> {
    let next: string | undefined;
    let read = 0;
    do {
      const token = next;
      const page = await attempt(() => this.#page(path, options, token));
      const items = asArray(page['items']);
      const metadata = asObject(page['metadata']);
      read += items.length;
      onPage?.({ read, remaining: asNumber(metadata['remainingItemCount']) });
      for (const item of items) if (isObject(item)) yield { ...item, ...kind };
      next = asString(metadata['continue']) || undefined;
    } while (next !== undefined);
  }

  /**
   * A list that takes longer than the API server keeps its state (five minutes) goes on with the state of now: what moves
   * meanwhile may be missed, as in any two calls (k8s.io/apimachinery, ListMeta.continue).
   */
  async #page(path: string, options: Call, next: string | undefined): Promise<JsonObject> {
    const query = (token: string | undefined) => ({ limit: '500', ...(token && { continue: token }) });
    try {
      return asObject(await this.call(path, { ...options, query: query(next) }));
    } catch (error) {
      if (next === undefined || !(error instanceof ApiError) || error.continueToken === undefined)
        throw error;
      return asObject(await this.call(path, { ...options, query: query(error.continueToken) }));
    }
  }
}

/** Unlike AbortSignal.timeout it can be cleared: thousands of calls a second would each leave a timer for two seconds. */
export function deadlineIn(milliseconds: number): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException('the deadline is over', 'TimeoutError')),
    milliseconds,
  );
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** What the work gives, unless the signal is aborted before: the work goes on then, and nobody hears of it. */
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function parse(text: string, path: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new ApiError(`the answer to ${path} is not JSON; is this a Kubernetes API server?`);
  }
}

/** What is not a Status may be of a proxy in between, and of any length. */
function refusal(call: string, status: number, text: string): ApiError {
  let answer: JsonObject = {};
  try {
    answer = asObject(JSON.parse(text) as Json);
  } catch {
    // Its text says it all.
  }
  const message = asString(answer['message']) ?? text.slice(0, 200);
  const continueToken = status === 410 ? asString(asObject(answer['metadata'])['continue']) : undefined;
  return new ApiError(`the API server refuses ${call}: ${message}`, status, {
    said: message,
    ...(continueToken !== undefined && { continueToken }),
  });
}

/** `299 - "text"`, several of them joined by commas (RFC 7234, 5.5). */
function warningsOf(headers: { get(name: string): string | null }): string[] {
  // HTTP knows no more than Latin-1 in headers, and the API server writes UTF-8.
  const header = Buffer.from(headers.get('warning') ?? '', 'latin1').toString();
  const found = header.matchAll(/\d{3} \S+ "(?<text>(?:[^"\\]|\\.)*)"/g);
  return [...found].map(({ groups }) => (groups?.['text'] ?? '').replaceAll(/\\(.)/g, '$1'));
}

/** undici says only "fetch failed"; why is in the cause. */
function causeOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  if (error.cause instanceof Error) return error.cause.message || String(error.cause);
  // What an exec plugin says on stderr ends with a line break, and may be nothing.
  return error.message.trim() || 'no reason is given';
}
