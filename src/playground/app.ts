import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Configuration } from '../config/configuration.ts';
import type { Example, Question, Refusal } from './answer.ts';
import { callerProblem } from './callers.ts';
import { judgeText } from './judge-text.ts';
import { mostBytes, mostCharacters, tooLong } from './limits.ts';
import { playgroundPage } from './page.ts';
import { style } from './style.ts';

export interface PlaygroundOptions {
  /** The one that is running. */
  readonly configuration: () => Configuration;
  /** The file that it is of, as the user named it. */
  readonly configurationFile?: string | undefined;
  /** The bundle of `src/browser`. */
  readonly script: string;
  readonly examples: readonly Example[];
  readonly version: string;
  readonly bug: (error: unknown) => void;
}

/** Builds the playground's application: a page, its assets, and `POST /judge`. Does not listen. */
export function buildPlayground(options: PlaygroundOptions): FastifyInstance {
  const { configuration, configurationFile, script, bug } = options;
  const app = Fastify({ logger: false, bodyLimit: mostBytes, requestTimeout: 10_000 });
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async ({ method, headers }, reply) => {
    reply.headers(headersOfAll);
    const problem = callerProblem(method, headers);
    return problem === undefined ? undefined : refuse(reply, 403, problem);
  });
  app.get('/', (_request, reply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', contentPolicy(nonce))
      .type('text/html; charset=utf-8')
      .send(playgroundPage({ ...options, nonce }));
  });
  app.get('/playground.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script));
  app.get('/playground.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(style));
  app.post('/judge', async (request, reply) => {
    const { body } = request;
    if (!isQuestion(body)) return refuse(reply, 400, 'the body must be {"text": "...", "patched": true}');
    if (body.text.length > mostCharacters) return refuse(reply, 413, tooLong);
    if (!(await isAwaited(request))) return reply.hijack();
    return reply.send(judgeText(body, configuration(), configurationFile));
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'there is nothing here; the page is at /'));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return refuse(reply, 413, tooLong);
    if (status < 500) return refuse(reply, status, error.message);
    bug(error);
    return refuse(reply, 500, 'this is a bug in Gracegate: please report it; its terminal says more');
  });
  return app;
}

/**
 * False for a question that somebody has gone on typing after. While others were judged nothing was read of its connection:
 * a first turn of the event loop reads what has come, and a second one that it was closed.
 */
async function isAwaited({ raw: { socket } }: FastifyRequest): Promise<boolean> {
  await setImmediate();
  await setImmediate();
  return !socket.destroyed && !socket.readableEnded;
}

const headersOfAll = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** @param nonce for the script, and for the styles that the editor makes */
function contentPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    // The icon, and the signs of the editor.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error } satisfies Refusal);
}

function isQuestion(body: unknown): body is Question {
  const { text, patched } = (body ?? {}) as Partial<Record<keyof Question, unknown>>;
  return typeof text === 'string' && typeof patched === 'boolean';
}
