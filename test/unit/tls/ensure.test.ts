import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import forge from 'node-forge';
import { describe, expect, it } from 'vitest';

import { certificatePaths, type CertificatePaths } from '../../../src/tls/folder.ts';
import { issueAuthority } from '../../../src/tls/issue.ts';
import { ensureCertificates, writeCertificates } from '../../../src/tls/write.ts';
import { contents, pairFor, tempDir } from './support.ts';

const HOSTS = ['localhost', '127.0.0.1', '::1'];
const DAY_MS = 86_400_000;

const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY_MS);

/** Writes what somebody else could have put there: a chain that works and does not name Gracegate. */
async function writeForeign(paths: CertificatePaths, now: Date): Promise<void> {
  const authority = await issueAuthority({ now });
  const key = forge.pki.privateKeyFromPem(authority.keyPem);
  const ca = forge.pki.certificateFromPem(authority.certificatePem);
  const name = [{ name: 'commonName', value: 'Somebody Else' }];
  ca.setSubject(name);
  ca.setIssuer(name);
  ca.sign(key, forge.md.sha256.create());
  const foreign = { certificatePem: forge.pki.certificateToPem(ca), keyPem: authority.keyPem };
  const pair = await pairFor(foreign, { now });
  writeFileSync(paths.caFile, foreign.certificatePem);
  writeFileSync(paths.certFile, pair.certificatePem);
  writeFileSync(paths.keyFile, pair.keyPem);
}

describe('ensureCertificates', () => {
  it('issues into an empty folder, and then uses what is there', async () => {
    const dir = tempDir();
    const first = await ensureCertificates({ dir, hosts: HOSTS });
    expect(first).toEqual({ paths: certificatePaths(dir), issuedBecause: 'there are none yet' });
    const before = contents(dir);
    expect(await ensureCertificates({ dir, hosts: HOSTS })).toEqual({ paths: certificatePaths(dir) });
    expect(await ensureCertificates({ dir, hosts: ['LOCALHOST.', '[::1]'] })).toEqual({
      paths: certificatePaths(dir),
    });
    expect(contents(dir)).toEqual(before);
  });

  it.each<[string, (dir: string) => Promise<void> | void, RegExp]>([
    ['the authority is missing', (dir) => rmSync(join(dir, 'ca.crt')), /ca\.crt is missing/],
    ['the certificate is missing', (dir) => rmSync(join(dir, 'tls.crt')), /tls\.crt is missing/],
    ['the key is missing', (dir) => rmSync(join(dir, 'tls.key')), /tls\.key is missing/],
    [
      'the key is garbage',
      (dir) => writeFileSync(join(dir, 'tls.key'), ''),
      /tls\.key is not a private key in PEM/,
    ],
    [
      'the key is of another certificate',
      async (dir) => writeFileSync(join(dir, 'tls.key'), (await issueAuthority()).keyPem),
      /does not belong/,
    ],
    [
      'another authority signed, as after an interrupted renewal',
      async (dir) => writeFileSync(join(dir, 'ca.crt'), (await issueAuthority()).certificatePem),
      /was not signed by/,
    ],
  ])('issues anew when %s', async (_what, spoil, reason) => {
    const dir = tempDir();
    await writeCertificates({ dir, hosts: HOSTS });
    await spoil(dir);
    const { issuedBecause } = await ensureCertificates({ dir, hosts: HOSTS });
    expect(issuedBecause).toMatch(reason);
    expect(await ensureCertificates({ dir, hosts: HOSTS })).toEqual({ paths: certificatePaths(dir) });
  });

  it('issues anew when a host is not covered', async () => {
    const dir = tempDir();
    await writeCertificates({ dir, hosts: HOSTS });
    const { issuedBecause } = await ensureCertificates({ dir, hosts: [...HOSTS, '10.0.0.1'] });
    expect(issuedBecause).toMatch(/tls\.crt does not cover 10\.0\.0\.1$/);
  });

  it('issues anew when too little time is left, and when there is none', async () => {
    const dir = tempDir();
    await writeCertificates({ dir, hosts: HOSTS, validDays: 10 });
    expect(await ensureCertificates({ dir, hosts: HOSTS, minRemainingDays: 9 })).toEqual({
      paths: certificatePaths(dir),
    });
    const soon = await ensureCertificates({ dir, hosts: HOSTS, minRemainingDays: 11 });
    expect(soon.issuedBecause).toMatch(/tls\.crt expires on .*, in less than 11 days/);
    const late = await ensureCertificates({ dir, hosts: HOSTS, now: daysFromNow(400) });
    expect(late.issuedBecause).toMatch(/tls\.crt expired on/);
    const early = await ensureCertificates({ dir, hosts: HOSTS });
    expect(early.issuedBecause).toMatch(/is not valid before/);
  });

  it('uses certificates of others that work', async () => {
    const dir = tempDir();
    await writeForeign(certificatePaths(dir), new Date());
    const before = contents(dir);
    expect(await ensureCertificates({ dir, hosts: ['localhost'] })).toEqual({ paths: certificatePaths(dir) });
    expect(contents(dir)).toEqual(before);
  });

  it('does not overwrite what others issued', async () => {
    const dir = tempDir();
    await writeForeign(certificatePaths(dir), daysFromNow(-400));
    const before = contents(dir);
    const attempt = ensureCertificates({ dir, hosts: HOSTS });
    await expect(attempt).rejects.toThrow(/tls\.crt expired on .* not issued by Gracegate.*; move /);
    await expect(attempt).rejects.toMatchObject({ code: 'not-ours' });
    expect(contents(dir)).toEqual(before);
  });

  it.each([
    ['tls.crt', 'not a certificate'],
    ['tls.key', 'a key on its own'],
  ])('does not overwrite a %s that nobody can tell the maker of', async (name, text) => {
    const dir = tempDir();
    writeFileSync(join(dir, name), text);
    await expect(ensureCertificates({ dir, hosts: HOSTS })).rejects.toMatchObject({ code: 'not-ours' });
    expect(readFileSync(join(dir, name), 'utf8')).toBe(text);
  });

  it('does not guess about files that cannot be read', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'tls.key'));
    const attempt = ensureCertificates({ dir, hosts: HOSTS });
    await expect(attempt).rejects.toThrow(`cannot read ${join(dir, 'tls.key')} (`);
    await expect(attempt).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('fails for wrong hosts before it looks at anything', async () => {
    await expect(ensureCertificates({ dir: '/nowhere', hosts: [] })).rejects.toMatchObject({
      code: 'bad-host',
    });
  });
});
