import { readFile } from 'node:fs/promises';

import { reasonOf, TlsError } from './errors.ts';
import { holdPair } from './holder.ts';
import { checkPair, validityProblem, type CheckedPair } from './pair.ts';
import type { CertificateSource } from './source.ts';

export interface CertificateFilesOptions {
  /** The serving certificate in PEM, its intermediates after it. */
  readonly certFile: string;
  /** Its private key in PEM, without a passphrase. */
  readonly keyFile: string;
  /** How often the files are read, in milliseconds; 10,000 unless said otherwise. */
  readonly intervalMs?: number;
  /** Told once when the files cannot replace the pair that is served; again when the reason changes or comes back. */
  readonly onError?: (error: TlsError) => void;
  /** Told when the files are as they should be again after an error, and hold what is served already. */
  readonly onRecovered?: () => void;
  /** Told once when the pair that is served is expired or not valid yet. It is served all the same. */
  readonly onWarning?: (message: string) => void;
  readonly now?: () => Date;
}

/** The kubelet brings a changed Secret within about a minute; ten seconds on top of it do not matter. */
const DEFAULT_INTERVAL_MS = 10_000;

/**
 * Serves the pair in two files and follows their changes.
 *
 * The files are read every time instead of watched: the kubelet replaces a mounted Secret by turning a symbolic link
 * (`..data`) to another directory, which inotify and modification times of the links do not show, and two small files
 * every few seconds cost nothing. A pair that is broken, mismatched (perhaps only half of it is written yet) or outside
 * its time never replaces one that works. The timer does not keep the process alive.
 *
 * @returns once a first pair is there
 * @throws TlsError `unreadable`, `not-pem`, `mismatch` or `unusable` when there is no first pair; later problems go to
 * `onError` only
 */
export async function watchCertificateFiles(options: CertificateFilesOptions): Promise<CertificateSource> {
  const { intervalMs = DEFAULT_INTERVAL_MS, now = () => new Date() } = options;
  const tellError = onceInARow<TlsError>(options.onError, (error) => error.message);
  const tellWarning = onceInARow<string>(options.onWarning, (message) => message);

  let served = check(await readFiles(options), options);
  const holder = holdPair(served);
  warnAboutServed();
  let timer: NodeJS.Timeout | undefined = schedule();

  function schedule(): NodeJS.Timeout {
    return setTimeout(() => void poll(), intervalMs).unref();
  }

  async function poll(): Promise<void> {
    try {
      // Before anyone is alarmed a failed attempt is repeated: it may have fallen between the two halves of a swap.
      const next = await readChange().catch(readChange);
      if (timer !== undefined) {
        consider(next);
      }
    } catch (error) {
      if (timer !== undefined) {
        tellError(asTlsError(error, options.certFile));
      }
    }
    if (timer !== undefined) {
      warnAboutServed();
      timer = schedule();
    }
  }

  async function readChange(): Promise<CheckedPair | undefined> {
    const files = await readFiles(options);
    return files.certificatePem === served.certificatePem && files.keyPem === served.keyPem
      ? undefined
      : check(files, options);
  }

  function consider(next: CheckedPair | undefined): void {
    if (next !== undefined) {
      refuseDowngrade(served, next, options.certFile, now());
      served = next;
      notify(next);
    }
    const wasWrong = tellError(undefined);
    if (wasWrong && next === undefined) options.onRecovered?.();
  }

  function notify(next: CheckedPair): void {
    try {
      holder.replace(next);
    } catch (error) {
      throw new TlsError(
        'listener',
        `the new certificate ${options.certFile} was read, but could not be put to use everywhere`,
        'restart to serve it',
        error,
      );
    }
  }

  function warnAboutServed(): void {
    const problem = validityProblem(served, now());
    tellWarning(problem && `the certificate ${options.certFile} ${problem}; renew it, clients refuse it`);
  }

  return {
    current: () => holder.current(),
    onChange: (listener) => holder.onChange(listener),
    close() {
      clearTimeout(timer);
      timer = undefined;
      holder.close();
    },
  };
}

/**
 * Clients refuse a certificate outside its time, so it must not push out one that they accept.
 * @throws TlsError `outside-validity`
 */
function refuseDowngrade(served: CheckedPair, next: CheckedPair, certFile: string, now: Date): void {
  const problem = validityProblem(next, now);
  if (problem !== undefined && validityProblem(served, now) === undefined) {
    throw new TlsError(
      'outside-validity',
      `the new certificate ${certFile} ${problem}`,
      `check its dates and the clock; the one before stays in use until ${served.notAfter.toISOString()}`,
    );
  }
}

type PemFiles = Pick<CheckedPair, 'certificatePem' | 'keyPem'>;

async function readFiles({ certFile, keyFile }: CertificateFilesOptions): Promise<PemFiles> {
  const [certificatePem, keyPem] = await Promise.all([
    readText(certFile, 'certificate'),
    readText(keyFile, 'key'),
  ]);
  return { certificatePem, keyPem };
}

function check(files: PemFiles, { certFile, keyFile }: CertificateFilesOptions): CheckedPair {
  return checkPair(files.certificatePem, files.keyPem, { certificate: certFile, key: keyFile });
}

async function readText(file: string, role: 'certificate' | 'key'): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TlsError(
      'unreadable',
      `cannot read the ${role} file ${file} (${reasonOf(error)})`,
      'check the path, the mounted Secret and the permissions',
      error,
    );
  }
}

/** Whatever goes wrong while polling is reported, also what nobody has thought of; nothing is thrown at nobody. */
function asTlsError(error: unknown, certFile: string): TlsError {
  return error instanceof TlsError
    ? error
    : new TlsError(
        'unusable',
        `cannot check ${certFile} (${reasonOf(error)})`,
        'please report this bug',
        error,
      );
}

/**
 * Passes a value on unless it is the same as the one before; `undefined` says that all is well again. Gives whether there
 * was something to say before.
 */
function onceInARow<T>(
  tell: ((value: T) => void) | undefined,
  keyOf: (value: T) => string,
): (value: T | undefined) => boolean {
  let last: string | undefined;
  return (value) => {
    const before = last;
    last = value === undefined ? undefined : keyOf(value);
    if (value !== undefined && last !== before) {
      try {
        tell?.(value);
      } catch {
        // A callback that fails must not end the polling, and there is nobody else to tell.
      }
    }
    return before !== undefined;
  };
}
