import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { fetch, type BodyInit } from 'undici';
import { ConnectionPool } from './connection-pool.ts';
import { guardExecPlugins } from './exec-plugin.ts';
import { asObject, asString, isObject, type Json, type JsonObject } from '../policy/json.ts';

/** A refusal or failure of the API server, in words for people. */
export class ApiError extends Error {
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
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
  readonly method?: 'GET' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly contentType?: string;
  /** JSON unless said otherwise. */
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for credentials and the answer, in milliseconds; 2 s unless said otherwise. */
  readonly timeoutMs?: number | undefined;
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
    if (status >= 400)
      throw new ApiError(`the API server refuses ${method} ${path}: ${messageOf(text)}`, status);
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
    options: Pick<Call, 'signal' | 'accept' | 'timeoutMs'> = {},
  ): AsyncGenerator<JsonObject> {
    let next: string | undefined;
    do {
      const query = { limit: '500', ...(next !== undefined && { continue: next }) };
      const page = asObject(await this.call(path, { ...options, query }));
      const items = page['items'];
      for (const item of Array.isArray(items) ? (items as readonly Json[]) : []) {
        if (isObject(item)) yield { ...item, ...kind };
      }
      next = asString(asObject(page['metadata'])['continue']) || undefined;
    } while (next !== undefined);
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

function messageOf(text: string): string {
  try {
    return asString(asObject(JSON.parse(text) as Json)['message']) ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}

/** undici says only "fetch failed"; why is in the cause. */
function causeOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  if (error.cause instanceof Error) return error.cause.message || String(error.cause);
  // What an exec plugin says on stderr ends with a line break, and may be nothing.
  return error.message.trim() || 'no reason is given';
}

/** Credentials from a kubeconfig file. Throws ApiError with the file and the reason. */
export function kubeConfigFromFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  return config;
}

/**
 * Credentials as kubectl finds them: the files of KUBECONFIG, then ~/.kube/config; undefined when there are none. That
 * KUBECONFIG names only files that are not there is an error, rather than a reason to take another cluster.
 */
export function kubeConfigOfUser(): KubeConfig | undefined {
  const named = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (named.length > 0) return mergedConfig(named);
  const file = join(homedir(), '.kube', 'config');
  return existsSync(file) ? mergedConfig([file]) : undefined;
}

/** Of entries with the same name the first counts, and of the current contexts the first that is set. */
function mergedConfig(files: readonly string[]): KubeConfig {
  const merged = new KubeConfig();
  let missing: ApiError | undefined;
  let isFound = false;
  for (const file of files) {
    try {
      const text = readFileSync(file, 'utf8');
      isFound = true;
      // To kubectl an empty file is a kubeconfig with nothing in it.
      if (text.trim() !== '') addConfig(merged, text, dirname(file));
    } catch (error) {
      if (!isMissing(error)) throw unreadable(file, error);
      missing ??= unreadable(file, error);
    }
  }
  if (!isFound && missing !== undefined) throw missing;
  return merged;
}

function addConfig(merged: KubeConfig, text: string, folder: string): void {
  const config = new KubeConfig();
  config.loadFromString(text);
  config.makePathsAbsolute(folder);
  merged.clusters = firstByName([...merged.clusters, ...config.clusters]);
  merged.users = firstByName([...merged.users, ...config.users]);
  merged.contexts = firstByName([...merged.contexts, ...config.contexts]);
  merged.currentContext ||= config.currentContext;
}

function firstByName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  return [...byName.values()];
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unreadable(file: string, error: unknown): ApiError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new ApiError(`cannot read the kubeconfig ${file}: ${reason}`);
}

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Credentials of the pod that this runs in; undefined outside of a cluster. */
export function kubeConfigInCluster(): KubeConfig | undefined {
  if (process.env['KUBERNETES_SERVICE_HOST'] === undefined || !existsSync(serviceAccountToken))
    return undefined;
  const config = new KubeConfig();
  config.loadFromCluster();
  return config;
}
