import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';

import { ipV6, sample } from 'fast-check';
import forge from 'node-forge';
import { beforeAll, describe, expect, it } from 'vitest';

import { issueAuthority, issueServing, type Authority } from '../../../src/tls/issue.ts';
import type { ServingPair } from '../../../src/tls/source.ts';
import { handshake, pairFor, serialOf, serveTls } from './support.ts';

const NOW = new Date('2026-03-01T12:00:00.700Z');
const HOSTS = ['localhost', 'gracegate.gracegate-system.svc', '127.0.0.1', '::1'];

let authority: Authority;
let serving: ServingPair;
let ca: X509Certificate;
let leaf: X509Certificate;

beforeAll(async () => {
  authority = await issueAuthority({ now: NOW });
  serving = await issueServing({ authority, hosts: HOSTS, now: NOW });
  ca = new X509Certificate(authority.certificatePem);
  leaf = new X509Certificate(serving.certificatePem);
});

/** An extension as node-forge reads it back: its flags and content by name. */
function extensionOf(certificate: { certificatePem: string }, name: string): Record<string, unknown> {
  return { ...forge.pki.certificateFromPem(certificate.certificatePem).getExtension(name) };
}

describe('the authority', () => {
  it('is self-signed, an authority, and belongs to its key', () => {
    expect(ca.ca).toBe(true);
    expect(ca.checkIssued(ca)).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(ca.checkPrivateKey(createPrivateKey(authority.keyPem))).toBe(true);
  });

  it('may sign certificates of servers and no further authorities', () => {
    expect(extensionOf(authority, 'basicConstraints')).toMatchObject({
      critical: true,
      cA: true,
      pathLenConstraint: 0,
    });
    expect(extensionOf(authority, 'keyUsage')).toMatchObject({
      critical: true,
      keyCertSign: true,
      digitalSignature: false,
    });
    expect(forge.pki.certificateFromPem(authority.certificatePem).verifySubjectKeyIdentifier()).toBe(true);
  });

  it('is RSA 2048 with SHA-256', () => {
    expect(ca.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(ca.signatureAlgorithm).toBe('sha256WithRSAEncryption');
  });

  it('is valid from an hour ago for a year, or for the days that were asked for, beyond 2050 too', async () => {
    expect(ca.validFromDate.toISOString()).toBe('2026-03-01T11:00:00.000Z');
    expect(ca.validToDate.toISOString()).toBe('2027-03-01T12:00:00.000Z');
    const long = await issueAuthority({ now: NOW, validDays: 40 * 365 });
    expect(new X509Certificate(long.certificatePem).validToDate.toISOString()).toBe(
      '2066-02-19T12:00:00.000Z',
    );
  });

  it('is written in PEM with plain line ends', () => {
    expect(authority.certificatePem).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(authority.certificatePem + serving.certificatePem).not.toContain('\r');
  });
});

describe('a serving certificate', () => {
  it('is signed by its authority and belongs to a key of its own', () => {
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(serving.keyPem))).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(authority.keyPem))).toBe(false);
  });

  it('is for servers only', () => {
    expect(leaf.ca).toBe(false);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(extensionOf(serving, 'basicConstraints')).toMatchObject({ critical: true, cA: false });
    expect(extensionOf(serving, 'keyUsage')).toMatchObject({
      critical: true,
      digitalSignature: true,
      keyEncipherment: true,
      keyCertSign: false,
    });
  });

  it('names its hosts, and the key of its authority', () => {
    expect(leaf.subjectAltName).toBe(
      'DNS:localhost, DNS:gracegate.gracegate-system.svc, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    const { subjectKeyIdentifier } = extensionOf(authority, 'subjectKeyIdentifier');
    const { value } = extensionOf(serving, 'authorityKeyIdentifier');
    // SEQUENCE (22 bytes) of [0] (20 bytes): the identifier
    expect(Buffer.from(String(value), 'latin1').toString('hex')).toBe(
      `30168014${String(subjectKeyIdentifier)}`,
    );
  });

  it('reports the end that is in the certificate', () => {
    expect(serving.notAfter).toEqual(leaf.validToDate);
    expect(leaf.validFromDate.toISOString()).toBe('2026-03-01T11:00:00.000Z');
    expect(leaf.validToDate.toISOString()).toBe('2027-03-01T12:00:00.000Z');
  });

  it('ends with its authority at the latest', async () => {
    const later = new Date('2027-02-01T00:00:00Z');
    const { notAfter } = await pairFor(authority, { now: later, validDays: 90 });
    expect(notAfter).toEqual(ca.validToDate);
    const short = await pairFor(authority, { now: later, validDays: 7 });
    expect(short.notAfter.toISOString()).toBe('2027-02-08T00:00:00.000Z');
  });

  it('has a serial number of 16 random bytes, positive, different from every other', async () => {
    const again = await pairFor(authority, { now: NOW });
    const serials = [ca.serialNumber, leaf.serialNumber, serialOf(again)];
    for (const serial of serials) {
      expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
    }
    expect(new Set(serials).size).toBe(3);
  });

  it('speaks for any IPv6 address, however it is abbreviated', async () => {
    const addresses = [...sample(ipV6(), 100), '::', '1::', 'fe80::', '::ffff:10.1.2.3', '1:2:3:4:5:6:7:8'];
    const { certificatePem } = await issueServing({ authority, hosts: addresses, now: NOW });
    const certificate = new X509Certificate(certificatePem);
    expect(addresses.filter((address) => certificate.checkIP(address) === undefined)).toEqual([]);
  });
});

