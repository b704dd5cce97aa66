import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type Server } from 'node:tls';

import { onTestFinished } from 'vitest';

import { issueServing, type Authority } from '../../../src/tls/issue.ts';
import type { ServingPair } from '../../../src/tls/source.ts';

/** A directory of the running test, removed when it ends. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'gracegate-tls-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A TLS server on a free port of 127.0.0.1, closed when the test ends. */
export async function serveTls(pair: ServingPair): Promise<Server> {
  const server = createServer({ cert: pair.certificatePem, key: pair.keyPem }, (socket) => socket.end());
  // A client that turns the certificate down resets the connection; that is the point of some tests.
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

/**
 * Shakes hands with a server as a client that trusts `ca` and believes to be talking to `host`. The connection always
 * goes to 127.0.0.1, so that identities can be checked on machines without IPv6 and without names.
 * @returns the serial number of the certificate that was shown
 * @throws the error that the client turned the server down with
 */
export async function handshake(server: Server, ca: string | string[], host: string): Promise<string> {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server does not listen on a port');
  }
  const socket = connect({ socket: createConnection(address.port, '127.0.0.1'), host, ca });
  try {
    await once(socket, 'secureConnect');
    if (!socket.authorized) {
      throw new Error('connected without authorization');
    }
    return socket.getPeerCertificate().serialNumber;
  } finally {
    socket.destroy();
  }
}

/** A pair for localhost. */
export function pairFor(
  authority: Authority,
  options: { now?: Date; validDays?: number } = {},
): Promise<ServingPair> {
  return issueServing({ authority, hosts: ['localhost'], ...options });
}

export function serialOf(pair: { certificatePem: string }): string {
  return new X509Certificate(pair.certificatePem).serialNumber;
}

/** The text of ca.crt, tls.crt and tls.key in a folder. */
export function contents(dir: string): string[] {
  return ['ca.crt', 'tls.crt', 'tls.key'].map((name) => readFileSync(join(dir, name), 'utf8'));
}
