/** Bodies that are meant to do harm, or are broken: a coded answer, the process lives, and memory returns. */
import { readFile } from 'node:fs/promises';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { connect as tlsConnect } from 'node:tls';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { startDetached, type Detached } from './support/detached.ts';

let server: Detached;
let ca: Buffer;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  server = await startDetached();
  ca = await readFile(server.caFile);
});
afterAll(async () => {
  agent.destroy();
  await server.stop();
});

interface Answer {
  readonly status: number;
  readonly body: {
    readonly error?: { code: string };
    readonly response?: { allowed: boolean; uid: string; status?: { code: number } };
  };
}

async function send(
  body: string | Buffer,
  { headers = {}, ...options }: Omit<RequestOptions, 'headers'> & { headers?: Record<string, string> } = {},
): Promise<Answer> {
  const call = httpsRequest(`${server.url}/validate/enforce`, {
    method: 'POST',
    ca,
    agent,
    ...options,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
  });
  // The server may answer and close before a large body has been sent; its answer is what counts.
  call.on('error', () => undefined);
  call.end(body);
  const [message] = await once(call, 'response');
  return { status: message.statusCode, body: JSON.parse(await text(message)) };
}

function review(object: string, uid = '"1"'): string {
  return (
    `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":${uid},"kind":{"group":"","version":"v1","kind":"Pod"},` +
    `"resource":{"group":"","version":"v1","resource":"pods"},"namespace":"demo","operation":"CREATE","userInfo":{},"object":${object}}}`
  );
}

const pod = (containers: string) =>
  `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":${containers}}}`;
const megabyte = 1024 * 1024;

