import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

import { reasonOf, TlsError } from './errors.ts';
import type { ServingPair } from './source.ts';

/** A pair that has been looked into: it can be served, within its time. */
export interface CheckedPair extends ServingPair {
  readonly notBefore: Date;
}

/** Where the two halves of a pair come from, as messages should call it: usually paths of files. */
export interface PairOrigin {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes sure that a server can be started with this certificate and this key. Time is not looked at: see
 * {@link validityProblem}.
 * @throws TlsError `not-pem`, `mismatch` or `unusable`, naming the half that is wrong
 */
export function checkPair(certificatePem: string, keyPem: string, origin: PairOrigin): CheckedPair {
  const certificate = readCertificate(certificatePem, origin.certificate);
  const key = readKey(keyPem, origin.key);
  if (!certificate.checkPrivateKey(key)) {
    throw new TlsError(
      'mismatch',
      `the key ${origin.key} does not belong to the certificate ${origin.certificate}`,
      'replace both together, and if the certificate comes with a chain, put the serving certificate first',
    );
  }
  try {
    // The last word is OpenSSL's: it reads the whole chain and refuses keys below its security level.
    createSecureContext({ cert: certificatePem, key: keyPem });
  } catch (error) {
    throw new TlsError(
      'unusable',
      `the certificate ${origin.certificate} cannot be served (${reasonOf(error)})`,
      'issue a new one, with an RSA key of 2048 bits or more or an ECDSA key',
      error,
    );
  }
  return {
    certificatePem,
    keyPem,
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  };
}

/**
 * Reads the first certificate of a PEM file.
 * @param name what to call it in messages
 * @throws TlsError `not-pem`
 */
export function readCertificate(pem: string, name: string): X509Certificate {
  try {
    // X509Certificate would take DER as well, which a server does not.
    if (!pem.includes('-----BEGIN ')) {
      throw new Error('there is no BEGIN line');
    }
    return new X509Certificate(pem);
  } catch (error) {
    throw new TlsError(
      'not-pem',
      `${name} is not a certificate in PEM (${reasonOf(error)})`,
      'it must hold a block that begins with -----BEGIN CERTIFICATE-----',
      error,
    );
  }
}

/** Says that a pair is expired or not valid yet, or nothing when all is well. */
export function validityProblem(pair: CheckedPair, now: Date): string | undefined {
  if (now > pair.notAfter) {
    return `expired on ${pair.notAfter.toISOString()}`;
  }
  return now < pair.notBefore ? `is not valid before ${pair.notBefore.toISOString()}` : undefined;
}

function readKey(pem: string, name: string): ReturnType<typeof createPrivateKey> {
  if (/-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw new TlsError(
      'not-pem',
      `the key ${name} is protected by a passphrase`,
      'write it without one, and protect the file instead',
    );
  }
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new TlsError(
      'not-pem',
      `${name} is not a private key in PEM (${reasonOf(error)})`,
      'it must hold a block that begins with -----BEGIN PRIVATE KEY-----',
      error,
    );
  }
}
