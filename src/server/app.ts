import { STATUS_CODES } from 'node:http';
import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AdmissionContext } from '../admission/context.ts';
import { handle } from '../admission/handle.ts';
import type { WebhookPath } from '../admission/ports.ts';
import { reviewBody, type AdmissionResponse } from '../admission/response.ts';
import { readReview } from '../admission/review.ts';
import type { Json } from '../policy/json.ts';
import { BodyReader, maxBodyBytes } from './body.ts';
import type { Connections } from './connections.ts';
import { CallError, errorBody, errorCatalogue, type ErrorCode } from './errors.ts';
import { limits } from './limits.ts';
import { isHeard, type ServingTls } from './tls-options.ts';

/** What the server tells about calls, besides what admission records. */
export interface ServerEvents {
  /** @param seconds from the end of the body to the answer */
  answered(path: WebhookPath, seconds: number): void;
  badRequest(code: ErrorCode): void;
  bug(error: unknown): void;
}

export interface AppOptions {
  readonly context: AdmissionContext;
  readonly events: ServerEvents;
  readonly connections: Connections;
  readonly tls: ServingTls;
  /** Common names, of which a client's certificate must have one; undefined for any client. */
  readonly clientNames?: readonly string[] | undefined;
}

export type WebhookApp = FastifyInstance<Server>;

const routes: readonly (readonly [string, WebhookPath])[] = [
  ['/mutate', 'mutate'],
  ['/validate/enforce', 'enforce'],
  ['/validate/warn', 'warn'],
  ['/validate/audit', 'audit'],
  ['/namespaces', 'namespaces'],
];

/** The API server says in `?timeout=` how long it waits; without it, what it would wait at most is assumed. */
const assumedTimeoutMs = 2000;

/** Builds the webhook's HTTPS application. Does not listen. */
export function buildApp({ context, events, connections, tls, clientNames }: AppOptions): WebhookApp {
  const app = Fastify({
    https: { ...tls, ...limits.server },
    bodyLimit: maxBodyBytes,
    keepAliveTimeout: limits.server.keepAliveTimeout,
    requestTimeout: limits.server.requestTimeout,
    connectionTimeout: 0,
    logger: false,
    clientErrorHandler: (error, socket) => {
      if (isTimeout(error) && connections.keepUnused(socket)) return;
      answerBrokenConnection(error, socket, events);
    },
    frameworkErrors: (error, _request, reply) => {
      void answerError(callErrorOf(error), reply, events);
    },
    // Review objects are answered once and never shown again: prototypes are not a danger, and dropping keys would be.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  });
  connections.attach(app.server);
  readBodies(app);
  answerErrors(app, events);
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    if (connections.shouldClose(socket)) reply.header('connection', 'close');
    done(isHeard(socket, clientNames) ? undefined : new CallError('unknown-client'));
  });
  for (const [url, path] of routes) {
    app.post(url, (request, reply) => {
      const started = performance.now();
      const review = readReview(request.body as Json);
      if ('problem' in review) throw new CallError('not-a-review', review.problem);
      const answered = (response: AdmissionResponse): FastifyReply => {
        events.answered(path, (performance.now() - started) / 1000);
        return reply.header('content-type', 'application/json').send(reviewBody(response));
      };
      const response = handle(path, review, context, timeoutMs(request));
      return response instanceof Promise ? response.then(answered) : answered(response);
    });
  }
  return app;
}

function readBodies(app: WebhookApp): void {
  const reader = new BodyReader();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (_request, payload, done) => reader.read(payload, done));
  app.addHook('onRequest', ({ raw }, reply, done) => {
    // Also when the client has gone before its answer.
    reply.raw.once('close', () => reader.answered(raw));
    done();
  });
}

function answerErrors(app: WebhookApp, events: ServerEvents): void {
  app.setNotFoundHandler((_request, reply) => answerError(new CallError('not-found'), reply, events));
  app.setErrorHandler((error: unknown, _request, reply) => {
    const known = callErrorOf(error);
    if (known.code === 'internal') events.bug(error);
    return answerError(known, reply, events);
  });
}

function isTimeout(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
}

/** What comes before there is a request: no HTTP, headers without an end, a body that does not come in time. */
function answerBrokenConnection(error: Error, socket: Duplex, events: ServerEvents): void {
  const code = 'code' in error ? String(error.code) : '';
  // The client is gone; there is nobody to answer.
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const known: ErrorCode = isTimeout(error) ? 'request-timeout' : 'bad-request';
  const { status, message } = errorCatalogue[known];
  const body = errorBody(known, message);
  events.badRequest(known);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-type: application/json`;
  // A client that does not close its side is not waited for.
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, () => socket.destroy());
}

function answerError(
  { code, status, message }: CallError,
  reply: FastifyReply,
  events: ServerEvents,
): FastifyReply {
  events.badRequest(code);
  // What is left of a refused body may not be read to its end; the connection cannot be used again.
  if (code === 'too-large' || code === 'busy' || code === 'unknown-client')
    reply.header('connection', 'close');
  // The API server tries again, up to ten times, what comes with Retry-After.
  if (code === 'busy') reply.header('retry-after', '1');
  return reply.code(status).header('content-type', 'application/json').send(errorBody(code, message));
}

function callErrorOf(error: unknown): CallError {
  if (error instanceof CallError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new CallError('media-type');
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new CallError('too-large');
  if (code.startsWith('FST_ERR_CTP') || code === 'FST_ERR_BAD_URL') return new CallError('bad-request');
  return new CallError('internal');
}

function timeoutMs({ query }: FastifyRequest): number {
  const match = /^(\d+)s$/.exec((query as Record<string, string | undefined>)['timeout'] ?? '');
  return match ? Number(match[1]) * 1000 : assumedTimeoutMs;
}
