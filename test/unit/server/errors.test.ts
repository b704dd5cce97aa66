import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { Readable } from 'node:stream';
import { connect } from 'node:tls';
import { promisify } from 'node:util';

import type { InjectOptions } from 'fastify';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { errorCatalogue, type ErrorCode } from '../../../src/server/errors.ts';
import type { Json } from '../../../src/policy/json.ts';
import { review } from '../admission/reviews.ts';
import { podOf } from '../policy/objects.ts';
import { json, listening, pki, speak, tested } from './apps.ts';

const pod = podOf('containers: [{ name: app }]');
const mebibyte = 1024 * 1024;

const post = (payload: string, over: InjectOptions = {}): InjectOptions => ({
  method: 'POST',
  url: '/mutate',
  headers: json,
  payload,
  ...over,
});

const calls: readonly (readonly [string, InjectOptions, ErrorCode])[] = [
  ['an empty body', post(''), 'malformed-json'],
  ['half a body', post('{"kind":'), 'malformed-json'],
  ['no body at all', { method: 'POST', url: '/mutate' }, 'not-a-review'],
  ['another object', post('{"kind":"Pod"}'), 'not-a-review'],
  ['deep nesting', post('['.repeat(mebibyte)), 'too-deep'],
  ['very many values', post(`[${'{},'.repeat(300_000)}0]`), 'too-many-values'],
  ['8 MiB', post(' '.repeat(8 * mebibyte)), 'too-large'],
  ['YAML', post('a: 1', { headers: { 'content-type': 'application/yaml' } }), 'media-type'],
  ['a form', post('a=1', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }), 'media-type'],
  ['no media type', post('{}', { headers: {} }), 'media-type'],
  ['no media type that can be read', post('{}', { headers: { 'content-type': ';' } }), 'media-type'],
  ['another path', post('{}', { url: '/' }), 'not-found'],
  ['a path below', post('{}', { url: '/mutate/' }), 'not-found'],
  ['GET', { method: 'GET', url: '/mutate' }, 'not-found'],
  ['PUT', post('{}', { method: 'PUT' }), 'not-found'],
  ['a path that cannot be decoded', post('{}', { url: '/%zz' }), 'bad-request'],
];

describe('a call that is no review', () => {
  it.each(calls)('%s', async (_name, call, code) => {
    const { app, answered, refused, bugs } = tested();
    const answer = await app.inject(call);
    expect(answer.json()).toEqual({ error: { code, message: expect.stringMatching(/^[^\n]{10,120}$/) } });
    expect(answer.statusCode).toBe(errorCatalogue[code].status);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect({ answered, refused, bugs }).toEqual({ answered: [], refused: [code], bugs: [] });
  });

  it('says why it is none', async () => {
    const { app } = tested();
    const payload = { ...review(pod), apiVersion: 'admission.k8s.io/v1beta1' };
    expect((await app.inject({ method: 'POST', url: '/mutate', payload })).json()).toEqual({
      error: {
        code: 'not-a-review',
        message: 'only admission.k8s.io/v1 is understood; set admissionReviewVersions to ["v1"]',
      },
    });
  });

  it('whose body is left unread ends its connection', async () => {
    const { app } = tested();
    const answer = await app.inject(post(' '.repeat(8 * mebibyte)));
    expect(answer.headers.connection).toBe('close');
  });
});

it.each<[string, Json]>([
  ['at once', review(pod)],
  ['later', review({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })],
])('internal: a bug that shows %s is reported, and tells the client nothing', async (_name, payload) => {
  const bug = new Error('a secret of the code');
  const { app, bugs, refused } = tested({
    onAnswered: () => {
      throw bug;
    },
  });
  const url = JSON.stringify(payload).includes('Namespace') ? '/namespaces' : '/mutate';
  const answer = await app.inject(post(JSON.stringify(payload), { url }));
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toEqual({
    error: { code: 'internal', message: 'this is a bug in Gracegate; its log says more' },
  });
  expect({ bugs, refused }).toEqual({ bugs: [bug], refused: ['internal'] });
});

it('busy: more than 32 MiB of bodies at once, which the API server may try again', async () => {
  const { app, refused } = tested();
  const bodies = Array.from({ length: 5 }, () => new Readable({ read: () => undefined }));
  onTestFinished(() => {
    for (const body of bodies) body.destroy();
  });
  const answers = bodies.map((payload) =>
    app.inject({ method: 'POST', url: '/mutate', headers: json, payload }),
  );
  for (const body of bodies) body.push(Buffer.alloc(7 * mebibyte, ' '));
  const answer = await Promise.race(answers);
  expect(answer.statusCode).toBe(503);
  expect(answer.headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
  expect(answer.json()).toMatchObject({ error: { code: 'busy' } });
  expect(refused).toEqual(['busy']);
});

/** What only comes over a connection: the first line of a call, and what it lacks. */
const head = 'POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const connectionsSay: readonly (readonly [string, string, ErrorCode])[] = [
  ['what is not HTTP', 'hello\r\n\r\n', 'bad-request'],
  ['two lengths', `${head}content-length: 1\r\ncontent-length: 2\r\n\r\n`, 'bad-request'],
  ['headers without an end', `${head}x: ${'x'.repeat(16.5 * 1024)}`, 'bad-request'],
  ['a body that does not come', `${head}content-length: 10\r\n\r\n{`, 'request-timeout'],
];

describe('a connection that says', () => {
  it.each(connectionsSay)('%s', async (_name, bytes, code) => {
    const { app, refused } = tested();
    // In reality 5 s and 10 s; they are looked at every second.
    app.server.headersTimeout = 100;
    app.server.requestTimeout = 100;
    const answer = await speak(await listening(app), bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${errorCatalogue[code].status} `));
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ error: { code } });
    expect(refused).toEqual([code]);
  });
});

it.each(connectionsSay)('a client that says %s and then stays is not kept', async (_name, bytes) => {
  const { app } = tested();
  app.server.headersTimeout = 100;
  app.server.requestTimeout = 100;
  const raw = connectTcp({ port: await listening(app), host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void raw.destroy());
  const socket = connect({ socket: raw, ca: pki.caCertificate, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  const open = promisify(app.server.getConnections.bind(app.server));
  expect(await open()).toBe(1);
  socket.write(bytes);
  await vi.waitFor(async () => expect(await open()).toBe(0), { timeout: 5000, interval: 50 });
});

describe('the catalogue', () => {
  it('holds no code that nothing here produces', () => {
    const produced = [...calls, ...connectionsSay].map(([, , code]) => code);
    // The rest needs a situation of its own: see memory.test.ts and tls-options.test.ts.
    expect(new Set([...produced, 'internal', 'busy', 'unknown-client'])).toEqual(
      new Set(Object.keys(errorCatalogue)),
    );
  });

  it('is what docs/errors.md lists, word for word', () => {
    const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z-]+)` *\| (\d{3}) *\| (.+?) *\|$/gm)];
    expect(rows.map(([, code, status, message]) => [code, Number(status), message])).toEqual(
      Object.entries(errorCatalogue).map(([code, { status, message }]) => [code, status, message]),
    );
  });
});
