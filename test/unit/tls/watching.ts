import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, onTestFinished, vi } from 'vitest';

import type { TlsError } from '../../../src/tls/errors.ts';
import { watchCertificateFiles, type CertificateFilesOptions } from '../../../src/tls/files.ts';
import type { CertificateSource, ServingPair } from '../../../src/tls/source.ts';
import { tempDir } from './support.ts';

/** A folder with a pair of files, removed when the test ends. */
export interface Folder {
  readonly certFile: string;
  readonly keyFile: string;
  /** Replaces one file or both, the certificate first; no poll ever sees one of them half-written. */
  readonly write: (pair: { certificatePem?: string; keyPem?: string }) => void;
}

export function folder(): Folder {
  const dir = tempDir();
  const certFile = join(dir, 'tls.crt');
  const keyFile = join(dir, 'tls.key');
  return {
    certFile,
    keyFile,
    write: ({ certificatePem, keyPem }) => {
      if (certificatePem !== undefined) replaceFile(certFile, certificatePem);
      if (keyPem !== undefined) replaceFile(keyFile, keyPem);
    },
  };
}

function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

export interface Watched {
  readonly source: CertificateSource;
  /** What was reported, in order. */
  readonly errors: TlsError[];
  readonly warnings: string[];
  readonly changes: ServingPair[];
  /** How often a poll has looked at the clock so far. */
  readonly readings: () => number;
  /** Waits until the files have been read completely at least once more, without counting milliseconds. */
  readonly pollsAgain: () => Promise<void>;
}

/** Watches quickly, and closes with the test. */
export async function watch(options: Omit<CertificateFilesOptions, 'intervalMs'>): Promise<Watched> {
  const errors: TlsError[] = [];
  const warnings: string[] = [];
  const changes: ServingPair[] = [];
  let readings = 0;
  const source = await watchCertificateFiles({
    onError: (error) => errors.push(error),
    onWarning: (message) => warnings.push(message),
    ...options,
    intervalMs: 5,
    // The clock is read at the end of every poll.
    now: () => {
      readings += 1;
      return options.now?.() ?? new Date();
    },
  });
  onTestFinished(() => source.close());
  source.onChange((pair) => changes.push(pair));
  return {
    source,
    errors,
    warnings,
    changes,
    readings: () => readings,
    pollsAgain: async () => {
      const before = readings;
      // The first one may have begun before the call, and one poll looks at the clock up to three times.
      await vi.waitFor(() => expect(readings).toBeGreaterThan(before + 6), { timeout: 10_000, interval: 5 });
    },
  };
}

/** Waits for a condition that a poll brings about. */
export const until = (condition: () => void): Promise<void> =>
  vi.waitFor(condition, { timeout: 10_000, interval: 5 });