describe('a real handshake', () => {
  it.each(['localhost', '127.0.0.1', '::1'])('authorizes %s', async (host) => {
    const fresh = await issueAuthority();
    const pair = await issueServing({ authority: fresh, hosts: HOSTS });
    const server = await serveTls(pair);
    await expect(handshake(server, fresh.certificatePem, host)).resolves.toBe(serialOf(pair));
  });

  it('refuses hosts that were not named, and other authorities of the same name', async () => {
    const [fresh, other] = await Promise.all([issueAuthority(), issueAuthority()]);
    const server = await serveTls(await issueServing({ authority: fresh, hosts: HOSTS }));
    await expect(handshake(server, fresh.certificatePem, '::2')).rejects.toThrow(/altnames/);
    await expect(handshake(server, fresh.certificatePem, 'example.com')).rejects.toThrow(/altnames/);
    await expect(handshake(server, other.certificatePem, 'localhost')).rejects.toThrow(
      /signature|self-signed|verify/,
    );
  });

  it('works with a bundle of the old and the new authority, whichever signed, as in a rotation', async () => {
    const [old, fresh] = await Promise.all([issueAuthority(), issueAuthority()]);
    const bundle = old.certificatePem + fresh.certificatePem;
    const shown = await Promise.all(
      [old, fresh].map(async (signer) =>
        handshake(await serveTls(await pairFor(signer)), bundle, 'localhost'),
      ),
    );
    expect(shown).toHaveLength(2);
  });
});

describe('what cannot be issued', () => {
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a validity of %s days', async (validDays) => {
    await expect(issueAuthority({ validDays })).rejects.toMatchObject({ code: 'bad-validity' });
    await expect(pairFor(authority, { now: NOW, validDays })).rejects.toMatchObject({ code: 'bad-validity' });
  });

  it('a certificate for nobody', async () => {
    await expect(issueServing({ authority, hosts: [], now: NOW })).rejects.toMatchObject({
      code: 'bad-host',
    });
  });

  it.each<[string, () => Authority, RegExp, Date]>([
    ['is none', () => serving, /ordinary certificate/, NOW],
    ['is damaged', () => ({ ...authority, certificatePem: 'nonsense' }), /cannot be read/, NOW],
    ['has a damaged key', () => ({ ...authority, keyPem: 'nonsense' }), /cannot be read/, NOW],
    ['has another key', () => ({ ...authority, keyPem: serving.keyPem }), /key of another certificate/, NOW],
    ['has expired', () => authority, /expired on 2027-03-01/, new Date('2027-03-01T12:00:00Z')],
  ])('anything, by an authority that %s', async (_what, bad, message, now) => {
    const attempt = pairFor(bad(), { now });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ name: 'TlsError', code: 'bad-authority' });
  });

  it('anything, with a key that node-forge cannot sign with', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await expect(pairFor({ ...authority, keyPem }, { now: NOW })).rejects.toMatchObject({
      code: 'bad-authority',
    });
  });
});
