import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { reasonOf, TlsError } from './errors.ts';
import { coversHost, type Host } from './hosts.ts';
import { ORGANIZATION } from './issue.ts';
import { checkPair, readCertificate, validityProblem } from './pair.ts';

/** The three files of a folder of certificates, named as in a Secret of type kubernetes.io/tls. */
export interface CertificatePaths {
  /** What clients trust. */
  readonly caFile: string;
  /** What the server shows. */
  readonly certFile: string;
  /** The private key of `certFile`. */
  readonly keyFile: string;
}

/** What certificates in a folder must be good for to be used again. */
export interface Need {
  readonly hosts: readonly Host[];
  readonly now: Date;
  /** How many days they must last from `now`. */
  readonly minRemainingDays: number;
}

const DAY_MS = 86_400_000;

export function certificatePaths(dir: string): CertificatePaths {
  return { caFile: join(dir, 'ca.crt'), certFile: join(dir, 'tls.crt'), keyFile: join(dir, 'tls.key') };
}

/**
 * Why the certificates of a folder have to be issued anew, or `undefined` when they can be used as they are. Good ones
 * may come from anywhere; bad ones may be overwritten only if every certificate there names Gracegate as its issuer,
 * because a private key of somebody else's would be gone for good.
 * @throws TlsError `not-ours`, or `unreadable` for a file that is there and cannot be read
 */
export async function reasonToIssue(paths: CertificatePaths, need: Need): Promise<string | undefined> {
  const [ca, certificate, key] = await Promise.all([
    readIfPresent(paths.caFile),
    readIfPresent(paths.certFile),
    readIfPresent(paths.keyFile),
  ]);
  if (ca === undefined && certificate === undefined && key === undefined) {
    return 'there are none yet';
  }
  const problem = problemOf({ ca, certificate, key }, paths, need);
  if (problem !== undefined && !areOurs([ca, certificate])) {
    throw new TlsError(
      'not-ours',
      `${problem}, and what is in its folder was not issued by Gracegate, so it is not overwritten`,
      `move ${paths.caFile}, ${paths.certFile} and ${paths.keyFile} away or repair them, then try again`,
    );
  }
  return problem;
}

interface Contents {
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

function problemOf(contents: Contents, paths: CertificatePaths, need: Need): string | undefined {
  const { ca, certificate, key } = contents;
  if (ca === undefined) {
    return `${paths.caFile} is missing`;
  }
  if (certificate === undefined) {
    return `${paths.certFile} is missing`;
  }
  if (key === undefined) {
    return `${paths.keyFile} is missing`;
  }
  try {
    const pair = checkPair(certificate, key, { certificate: paths.certFile, key: paths.keyFile });
    const invalid = validityProblem(pair, need.now);
    if (invalid !== undefined) {
      return `${paths.certFile} ${invalid}`;
    }
    return problemOfChain(readCertificate(certificate, paths.certFile), ca, paths, need);
  } catch (error) {
    if (error instanceof TlsError) {
      return error.problem;
    }
    throw error;
  }
}

function problemOfChain(
  serving: X509Certificate,
  caPem: string,
  paths: CertificatePaths,
  need: Need,
): string | undefined {
  const ca = readCertificate(caPem, paths.caFile);
  // An authority that signed through an intermediate does not count: this folder has no place for one.
  if (!ca.ca || !serving.checkIssued(ca) || !serving.verify(ca.publicKey)) {
    return `${paths.certFile} was not signed by ${paths.caFile}`;
  }
  const lasting = need.now.getTime() + need.minRemainingDays * DAY_MS;
  for (const [file, { validToDate }] of [
    [paths.certFile, serving],
    [paths.caFile, ca],
  ] as const) {
    if (validToDate.getTime() < lasting) {
      return `${file} expires on ${validToDate.toISOString()}, in less than ${need.minRemainingDays} days`;
    }
  }
  const missing = need.hosts.find((host) => !coversHost(serving, host));
  return missing && `${paths.certFile} does not cover ${missing.value}`;
}

/** A key says nothing about its maker: one that stands alone is nobody's, and so not ours. */
function areOurs(certificates: readonly (string | undefined)[]): boolean {
  const present = certificates.filter((pem) => pem !== undefined);
  return present.length > 0 && present.every(isOurs);
}

function isOurs(certificatePem: string): boolean {
  try {
    return readCertificate(certificatePem, '').issuer.split('\n').includes(`O=${ORGANIZATION}`);
  } catch {
    return false;
  }
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw new TlsError(
      'unreadable',
      `cannot read ${file} (${reasonOf(error)})`,
      'give this user the right to read it, or move it away so that a new one can be issued',
      error,
    );
  }
}
