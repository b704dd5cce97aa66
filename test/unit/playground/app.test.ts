import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../../src/config/configuration.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import type { Answer, Refusal } from '../../../src/playground/answer.ts';
import { mostBytes, mostCharacters } from '../../../src/playground/limits.ts';
import { ownPage, testedPlayground } from './apps.ts';

const question = (text: string, patched: unknown = true): string => JSON.stringify({ text, patched });

const ask = (headers: Record<string, string>, payload = question('')) =>
  testedPlayground().app.inject({ method: 'POST', url: '/judge', headers, payload });

describe('the page', () => {
  it('has its assets beside it, and nothing else is there', async () => {
    const { app } = testedPlayground();
    const types = await Promise.all(
      ['/', '/playground.js', '/playground.css', '/judge', '/../package.json'].map(async (url) => {
        const { statusCode, headers } = await app.inject({ url, headers: { host: 'localhost' } });
        return [url, statusCode, headers['content-type']];
      }),
    );
    expect(types).toEqual([
      ['/', 200, 'text/html; charset=utf-8'],
      ['/playground.js', 200, 'text/javascript; charset=utf-8'],
      ['/playground.css', 200, 'text/css; charset=utf-8'],
      ['/judge', 404, 'application/json; charset=utf-8'],
      ['/../package.json', 404, 'application/json; charset=utf-8'],
    ]);
  });

  it('runs and loads only what is its own, by a nonce that nobody can know beforehand', async () => {
    const { app } = testedPlayground();
    const pages = await Promise.all(
      [1, 2].map(() => app.inject({ url: '/', headers: { host: 'localhost' } })),
    );
    const nonces = pages.map(({ body, headers }) => {
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'none'; /);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      const nonce = /script-src 'nonce-([\w+/=]{20,})'/.exec(policy)?.[1] ?? '';
      expect(body).toContain(`<script type="module" src="/playground.js" nonce="${nonce}">`);
      expect(headers['x-content-type-options']).toBe('nosniff');
      return nonce;
    });
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('shows no example as markup', async () => {
    const { body } = await testedPlayground().app.inject({ url: '/', headers: { host: 'localhost' } });
    expect(body).not.toContain('<script>alert');
    const json = /id="examples">(.*?)<\/script>/s.exec(body)?.[1] ?? '';
    expect(JSON.parse(json)).toEqual(['kind: </script><script>alert(1)']);
  });
});

describe('who calls', () => {
  it.each(['127.0.0.1:8090', 'localhost', 'localhost:1', '[::1]:8090', 'LOCALHOST:8090'])(
    'is answered at %s',
    async (host) => {
      const { statusCode } = await ask({ ...ownPage, host, origin: `http://${host.toLowerCase()}` });
      expect(statusCode).toBe(200);
    },
  );

  it('is answered without a browser', async () => {
    const { statusCode } = await ask({ host: 'localhost:8090', 'content-type': 'application/json' });
    expect(statusCode).toBe(200);
  });

  it.each([
    // A name of somebody else that leads to 127.0.0.1 (DNS rebinding).
    ['evil.example', 'only to 127.0.0.1, localhost and [::1]'],
    ['localhost.evil.example:8090', 'only to 127.0.0.1'],
    ['127.0.0.1.nip.io', 'only to 127.0.0.1'],
    ['localhost@evil.example', 'only to 127.0.0.1'],
    ['0.0.0.0:8090', 'only to 127.0.0.1'],
    ['192.168.0.7:8090', 'only to 127.0.0.1'],
    ['a b', 'only to 127.0.0.1'],
  ])('is refused as %s, also the page', async (host, problem) => {
    const { app } = testedPlayground();
    for (const url of ['/', '/playground.js', '/judge']) {
      const answer = await app.inject({ url, headers: { host } });
      expect(answer.statusCode).toBe(403);
      expect(answer.json<Refusal>().error).toContain(problem);
    }
    const origin = `http://${host}`;
    expect((await ask({ ...ownPage, host, origin })).statusCode).toBe(403);
  });

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'http://127.0.0.1:9999' },
    { origin: 'https://127.0.0.1:8090' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ])('is refused from %j', async (header) => {
    const answer = await ask({ ...ownPage, ...header });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toEqual({ error: 'the playground answers only to its own page' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('gets no leave to ask from elsewhere', async () => {
    const answer = await testedPlayground().app.inject({
      method: 'OPTIONS',
      url: '/judge',
      headers: { ...ownPage, origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(answer.statusCode).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('a question', () => {
  it('gets a verdict for each profile', async () => {
    const answer = await ask(ownPage, question('apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}'));
    expect(answer.statusCode).toBe(200);
    const { profiles } = answer.json<Answer>();
    expect(profiles.map(({ name, deny }) => [name, deny])).toEqual([
      ['baseline', 3],
      ['strict', 4],
    ]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'is refused as %s, which other pages may send',
    async (type) => {
      const answer = await ask({ ...ownPage, 'content-type': type });
      expect(answer.statusCode).toBe(415);
    },
  );

  it.each(['{', '""', '[]', 'null', question('', 'yes'), JSON.stringify({ patched: true }), '{"text":1}'])(
    'is refused as %s',
    async (payload) => {
      const answer = await ask(ownPage, payload);
      expect(answer.statusCode).toBe(400);
      expect(answer.json<Refusal>().error).toMatch(/\S/);
    },
  );

  it('may be as long as promised, and not longer', async () => {
    const control = '\u0001'.repeat(mostCharacters);
    expect((await ask(ownPage, question(control))).statusCode).toBe(200);
    for (const payload of [question(`${'a'.repeat(mostCharacters)}b`), 'x'.repeat(mostBytes + 1)]) {
      const answer = await ask(ownPage, payload);
      expect(answer.statusCode).toBe(413);
      expect(answer.json<Refusal>().error).toContain('at most 128 KiB of manifests; gracegate audit -f FILE');
    }
  });

  it('of somebody who has gone meanwhile is not judged', async () => {
    let judged = 0;
    const configuration = (): Configuration => {
      judged += 1;
      return defaultConfiguration();
    };
    const { app } = testedPlayground({ configuration });
    const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
    const body = question('');
    const socket = connect(Number(url.port), url.hostname);
    await once(socket, 'connect');
    socket.write(
      `POST /judge HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      () => socket.destroy(),
    );
    await once(socket, 'close');
    const answer = await fetch(new URL('/judge', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
    expect(judged).toBe(1);
  });

  it('that meets a bug is told so, without a stack trace', async () => {
    const broken = {
      get profiles(): Configuration['profiles'] {
        throw new TypeError('secret detail');
      },
    } as Configuration;
    const { app, bugs } = testedPlayground({ configuration: () => broken });
    const answer = await app.inject({
      method: 'POST',
      url: '/judge',
      headers: ownPage,
      payload: question(''),
    });
    expect(answer.statusCode).toBe(500);
    expect(answer.json<Refusal>().error).toMatch(/^this is a bug in Gracegate/);
    expect(answer.body).not.toContain('secret detail');
    expect(bugs).toEqual([new TypeError('secret detail')]);
  });
});
