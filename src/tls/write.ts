import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';

import { reasonOf, TlsError } from './errors.ts';
import { certificatePaths, reasonToIssue, type CertificatePaths } from './folder.ts';
import { parseHosts } from './hosts.ts';
import { issueAuthority, issueServing } from './issue.ts';

export interface WriteOptions {
  /** The folder; made with its parents when it is not there. */
  readonly dir: string;
  /** DNS names and IP addresses that clients connect to; at least one. */
  readonly hosts: readonly string[];
  /** How long the certificates are valid, in days; a year unless said otherwise. */
  readonly validDays?: number;
  readonly now?: Date;
}

export interface EnsureOptions extends WriteOptions {
  /** Existing certificates that end within this many days are replaced; 30 unless said otherwise. */
  readonly minRemainingDays?: number;
}

export interface EnsuredCertificates {
  readonly paths: CertificatePaths;
  /** Why new certificates were written, as a clause; absent when the existing ones are used. */
  readonly issuedBecause?: string;
}

/** With a year of validity, a month leaves time to notice. */
const DEFAULT_MIN_REMAINING_DAYS = 30;

/**
 * Issues a new authority and a serving certificate and writes `ca.crt`, `tls.crt` and `tls.key`, overwriting whatever
 * has these names. Each file appears whole or not at all, and the key is readable by its owner only.
 *
 * The authority's key is forgotten. Kept on disk it would be a secret that signs for any host, whereas renewing without
 * it takes no more than trusting the new `ca.crt`.
 *
 * @throws TlsError `bad-host`, `bad-validity` or `unwritable`
 */
export async function writeCertificates(options: WriteOptions): Promise<CertificatePaths> {
  const { dir, hosts, now = new Date() } = options;
  const validity = options.validDays === undefined ? { now } : { now, validDays: options.validDays };
  const authority = await issueAuthority(validity);
  const serving = await issueServing({ authority, hosts, ...validity });

  const paths = certificatePaths(dir);
  try {
    await mkdir(dir, { recursive: true });
    // The key comes last: whatever an interruption leaves behind can be told to be ours by its certificates.
    await replaceFiles([
      { path: paths.caFile, text: authority.certificatePem, mode: 0o644 },
      { path: paths.certFile, text: serving.certificatePem, mode: 0o644 },
      { path: paths.keyFile, text: serving.keyPem, mode: 0o600 },
    ]);
  } catch (error) {
    throw new TlsError(
      'unwritable',
      `cannot write certificates into ${dir} (${reasonOf(error)})`,
      'choose a folder that this user may write to',
      error,
    );
  }
  return paths;
}

/**
 * Makes sure that a folder holds certificates for `hosts`: uses what is there if it is valid, belongs together and lasts,
 * and writes new ones otherwise. Unlike {@link writeCertificates}, which a person has asked for, it runs unasked on every
 * start and overwrites only what Gracegate itself has issued.
 *
 * @throws TlsError `not-ours` or `unreadable` when files are in the way, else as {@link writeCertificates}
 */
export async function ensureCertificates(options: EnsureOptions): Promise<EnsuredCertificates> {
  const { minRemainingDays = DEFAULT_MIN_REMAINING_DAYS, now = new Date(), ...rest } = options;
  const paths = certificatePaths(options.dir);
  const issuedBecause = await reasonToIssue(paths, {
    hosts: parseHosts(options.hosts),
    now,
    minRemainingDays,
  });
  if (issuedBecause === undefined) {
    return { paths };
  }
  return { paths: await writeCertificates({ ...rest, now }), issuedBecause };
}

interface FileToWrite {
  readonly path: string;
  readonly text: string;
  /** Permissions, before the umask of the process. */
  readonly mode: number;
}

/** Writes all files beside their places first, so that a full disk or a missing right leaves the old ones untouched. */
async function replaceFiles(files: readonly FileToWrite[]): Promise<void> {
  const drafts = files.map((file) => ({ ...file, draft: `${file.path}.${randomUUID()}.tmp` }));
  try {
    await Promise.all(
      drafts.map(({ draft, text, mode }) => writeFile(draft, text, { mode, flag: 'wx', flush: true })),
    );
    for (const { draft, path } of drafts) {
      // In this order, one after the other: see the caller.
      await rename(draft, path);
    }
  } finally {
    await Promise.all(drafts.map(({ draft }) => rm(draft, { force: true })));
  }
}
