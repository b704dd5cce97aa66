import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { buildHealthApp } from '../../../src/server/health.ts';
import { limits } from '../../../src/server/limits.ts';

function health(reason?: () => string | undefined) {
  const app = buildHealthApp({
    notReady: reason ?? (() => undefined),
    metrics: () =>
      Promise.resolve({ body: 'up 1\n', contentType: 'text/plain; version=0.0.4; charset=utf-8' }),
  });
  onTestFinished(() => app.close());
  return app;
}

describe('health', () => {
  it.each([
    ['/healthz', undefined, 200, 'ok\n'],
    ['/healthz', 'stopping', 200, 'ok\n'],
    ['/readyz', undefined, 200, 'ok\n'],
    ['/readyz', 'stopping', 503, 'stopping\n'],
    ['/readyz?verbose', 'waiting for the caches to fill', 503, 'waiting for the caches to fill\n'],
    ['/metrics', 'stopping', 200, 'up 1\n'],
  ])('%s of a process that is not ready because of %s', async (url, reason, status, body) => {
    const answer = await health(() => reason).inject(url);
    expect([answer.statusCode, answer.body]).toEqual([status, body]);
  });

  it('is asked anew each time', async () => {
    const reasons = [undefined, 'stopping', undefined];
    const app = health(() => reasons.shift());
    const statuses: number[] = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await app.inject('/readyz')).statusCode);
    expect(statuses).toEqual([200, 503, 200]);
  });

  it('metrics have the media type of Prometheus', async () => {
    const { headers } = await health().inject('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it.each(['/', '/mutate', '/validate/enforce'])('nothing is judged here: POST %s', async (url) => {
    expect((await health().inject({ method: 'POST', url, payload: {} })).statusCode).toBe(404);
  });
});

describe('connections that say nothing', () => {
  async function silent(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  }

  async function listening(app: ReturnType<typeof health>): Promise<number> {
    await app.listen({ port: 0, host: '127.0.0.1' });
    return (app.server.address() as AddressInfo).port;
  }

  it('do not hold up the end', async () => {
    const app = health();
    const known = once(app.server, 'connection');
    const socket = await silent(await listening(app));
    await known;
    const ended = once(socket, 'close');
    await app.close();
    await ended;
    expect(socket.destroyed).toBe(true);
  });

  it('lock nobody out: the oldest ends for a new one', async () => {
    const app = health();
    const port = await listening(app);
    const sockets: Socket[] = [];
    for (let count = 0; count < limits.maxHealthConnections; count += 1) sockets.push(await silent(port));
    const [oldest, second] = sockets;
    const ended = once(oldest ?? app.server, 'close');
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await ended;
    expect(second?.destroyed).toBe(false);
  });
});
