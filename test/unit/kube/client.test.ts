import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';

import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';

import { ApiError, KubeClient } from '../../../src/kube/client.ts';
import { kubeConfigFromFile } from '../../../src/kube/kubeconfig.ts';
import { temporaryDirectory } from '../cluster/temporary-directory.ts';
import { clientOf, failureOf, standIn } from './standing-in.ts';

const path = '/api/v1/namespaces/shop';

/** Answers every call with this. */
const answering =
  (status: number, body: string): RequestListener =>
  (_request, response) =>
    response.writeHead(status).end(body);

describe('a failure is said in words', () => {
  it.each<[string, number, string, string]>([
    [
      'a Status',
      403,
      '{"kind":"Status","message":"namespaces \\"shop\\" is forbidden: no","reason":"Forbidden"}',
      `the API server refuses GET ${path}: namespaces "shop" is forbidden: no`,
    ],
    [
      'JSON without a message',
      500,
      `{"error":"${'x'.repeat(1000)}"}`,
      `the API server refuses GET ${path}: {"error":"${'x'.repeat(190)}`,
    ],
    [
      'a page of a proxy',
      502,
      `<html>${'x'.repeat(1000)}`,
      `the API server refuses GET ${path}: <html>${'x'.repeat(194)}`,
    ],
    ['nothing', 503, '', `the API server refuses GET ${path}: `],
  ])('a refusal with %s', async (_name, status, body, message) => {
    const client = clientOf(await standIn(answering(status, body)));
    expect(await failureOf(client.call(path))).toMatchObject({ message, status, name: 'ApiError' });
  });

  it.each(['<html>welcome</html>', '', '{"half":'])('an answer that is not JSON: %j', async (body) => {
    const client = clientOf(await standIn(answering(200, body)));
    expect(await failureOf(client.call(path))).toMatchObject({
      message: `the answer to ${path} is not JSON; is this a Kubernetes API server?`,
      status: undefined,
    });
  });

  it('nobody who listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await failureOf(clientOf(`http://127.0.0.1:${port}`).call(path))).toMatchObject({
      message: `the API server at http://127.0.0.1:${port} does not answer: connect ECONNREFUSED 127.0.0.1:${port}`,
      status: undefined,
    });
  });

  it('a connection that is cut', async () => {
    const url = await standIn((request) => request.socket.destroy());
    expect((await failureOf(clientOf(url).call(path))).message).toBe(
      `the API server at ${url} does not answer: other side closed`,
    );
  });

  it('no answer in time', async () => {
    const url = await standIn(() => undefined);
    expect((await failureOf(clientOf(url).call(path))).message).toBe(
      `the API server at ${url} does not answer: no answer within 2 s`,
    );
  });

  it('a caller that waits no longer', async () => {
    const url = await standIn(() => undefined);
    const stop = new AbortController();
    const failure = failureOf(clientOf(url).call(path, { signal: stop.signal }));
    stop.abort();
    expect((await failure).message).toMatch(/does not answer: .*aborted/);
  });

  it.each(['127.0.0.1:6443', 'not a URL'])('a server that is no URL: %j', async (server) => {
    const call = async () => clientOf(server).call(path);
    expect((await failureOf(call())).message).toContain(server);
  });
});

describe('credentials that cannot be had are said in words', () => {
  const server = 'https://127.0.0.1:1';
  const failed = `there are no credentials for the API server at ${server}: `;

  function clientWith(user: object, cluster: object = {}): KubeClient {
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'test', server, ...cluster }],
      users: [{ name: 'test', ...user }],
      contexts: [{ name: 'test', cluster: 'test', user: 'test' }],
      currentContext: 'test',
    });
    return new KubeClient(config);
  }
  const node = (script: string) => ({ exec: { command: process.execPath, args: ['-e', script] } });

  it.each<[string, object, string]>([
    [
      'an exec plugin that is not there',
      { exec: { command: 'no-such-plugin' } },
      'the exec plugin no-such-plugin of the kubeconfig cannot be found',
    ],
    ['one that fails', node('console.error("log in first"); process.exit(1)'), 'log in first'],
    ['one that fails without a word', node('process.exit(1)'), 'no reason is given'],
    ['one that gives something else', node('console.log("{}")'), 'the exec plugin of the kubeconfig gave no'],
    ['one that gives no JSON', node('console.log("hello")'), 'Unexpected token'],
    ['a certificate that is not there', { certFile: '/no/such.crt' }, 'ENOENT'],
  ])('%s', async (_name, user, reason) => {
    const failure = await failureOf(clientWith(user).call(path, { timeoutMs: 20_000 }));
    expect(failure.message).toContain(failed + reason);
    expect(failure.status).toBeUndefined();
  });

  it('http: without skipTLSVerify', async () => {
    const client = clientWith({}, { server: 'http://127.0.0.1:1' });
    expect((await failureOf(client.call(path))).message).toBe(
      'there are no credentials for the API server at http://127.0.0.1:1: HTTP protocol is not allowed when skipTLSVerify is not set or false',
    );
  });

  it('an exec plugin that hangs', async () => {
    const client = clientWith(node('setTimeout(() => {}, 5000)'));
    expect((await failureOf(client.call(path, { timeoutMs: 100 }))).message).toBe(
      `${failed}no answer within 0.1 s`,
    );
  });

  it('a caller that waits no longer for an exec plugin', async () => {
    const stop = new AbortController();
    const client = clientWith(node('setTimeout(() => {}, 5000)'));
    const failure = failureOf(client.call(path, { signal: stop.signal }));
    stop.abort();
    expect((await failure).message).toMatch(/does not answer: .*aborted/);
  });
});

