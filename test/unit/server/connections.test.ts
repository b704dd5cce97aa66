import { once } from 'node:events';
import { Agent, request, type RequestOptions } from 'node:https';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as tlsConnect } from 'node:tls';

import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { Connections } from '../../../src/server/connections.ts';
import type { WebhookApp } from '../../../src/server/app.ts';
import { limits } from '../../../src/server/limits.ts';
import { review } from '../admission/reviews.ts';
import { podOf } from '../policy/objects.ts';
import { json, listening, pki, tested } from './apps.ts';

const pod = podOf('containers: [{ name: app }]');
const calls = [
  ['a review', { url: '/mutate', headers: json, payload: review(pod) }],
  ['one that is answered later', { url: '/validate/enforce', headers: json, payload: review(pod) }],
  ['what is no review', { url: '/mutate', headers: json, payload: '{}' }],
  ['another media type', { url: '/mutate', headers: { 'content-type': 'text/plain' }, payload: 'x' }],
  ['another path', { url: '/', headers: json, payload: '{}' }],
] as const;

afterEach(() => vi.useRealTimers());

describe('an answer to', () => {
  it.each(calls)('%s leaves the connection open', async (_name, call) => {
    const { app } = tested({ labels: 'unknown' });
    expect((await app.inject({ method: 'POST', ...call })).headers.connection).not.toBe('close');
  });

  it.each(calls)('%s ends the connection while draining', async (_name, call) => {
    const { app, connections } = tested({ labels: 'unknown' });
    await connections.drain(0);
    expect((await app.inject({ method: 'POST', ...call })).headers.connection).toBe('close');
  });
});

it('draining begins at once and lasts for the lame-duck time', async () => {
  const connections = new Connections();
  const started = performance.now();
  const drained = connections.drain(100);
  expect(connections.shouldClose(new Socket())).toBe(true);
  await drained;
  // Timers count whole milliseconds.
  expect(performance.now() - started).toBeGreaterThan(98);
});

describe('a connection is recycled', () => {
  const minutes = (count: number) => count * 60_000;

  /** Whether each of these connections, opened now, is to end after so many milliseconds. */
  function endAfter(age: number, sockets: readonly Socket[]): boolean[] {
    vi.useFakeTimers({ toFake: ['Date'] });
    const connections = new Connections();
    const server = createServer();
    connections.attach(server);
    for (const socket of sockets) server.emit('secureConnection', socket);
    vi.setSystemTime(Date.now() + age);
    return sockets.map((socket) => connections.shouldClose(socket));
  }
  const many = Array.from({ length: 200 }, () => new Socket());

  it('never before five minutes', () => {
    expect(endAfter(minutes(5), many)).not.toContain(true);
  });

  it('always after a quarter more', () => {
    expect(endAfter(minutes(6.25) + 1, many)).not.toContain(false);
  });

  it('not together with those that were opened with it', () => {
    expect(new Set(endAfter(minutes(5.6), many))).toEqual(new Set([true, false]));
  });

  it('with an answer on itself, and the next connection is young', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { app } = tested();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const call = { port: await listening(app), host: '127.0.0.1', ca: pki.caCertificate, agent };
    const first = await post(call);
    expect(first.headers.connection).toBe('keep-alive');
    vi.setSystemTime(Date.now() + minutes(7));
    const old = await post(call);
    expect(old.headers.connection).toBe('close');
    const fresh = await post(call);
    expect(fresh.headers.connection).toBe('keep-alive');
  });
});

async function post(options: RequestOptions): Promise<IncomingMessage> {
  const call = request({ ...options, method: 'POST', path: '/mutate', headers: json });
  call.end(JSON.stringify(review(pod)));
  const [message] = (await once(call, 'response')) as [IncomingMessage];
  expect(message.statusCode).toBe(200);
  await text(message);
  return message;
}