describe('what is not a review', () => {
  it.each<[string, string | Buffer, number, string]>([
    ['nothing', '', 400, 'malformed-json'],
    ['not JSON', 'hello', 400, 'malformed-json'],
    ['half a document', '{"apiVersion":', 400, 'malformed-json'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 400, 'malformed-json'],
    ['null', 'null', 400, 'not-a-review'],
    ['an array', '[]', 400, 'not-a-review'],
    ['another kind', '{"apiVersion":"admission.k8s.io/v1","kind":"Pod"}', 400, 'not-a-review'],
    [
      'another version',
      '{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview"}',
      400,
      'not-a-review',
    ],
    ['no request', '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}', 400, 'not-a-review'],
    ['no uid', review('{}', 'null'), 400, 'not-a-review'],
    ['a uid that is a number', review('{}', '7'), 400, 'not-a-review'],
    ['deep arrays', '['.repeat(100_000), 400, 'too-deep'],
    ['deep objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400, 'too-deep'],
    ['7 MiB of brackets', '['.repeat(7 * megabyte), 400, 'too-deep'],
    // Parsed, they would take 130 MB.
    ['6.9 MB of small values', `[${'{},'.repeat(2_300_000)}0]`, 413, 'too-many-values'],
    ['8 MiB', ' '.repeat(8 * megabyte), 413, 'too-large'],
  ])('%s is answered with a code', async (_name, body, status, code) => {
    const answer = await send(body);
    expect(answer.status).toBe(status);
    expect(answer.body.error?.code).toBe(code);
  });

  it('8 MiB are refused in words each time: a client that still writes is not met with a broken pipe', async () => {
    const body = ' '.repeat(8 * megabyte);
    for (let round = 0; round < 50; round += 1) expect((await send(body)).status).toBe(413);
  }, 60_000);

  it('8 MiB in chunks of unknown length', async () => {
    const call = httpsRequest(`${server.url}/mutate`, {
      method: 'POST',
      ca,
      agent: false,
      headers: { 'content-type': 'application/json' },
    });
    call.on('error', () => undefined);
    const chunk = Buffer.alloc(megabyte, 0x20);
    for (let sent = 0; sent < 8; sent += 1) call.write(chunk);
    call.end();
    const [message] = await once(call, 'response');
    expect(message.statusCode).toBe(413);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/yaml', ''])(
    'media type "%s" is answered with 415',
    async (type) => {
      const answer = await send('{}', { headers: { 'content-type': type } });
      expect(answer.status).toBe(415);
      expect(answer.body.error?.code).toBe('media-type');
    },
  );

  it('another path is answered with 404, and GET on a webhook as well', async () => {
    expect((await send('{}', { path: '/' })).body.error?.code).toBe('not-found');
    expect((await send('', { path: '/mutate', method: 'GET' })).status).toBe(404);
  });
});

describe('reviews that are strange', () => {
  it.each([
    [
      '1,000 containers',
      pod(`[${Array.from({ length: 1000 }, (_, index) => `{"name":"c${index}"}`).join()}]`),
    ],
    ['containers that are no list', pod('"none"')],
    ['containers that are numbers', pod('[1,2,3]')],
    [
      'null everywhere',
      '{"apiVersion":"v1","kind":"Pod","metadata":null,"spec":{"containers":null,"initContainers":[null]}}',
    ],
    [
      'a resource called __proto__',
      pod(
        '[{"name":"a","resources":{"requests":{"__proto__":"1","constructor":"2"},"limits":{"__proto__":"1"}}}]',
      ),
    ],
    [
      'an annotation called __proto__',
      '{"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{"__proto__":{"polluted":true}}},"spec":{"containers":[]}}',
    ],
    [
      'huge numbers',
      pod(
        '[{"name":"a","resources":{"requests":{"cpu":"1e999999999","memory":"99999999999999999999999999999999Ei"}}}]',
      ),
    ],
    [
      'a quantity of a megabyte',
      pod(`[{"name":"a","resources":{"requests":{"cpu":"${'9'.repeat(megabyte)}"}}}]`),
    ],
    [
      'a grace period of 1e308',
      '{"apiVersion":"v1","kind":"Pod","spec":{"terminationGracePeriodSeconds":1e308,"containers":[{"name":"a"}]}}',
    ],
    [
      'a command made to take a regular expression long',
      pod(
        `[{"name":"a","lifecycle":{"preStop":{"exec":{"command":["sh","-c","${'sleep '.repeat(100_000)}"]}}}}]`,
      ),
    ],
  ])('%s get an answer with their uid on every path', async (_name, object) => {
    for (const path of ['/mutate', '/validate/enforce', '/validate/warn', '/validate/audit', '/namespaces']) {
      const { status, body } = await send(review(object), { path });
      expect(status).toBe(200);
      expect(body.response?.uid).toBe('1');
      expect(body.response?.status?.code ?? 403).toBe(403);
    }
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});

describe('clients that do not finish', () => {
  it('half a body, then gone: nothing is kept', async () => {
    const socket = tlsConnect({ ...addressOf(server.url), ca });
    await once(socket, 'secureConnect');
    socket.write(
      'POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"half":',
    );
    socket.destroy();
    expect((await send('hello')).status).toBe(400);
  });

  it('a body that comes too slowly is cut off with 408', async () => {
    const socket = tlsConnect({ ...addressOf(server.url), ca });
    await once(socket, 'secureConnect');
    socket.write(
      'POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
    );
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  }, 30_000);

  it('many large bodies at once are turned away with 503 and Retry-After, which the API server obeys', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const socket = tlsConnect({ ...addressOf(server.url), ca });
        socket.on('error', () => undefined);
        await once(socket, 'secureConnect');
        return socket;
      }),
    );
    const size = 6 * megabyte;
    const answers = sockets.map((socket) => {
      socket.write(
        `POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${size}\r\n\r\n`,
      );
      socket.write(Buffer.alloc(size - 1, 0x20));
      return text(socket).catch(() => '');
    });
    const first = await Promise.any(
      answers.map(async (answer) =>
        (await answer).includes(' 503 ') ? await answer : Promise.reject(new Error('not this one')),
      ),
    );
    expect(first).toMatch(/retry-after: 1/i);
    for (const socket of sockets) socket.destroy();
    await eventually(
      'the server to take reviews again',
      async () => (await send(review(pod('[{"name":"a"}]')))).status === 200,
    );
  }, 30_000);
});

it('lives through all of it, and its memory returns', async () => {
  const before = await server.residentMegabytes();
  const bodies = [
    '['.repeat(7 * megabyte),
    ' '.repeat(7 * megabyte),
    `[${'{},'.repeat(megabyte)}{}]`,
    review(pod(`[${'{"name":"a"},'.repeat(100_000)}{}]`)),
  ];
  for (let round = 0; round < 5; round += 1) await Promise.all(bodies.map((body) => send(body)));
  expect((await send(review(pod('[{"name":"a"}]')))).status).toBe(200);
  // The heap is given back when V8 next collects; a small load makes it do so.
  await eventually(
    'memory to return',
    async () => {
      await Promise.all(Array.from({ length: 50 }, () => send(review(pod('[{"name":"a"}]')))));
      return (await server.residentMegabytes()) < before + 128;
    },
    60_000,
  );
}, 120_000);

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
