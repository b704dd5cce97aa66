import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { KubeConfig } from '@kubernetes/client-node';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { KubeClient } from '../../../src/kube/client.ts';
import { ConnectionPool } from '../../../src/kube/connection-pool.ts';
import { issueControlPlanePki } from '../../cluster/pki.ts';

const pki = await issueControlPlanePki();

/** An HTTPS server that counts the connections that it gets; `status` is what it answers with. */
async function counting(status: () => number) {
  const server = createServer({ cert: pki.serving.certificate, key: pki.serving.key }, (_request, response) =>
    response.writeHead(status()).end('{}'),
  );
  let connections = 0;
  server.on('secureConnection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: 'test',
        server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
        caData: Buffer.from(pki.caCertificate).toString('base64'),
      },
    ],
    users: [{ name: 'test' }],
    contexts: [{ name: 'test', cluster: 'test', user: 'test' }],
    currentContext: 'test',
  });
  return { client: new KubeClient(config), connections: () => connections };
}

describe('connections to an API server', () => {
  it('are kept between calls', async () => {
    const { client, connections } = await counting(() => 200);
    for (let call = 0; call < 20; call += 1) await client.call('/a');
    // A second one may be opened while the first is not free yet.
    expect(connections()).toBeLessThanOrEqual(2);
  });

  it('are made anew when the credentials are refused', async () => {
    let status = 401;
    const { client, connections } = await counting(() => status);
    await expect(client.call('/a')).rejects.toThrow('refuses');
    status = 200;
    const before = connections();
    await client.call('/b');
    expect(connections()).toBe(before + 1);
  });
});

describe('a pool', () => {
  it('is used for a minute, then given up for a fresh one', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const pool = new ConnectionPool();
    const [first, second, third] = [new Agent(), new Agent(), new Agent()];
    expect(pool.choose(first)).toBe(first);
    vi.advanceTimersByTime(59_000);
    expect(pool.choose(second)).toBe(first);
    vi.advanceTimersByTime(2000);
    expect(pool.choose(third)).toBe(third);
    await vi.waitUntil(() => first.closed);
    expect(third.closed).toBe(false);
  });
});
