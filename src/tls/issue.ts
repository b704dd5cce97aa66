import { createPrivateKey, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';

import forge from 'node-forge';

import { reasonOf, TlsError } from './errors.ts';
import { parseHosts, type Host } from './hosts.ts';
import type { ServingPair } from './source.ts';

/** A certificate authority: what signs serving certificates, and what clients trust. */
export interface Authority {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface AuthorityOptions {
  /** How long the authority is valid, in days from `now`; 365 unless said otherwise. */
  readonly validDays?: number;
  readonly now?: Date;
}

export interface ServingOptions {
  readonly authority: Authority;
  /** DNS names (wildcards too) and IP addresses that clients connect to; at least one. */
  readonly hosts: readonly string[];
  /** How long the certificate is valid, in days from `now`; 365 unless said otherwise. Never longer than its authority. */
  readonly validDays?: number;
  readonly now?: Date;
}

/** The organization in the names of our authorities: how certificates that Gracegate issued are told from others. */
export const ORGANIZATION = 'Gracegate';

/**
 * A year, for both. An authority of ten years would be rotated for the first time when nobody remembers how, and its key
 * could be abused for as long; written to files (see write.ts) it has no use beyond the one certificate that it signed.
 */
const DEFAULT_VALID_DAYS = 365;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A client whose clock is behind must not find the certificate "not yet valid". */
const BACKDATE_MS = HOUR_MS;

/** node-forge signs with RSA only; 2048 bits are the least that OpenSSL and Go accept without a word, and fast to sign. */
const RSA_BITS = 2048;

/** Makes a new self-signed authority, which can sign serving certificates and nothing else below it. */
export async function issueAuthority(options: AuthorityOptions = {}): Promise<Authority> {
  const { validDays = DEFAULT_VALID_DAYS, now = new Date() } = options;
  const notAfter = endOf(validDays, now);
  const keys = await generateKeyPems();
  const certificate = newCertificate(keys.publicKey, now, notAfter);
  const name = [
    { name: 'organizationName', value: ORGANIZATION },
    { name: 'commonName', value: 'Gracegate CA' },
  ];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return { certificatePem: sign(certificate, keys.privateKey), keyPem: keys.privateKey };
}

/**
 * Issues a serving certificate with a new key.
 * @throws TlsError `bad-host`, `bad-validity`, or `bad-authority` when the authority is damaged, expired, not RSA or not
 * an authority
 */
export async function issueServing(options: ServingOptions): Promise<ServingPair> {
  const { authority, validDays = DEFAULT_VALID_DAYS, now = new Date() } = options;
  const hosts = parseHosts(options.hosts);
  const wanted = endOf(validDays, now);
  const issuer = readAuthority(authority, now);
  // A certificate that outlives its authority would look valid in every metric and fail in every handshake.
  const notAfter = new Date(Math.min(wanted.getTime(), issuer.validity.notAfter.getTime()));

  const keys = await generateKeyPems();
  const certificate = newCertificate(keys.publicKey, now, notAfter);
  certificate.setSubject([{ name: 'commonName', value: 'Gracegate webhook' }]);
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: keyIdentifierOf(issuer) },
    { name: 'subjectAltName', altNames: hosts.map(alternativeName) },
  ]);
  return { certificatePem: sign(certificate, authority.keyPem), keyPem: keys.privateKey, notAfter };
}

function endOf(validDays: number, now: Date): Date {
  if (!Number.isFinite(validDays) || validDays <= 0) {
    throw new TlsError(
      'bad-validity',
      `a certificate cannot be valid for ${validDays} days`,
      'use a number above 0',
    );
  }
  // X.509 knows whole seconds; rounded here, so that what is reported is what is in the certificate.
  return new Date(Math.floor((now.getTime() + validDays * DAY_MS) / 1000) * 1000);
}

/** Natively and off the main thread: node-forge would need a second or more of it for one key. */
function generateKeyPems(): Promise<{ publicKey: string; privateKey: string }> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function newCertificate(publicKeyPem: string, now: Date, notAfter: Date): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = newSerialNumber();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKeyPem);
  certificate.validity.notBefore = new Date(now.getTime() - BACKDATE_MS);
  certificate.validity.notAfter = notAfter;
  return certificate;
}

/**
 * 16 random bytes, in hexadecimal. Unique per certificate, because clients refuse two certificates of one issuer with
 * the same serial. The first two bits are 01: positive, and never shorter in DER (RFC 5280, section 4.1.2.2).
 */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}

function sign(certificate: forge.pki.Certificate, keyPem: string): string {
  certificate.sign(forge.pki.privateKeyFromPem(keyPem), forge.md.sha256.create());
  // node-forge ends lines with CRLF; in a Secret or a YAML block that would be noise.
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

function alternativeName(host: Host): { type: number; value?: string; ip?: string } {
  // GeneralName of RFC 5280: 2 is dNSName, 7 is iPAddress.
  return host.kind === 'dns' ? { type: 2, value: host.value } : { type: 7, ip: host.value };
}

/** Read from the certificate and not computed: an authority of somebody else's may have derived it in another way. */
function keyIdentifierOf(issuer: forge.pki.Certificate): string {
  const extension = issuer.getExtension('subjectKeyIdentifier') ?? {};
  return 'subjectKeyIdentifier' in extension && typeof extension.subjectKeyIdentifier === 'string'
    ? forge.util.hexToBytes(extension.subjectKeyIdentifier)
    : issuer.generateSubjectKeyIdentifier().getBytes();
}

/** Why an authority cannot sign, or undefined when it can. Its time is not looked at. */
export function signingProblem(authority: Authority): string | undefined {
  try {
    readSigner(authority);
    return undefined;
  } catch (error) {
    return error instanceof TlsError ? error.problem : reasonOf(error);
  }
}

function readAuthority(authority: Authority, now: Date): forge.pki.Certificate {
  const { certificate, issuer } = readSigner(authority);
  if (certificate.validToDate <= now) {
    throw badAuthority(`expired on ${certificate.validToDate.toISOString()}`);
  }
  return issuer;
}

function readSigner(authority: Authority): { certificate: X509Certificate; issuer: forge.pki.Certificate } {
  try {
    const certificate = new X509Certificate(authority.certificatePem);
    // By its basic constraints and its key usage, as OpenSSL has it.
    if (!certificate.ca) {
      throw badAuthority('is an ordinary certificate and cannot sign others');
    }
    if (certificate.publicKey.asymmetricKeyType !== 'rsa') {
      throw badAuthority(
        `has a key of type ${certificate.publicKey.asymmetricKeyType}, and only RSA can be used`,
      );
    }
    if (!certificate.checkPrivateKey(createPrivateKey(authority.keyPem))) {
      throw badAuthority('has the key of another certificate');
    }
    return { certificate, issuer: forge.pki.certificateFromPem(authority.certificatePem) };
  } catch (error) {
    throw error instanceof TlsError ? error : badAuthority(`cannot be read (${reasonOf(error)})`, error);
  }
}

function badAuthority(problem: string, cause?: unknown): TlsError {
  return new TlsError('bad-authority', `the certificate authority ${problem}`, 'issue a new one', cause);
}