describe('warnings', () => {
  it.each([
    ['299 - "one"', ['one']],
    ['299 - "one, and \\"two\\"", 299 kube "a \\\\ b"', ['one, and "two"', 'a \\ b']],
    [Buffer.from('299 - "„naïve“ ✗"').toString('latin1'), ['„naïve“ ✗']],
    ['nothing of the kind', []],
  ])('in %s are told one by one', async (header, expected) => {
    const url = await standIn((_request, response) => {
      // A text would have Node write the header as UTF-8 once more.
      response.setHeader('warning', header).end(Buffer.from('{}'));
    });
    const said: string[] = [];
    await clientOf(url).call('/api/v1/pods', { onWarning: (text) => said.push(text) });
    expect(said).toEqual(expected);
  });

  it('come with refusals as well', async () => {
    const url = await standIn((_request, response) => {
      response.writeHead(403, { warning: '299 - "one"' }).end('{"message":"no"}');
    });
    const said: string[] = [];
    await failureOf(clientOf(url).call('/api/v1/pods', { onWarning: (text) => said.push(text) }));
    expect(said).toEqual(['one']);
  });
});

describe('find', () => {
  it('gives the object', async () => {
    const client = clientOf(await standIn(answering(200, '{"kind":"Namespace","later":[1]}')));
    expect(await client.find(path)).toEqual({ kind: 'Namespace', later: [1] });
  });

  it('gives nothing where there is none', async () => {
    const client = clientOf(await standIn(answering(404, '{"message":"namespaces \\"shop\\" not found"}')));
    expect(await client.find(path)).toBeUndefined();
  });

  it('fails where it may not look', async () => {
    const client = clientOf(await standIn(answering(403, '{"message":"no"}')));
    expect((await failureOf(client.find(path))).status).toBe(403);
  });
});

it('a call sends what it is told to send', async () => {
  const seen: unknown[] = [];
  const url = await standIn((request, response) => {
    request.setEncoding('utf8').once('data', (body) => {
      seen.push([request.method, request.url, request.headers['content-type'], body]);
      response.end('{}');
    });
  });
  await clientOf(`${url}/`).call('/apis/x', {
    method: 'PATCH',
    query: { fieldManager: 'a b', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: { a: 'é' },
  });
  expect(seen).toEqual([
    ['PATCH', '/apis/x?fieldManager=a+b&force=true', 'application/apply-patch+yaml', '{"a":"é"}'],
  ]);
});

describe('a kubeconfig', () => {
  it('without a current cluster is refused', () => {
    expect(() => new KubeClient(new KubeConfig())).toThrow(
      new ApiError('the kubeconfig has no current cluster; set current-context'),
    );
  });

  it.each<[string, string | undefined, RegExp]>([
    ['that is not there', undefined, /^cannot read the kubeconfig FILE: ENOENT/],
    ['that is no YAML', 'clusters: [', /^cannot read the kubeconfig FILE: [^\n]+$/],
    ['that is empty', '', /^cannot read the kubeconfig FILE: [^\n]+$/],
  ])('%s is refused with its name', async (_name, content, message) => {
    const file = join(await temporaryDirectory(), 'kubeconfig');
    if (content !== undefined) await writeFile(file, content);
    const failure = await failureOf((async () => kubeConfigFromFile(file))());
    expect(failure.message.replace(file, 'FILE')).toMatch(message);
  });

  it('is read', async () => {
    const file = join(await temporaryDirectory(), 'kubeconfig');
    await writeFile(
      file,
      `
apiVersion: v1
kind: Config
current-context: one
clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:6443/' } }]
users: [{ name: u, user: {} }]
contexts: [{ name: one, context: { cluster: c, user: u } }]
`,
    );
    expect(new KubeClient(kubeConfigFromFile(file)).server).toBe('https://127.0.0.1:6443');
  });
});
