import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';

import { beforeAll, describe, expect, it } from 'vitest';

import { issueAuthority, type Authority } from '../../../src/tls/issue.ts';
import type { ServingPair } from '../../../src/tls/source.ts';
import { pairFor } from './support.ts';
import { folder, watch, type Folder } from './watching.ts';

let authority: Authority;
let first: ServingPair;
let second: ServingPair;

beforeAll(async () => {
  authority = await issueAuthority();
  [first, second] = await Promise.all([pairFor(authority), pairFor(authority)]);
});

describe('files at the start', () => {
  it('reads the pair and knows when it ends', async () => {
    const files = folder();
    files.write(first);
    const { source } = await watch(files);
    expect(source.current()).toMatchObject(first);
  });

  it('accepts a chain after the certificate', async () => {
    const files = folder();
    files.write({ ...first, certificatePem: first.certificatePem + authority.certificatePem });
    await expect(watch(files)).resolves.toBeDefined();
  });

  const encrypted = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
  });

  it.each<[string, string, RegExp, (files: Folder) => void]>([
    [
      'a missing certificate',
      'unreadable',
      /certificate file .*tls\.crt \(no such file/,
      ({ certFile }) => rmSync(certFile),
    ],
    ['a missing key', 'unreadable', /key file .*tls\.key \(no such file/, ({ keyFile }) => rmSync(keyFile)],
    [
      'a directory for a file',
      'unreadable',
      /tls\.key \(illegal operation on a directory\)/,
      ({ keyFile }) => {
        rmSync(keyFile);
        mkdirSync(keyFile);
      },
    ],
    [
      'an empty certificate',
      'not-pem',
      /tls\.crt is not a certificate in PEM/,
      (f) => f.write({ certificatePem: '' }),
    ],
    [
      'a garbled certificate',
      'not-pem',
      /tls\.crt is not a certificate in PEM/,
      (f) => f.write({ certificatePem: first.certificatePem.slice(0, 300) }),
    ],
    ['an empty key', 'not-pem', /tls\.key is not a private key in PEM/, (f) => f.write({ keyPem: '' })],
    [
      'files in each other’s place',
      'not-pem',
      /tls\.crt is not a certificate/,
      (f) => f.write({ certificatePem: first.keyPem, keyPem: first.certificatePem }),
    ],
    [
      'a key with a passphrase',
      'not-pem',
      /tls\.key is protected by a passphrase/,
      (f) => f.write({ keyPem: encrypted.privateKey }),
    ],
    [
      'a key of another certificate',
      'mismatch',
      /tls\.key does not belong to the certificate .*tls\.crt/,
      (f) => f.write({ keyPem: second.keyPem }),
    ],
    [
      'a chain with a broken end',
      'unusable',
      /tls\.crt cannot be served/,
      (f) => f.write({ certificatePem: first.certificatePem + authority.certificatePem.slice(0, 300) }),
    ],
  ])('fails for %s, naming the file and what to do', async (_what, code, message, spoil) => {
    const files = folder();
    files.write(first);
    spoil(files);
    const attempt = watch(files);
    await expect(attempt).rejects.toThrow(new RegExp(`${message.source}.*; .+`));
    await expect(attempt).rejects.toMatchObject({ name: 'TlsError', code });
  });

  it('never puts key material into a message', async () => {
    const files = folder();
    files.write({ certificatePem: first.keyPem, keyPem: first.keyPem });
    const [, secret = ''] = first.keyPem.split('\n');
    await expect(watch(files)).rejects.not.toThrow(secret);
    await expect(watch(files)).rejects.toMatchObject({ code: 'not-pem' });
  });
});
