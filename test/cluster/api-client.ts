/** Plain requests to the API server over kept-alive connections: what kubectl hides, and thousands of them. */
import { Agent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { KeyPair } from './pki.ts';
import { parseWarnings } from './warning-header.ts';

const REQUEST_TIMEOUT_MS = 60_000;
const MAX_CONNECTIONS = 32;
/** Below the server's own idle limit of 90 s, so that a request never meets a connection that is being closed. */
const IDLE_MS = 30_000;

export interface ApiResponse<Body> {
  readonly status: number;
  /** Parsed when it is JSON, else the text. */
  readonly body: Body;
  /** The texts of the `Warning` headers, in order. */
  readonly warnings: readonly string[];
}

/**
 * `body` is sent as JSON; a string is sent as it is. `Body` is what the caller expects and is not checked.
 * Any HTTP status resolves; only a failed connection rejects.
 */
export type ApiRequest = <Body = unknown>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<ApiResponse<Body>>;

export interface ApiClient {
  readonly request: ApiRequest;
  close(): void;
}

export function createApiClient(url: string, caCertificate: string, client: KeyPair): ApiClient {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: MAX_CONNECTIONS,
    timeout: IDLE_MS,
    ca: caCertificate,
    cert: client.certificate,
    key: client.key,
  });
  return {
    request: async <Body>(
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<ApiResponse<Body>> => {
      const outgoing = httpsRequest(new URL(path, url), {
        agent,
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...lowerCased(headers),
        },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      // A connection that breaks amid the response fails the reading below; without a listener it would crash Node too.
      outgoing.on('error', () => {});
      outgoing.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
      const [incoming]: IncomingMessage[] = await once(outgoing, 'response');
      if (incoming === undefined) {
        throw new Error(`${method} ${path} got no response`);
      }
      const content = await text(incoming);
      const isJson = incoming.headers['content-type']?.startsWith('application/json') === true;
      return {
        status: incoming.statusCode ?? 0,
        body: isJson ? JSON.parse(content) : content,
        warnings: parseWarnings(incoming.headersDistinct['warning'] ?? []),
      };
    },
    close: () => agent.destroy(),
  };
}

/** So that a caller's `Content-Type` replaces ours instead of standing beside it. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
