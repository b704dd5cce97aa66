import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { fetch, type BodyInit } from 'undici';
import { ConnectionPool } from './connection-pool.ts';
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

export interface Call {
  readonly method?: 'GET' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly contentType?: string;
  /** JSON unless said otherwise. */
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the answer, in milliseconds; 2 s unless said otherwise. */
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
    await this.config.applySecurityAuthentication(context);
    const dispatcher = this.#pool.choose(context.getDispatcher());
    const deadline = deadlineIn(timeoutMs);
    const content: BodyInit | undefined = body === undefined ? undefined : JSON.stringify(body);
    let status: number;
    let text: string;
    try {
      const response = await fetch(url, {
        method,
        headers: {
          ...context.getHeaders(),
          accept,
          ...(contentType && { 'content-type': contentType }),
        },
        signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
        ...(dispatcher && { dispatcher }),
        ...(content !== undefined && { body: content }),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw new ApiError(
        `the API server at ${this.#server} does not answer: ${causeOf(error, timeoutMs)}`,
        undefined,
        {
          cause: error,
        },
      );
    } finally {
      deadline.clear();
    }
    if (status === 401) this.#pool.forget();
    if (status >= 400)
      throw new ApiError(`the API server refuses ${method} ${path}: ${messageOf(text)}`, status);
    return parse(text, path);
  }

  /** The object at a path; undefined when there is none. */
  async find(path: string): Promise<JsonObject | undefined> {
    try {
      return asObject(await this.call(path));
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
function deadlineIn(milliseconds: number): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException('the deadline is over', 'TimeoutError')),
    milliseconds,
  );
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
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
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}

/** Credentials from a kubeconfig file. Throws ApiError with the file and the reason. */
export function kubeConfigFromFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ApiError(`cannot read the kubeconfig ${file}: ${reason}`);
  }
  return config;
}

/** Credentials as kubectl finds them: KUBECONFIG, then ~/.kube/config; undefined when there are none. */
export function kubeConfigOfUser(): KubeConfig | undefined {
  // Empty is as good as absent, to kubectl as well; client-node would then make up a cluster at localhost:8080.
  const files = process.env['KUBECONFIG'] || undefined;
  const file = files ?? join(homedir(), '.kube', 'config');
  if (files === undefined && !existsSync(file)) return undefined;
  const config = new KubeConfig();
  try {
    // Of several files the first says which context is current, as for kubectl.
    config.loadFromDefault(undefined, true);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ApiError(`cannot read the kubeconfig ${file}: ${reason}`);
  }
  return config;
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