describe('the server', () => {
  it('outlasts the 90 s for which the API server keeps an idle connection', () => {
    const { app } = tested();
    expect(app.server.keepAliveTimeout).toBeGreaterThan(90_000);
  });

  it('has every limit that it is meant to have', () => {
    const { app } = tested();
    const { keepAliveTimeout, requestTimeout, headersTimeout } = limits.server;
    expect(app.server).toMatchObject({
      keepAliveTimeout,
      requestTimeout,
      headersTimeout,
      maxConnections: limits.maxConnections,
      timeout: 0,
    });
  });
});

// The API server opens more connections than it needs, and may first call over one much later.
describe('a connection that nothing has come on', () => {
  it('is answered after the time that headers may take, which ends one with half of them', async () => {
    const { app, refused } = tested();
    const address = { port: await listening(app), host: '127.0.0.1', ca: pki.caCertificate };
    const [unused, slow] = [tlsConnect(address), tlsConnect(address)];
    onTestFinished(() => void unused.destroy());
    await Promise.all([once(unused, 'secureConnect'), once(slow, 'secureConnect')]);
    slow.write('POST /mutate HTTP/1.1\r\nhost:');
    expect(await text(slow)).toMatch(/^HTTP\/1\.1 408 /);
    // The two are looked at in the same moment, and a second later once more.
    const later = tlsConnect(address);
    await once(later, 'secureConnect');
    later.write('POST /mutate HTTP/1.1\r\nhost:');
    expect(await text(later)).toMatch(/^HTTP\/1\.1 408 /);
    expect(refused).toEqual(['request-timeout', 'request-timeout']);
    const message = await post({ ...address, createConnection: () => unused, agent: false });
    expect(message.statusCode).toBe(200);
  }, 30_000);

  it('does not hold up the end of the server', async () => {
    const { app, connections } = tested();
    const known = once(app.server, 'secureConnection');
    const unused = tlsConnect({ port: await listening(app), host: '127.0.0.1', ca: pki.caCertificate });
    await Promise.all([once(unused, 'secureConnect'), known]);
    const ended = once(unused.resume(), 'close');
    await connections.drain(0);
    await app.close();
    await ended;
    expect(unused.destroyed).toBe(true);
  });
});

describe('a connection without a handshake', () => {
  async function silent(app: WebhookApp, port: number): Promise<Socket> {
    const known = once(app.server, 'connection');
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await Promise.all([once(socket, 'connect'), known]);
    return socket;
  }

  it('ends with the drain, as one whose handshake is not done', async () => {
    const { app, connections } = tested();
    const port = await listening(app);
    const [raw, half] = [await silent(app, port), await silent(app, port)];
    // The head of a record of TLS, without the rest.
    half.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
    // What was not read makes a reset of it.
    const ended = Promise.all(
      [raw, half].map((socket) => new Promise((resolve) => void socket.once('close', resolve))),
    );
    const open = await connectionsOf(app);
    await connections.drain(0);
    await ended;
    expect(open).toBe(2);
    await app.close();
  });

  it('makes room for a review where there are many', async () => {
    const { app } = tested({ many: 3 });
    const port = await listening(app);
    const [oldest, ...others] = [
      await silent(app, port),
      await silent(app, port),
      await silent(app, port),
    ] as const;
    const ended = once(oldest, 'close');
    await post({ port, host: '127.0.0.1', ca: pki.caCertificate, agent: false });
    await ended;
    expect(others.map(({ destroyed }) => destroyed)).toEqual([false, false]);
  });
});

it('where there are many connections, and all of them used, idle ones make room', async () => {
  const { app } = tested({ many: 2 });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const call = { port: await listening(app), host: '127.0.0.1', ca: pki.caCertificate };
  await Promise.all([post({ ...call, agent }), post({ ...call, agent })]);
  expect(await connectionsOf(app)).toBe(2);
  await post({ ...call, agent: false });
  await expect.poll(() => connectionsOf(app)).toBe(0);
});

function connectionsOf({ server }: WebhookApp): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
