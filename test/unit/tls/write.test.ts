import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { writeCertificates } from '../../../src/tls/write.ts';
import { contents, handshake, serveTls, tempDir } from './support.ts';

const HOSTS = ['localhost', '127.0.0.1', '::1'];
const NAMES = ['ca.crt', 'tls.crt', 'tls.key'];
describe('writeCertificates', () => {
  it('writes three files that a server and a client can use, and nothing else', async () => {
    const dir = join(tempDir(), 'not', 'there', 'yet');
    const paths = await writeCertificates({ dir, hosts: HOSTS });
    expect(paths).toEqual({
      caFile: join(dir, 'ca.crt'),
      certFile: join(dir, 'tls.crt'),
      keyFile: join(dir, 'tls.key'),
    });
    expect(readdirSync(dir).toSorted()).toEqual(NAMES);

    const [ca = '', certificatePem = '', keyPem = ''] = contents(dir);
    const { validToDate } = new X509Certificate(certificatePem);
    const server = await serveTls({ certificatePem, keyPem, notAfter: validToDate });
    await expect(handshake(server, ca, '::1')).resolves.toBeDefined();
  });

  it('lets nobody but the owner read the key, also where it replaces a key that others could read', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'tls.key'), 'old', { mode: 0o666 });
    chmodSync(join(dir, 'tls.key'), 0o666);
    const { keyFile } = await writeCertificates({ dir, hosts: HOSTS });
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  it('forgets the key of the authority', async () => {
    const dir = tempDir();
    await writeCertificates({ dir, hosts: HOSTS });
    const [ca = '', , keyPem = ''] = contents(dir);
    expect(new X509Certificate(ca).checkPrivateKey(createPrivateKey(keyPem))).toBe(false);
  });

  it('takes validity and clock from its caller', async () => {
    const dir = tempDir();
    await writeCertificates({ dir, hosts: HOSTS, now: new Date('2026-03-01T00:00:00Z'), validDays: 10 });
    const ends = contents(dir)
      .slice(0, 2)
      .map((pem) => new X509Certificate(pem).validToDate.toISOString());
    expect(ends).toEqual(['2026-03-11T00:00:00.000Z', '2026-03-11T00:00:00.000Z']);
  });

  it('overwrites what has its names, whoever wrote it', async () => {
    const dir = tempDir();
    for (const name of NAMES) writeFileSync(join(dir, name), 'something');
    writeFileSync(join(dir, 'README.md'), 'stays');
    await writeCertificates({ dir, hosts: HOSTS });
    expect(contents(dir).every((text) => text.startsWith('-----BEGIN '))).toBe(true);
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('stays');
  });

  it('says where it cannot write, and leaves no drafts', async () => {
    const dir = tempDir();
    const file = join(dir, 'file');
    writeFileSync(file, '');
    const attempt = writeCertificates({ dir: file, hosts: HOSTS });
    await expect(attempt).rejects.toThrow(`cannot write certificates into ${file} (`);
    await expect(attempt).rejects.toMatchObject({ name: 'TlsError', code: 'unwritable' });
    mkdirSync(join(dir, 'tls.crt'));
    await expect(writeCertificates({ dir, hosts: HOSTS })).rejects.toMatchObject({ code: 'unwritable' });
    expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('touches nothing when the hosts are wrong', async () => {
    const dir = join(tempDir(), 'new');
    await expect(writeCertificates({ dir, hosts: ['no host'] })).rejects.toMatchObject({ code: 'bad-host' });
    expect(() => statSync(dir)).toThrow(/ENOENT/);
  });
});
