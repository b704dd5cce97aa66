import { describe, expect, it, onTestFinished } from 'vitest';

import { buildHealthApp } from '../../../src/server/health.ts';

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
