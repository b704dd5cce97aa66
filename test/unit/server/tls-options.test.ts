import { once } from 'node:events';
import { connect, type ConnectionOptions } from 'node:tls';

import { describe, expect, it, onTestFinished } from 'vitest';

import { servingTls } from '../../../src/server/tls-options.ts';
import { issueControlPlanePki } from '../../cluster/pki.ts';
import { listening, pki, speak, tested } from './apps.ts';

const call = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
const other = await issueControlPlanePki();
const withCertificate = { cert: pki.admin.certificate, key: pki.admin.key };

/** The status of a call; `turned down` where the server ends the connection in or after the handshake. */
async function status(port: number, options: ConnectionOptions = {}): Promise<string> {
  try {
    const answer = await speak(port, call, options);
    return answer === '' ? 'turned down' : (answer.split(' ', 2)[1] ?? answer);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ECONNRESET' || code.startsWith('ERR_SSL_')) return 'turned down';
    throw error;
  }
}

describe('without a client CA', () => {
  it('anybody is heard, with a certificate or without', async () => {
    const port = await listening(tested().app);
    expect(await status(port)).toBe('404');
    expect(await status(port, withCertificate)).toBe('404');
  });

  it('asks for nothing', () => {
    expect(servingTls({ cert: 'c', key: 'k' })).toEqual({ cert: 'c', key: 'k', minVersion: 'TLSv1.2' });
    expect(servingTls({ cert: 'c', key: 'k', clientCa: undefined })).not.toHaveProperty('ca');
  });
});

describe('with a client CA', () => {
  it('a client without a certificate is turned down', async () => {
    const port = await listening(tested({ clientCa: pki.caCertificate }).app);
    expect(await status(port)).toBe('turned down');
  });

  it('a client with a certificate of another CA is turned down', async () => {
    const { admin } = other;
    const port = await listening(tested({ clientCa: pki.caCertificate }).app);
    expect(await status(port, { cert: admin.certificate, key: admin.key })).toBe('turned down');
  });

  it('a serving certificate is no client certificate', async () => {
    const port = await listening(tested({ clientCa: pki.caCertificate }).app);
    const { certificate: cert, key } = pki.serving;
    expect(await status(port, { cert, key })).toBe('turned down');
  });

  it('a client with a certificate of it is heard', async () => {
    const port = await listening(tested({ clientCa: pki.caCertificate }).app);
    expect(await status(port, withCertificate)).toBe('404');
  });

  it('all of this holds after the certificate of the server was replaced', async () => {
    const { app } = tested({ clientCa: pki.caCertificate });
    const port = await listening(app);
    app.server.setSecureContext(
      servingTls({ cert: other.serving.certificate, key: other.serving.key, clientCa: pki.caCertificate }),
    );
    const ca = other.caCertificate;
    expect(await status(port, { ca })).toBe('turned down');
    expect(await status(port, { ca, ...withCertificate })).toBe('404');
  });
});

describe('with names of clients', () => {
  const clientCa = pki.caCertificate;
  const name = 'gracegate-test-admin';

  it.each([
    ['one of the names is heard', [name, 'another'], '404', []],
    ['another name is told so', ['another'], '403', ['unknown-client']],
    ['a name is compared as a whole', ['gracegate'], '403', ['unknown-client']],
    ['no name at all hears nobody', [], '403', ['unknown-client']],
  ] as const)('a client with %s', async (_name, clientNames, expected, codes) => {
    const { app, refused } = tested({ clientCa, clientNames });
    expect(await status(await listening(app), withCertificate)).toBe(expected);
    expect(refused.filter((code) => code === 'unknown-client')).toEqual(codes);
  });

  it('a client without a certificate has none of them', async () => {
    const { app } = tested({ clientNames: [name] });
    expect(await status(await listening(app))).toBe('403');
  });
});

it('TLS 1.1 is not spoken', async () => {
  const port = await listening(tested().app);
  const socket = connect({
    port,
    host: '127.0.0.1',
    ca: pki.caCertificate,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    // Without this the client itself would refuse to speak it.
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  onTestFinished(() => void socket.destroy());
  await expect(once(socket, 'secureConnect')).rejects.toThrow(/protocol version/);
});
