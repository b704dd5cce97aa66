/**
 * What can go wrong with certificates, as a code that metrics and tests can rely on.
 *
 * - `unreadable`, `unwritable`: the file system said no
 * - `not-pem`: a file holds something else than the PEM block it should
 * - `mismatch`: the key belongs to another certificate
 * - `unusable`: certificate and key are well-formed, but OpenSSL refuses to serve them
 * - `outside-validity`: expired, or not valid yet
 * - `not-ours`: files that Gracegate did not write would have to be overwritten
 * - `bad-host`, `bad-validity`, `bad-authority`: a certificate was asked for that cannot be issued
 * - `listener`: a pair was swapped, and somebody who was told about it failed
 */
export type TlsErrorCode =
  | 'unreadable'
  | 'unwritable'
  | 'not-pem'
  | 'mismatch'
  | 'unusable'
  | 'outside-validity'
  | 'not-ours'
  | 'bad-host'
  | 'bad-validity'
  | 'bad-authority'
  | 'listener';

/**
 * An error for people: its message says what is wrong and where, then, after a semicolon, what to do about it.
 * No message ever holds key material.
 */
export class TlsError extends Error {
  override readonly name = 'TlsError';
  readonly code: TlsErrorCode;
  /** The first half of the message, for those who give other advice in their own context. */
  readonly problem: string;

  /**
   * @param problem what is wrong, and where; a clause without a full stop
   * @param remedy what to do about it; likewise
   * @param cause the error underneath, if there was one
   */
  constructor(code: TlsErrorCode, problem: string, remedy: string, cause?: unknown) {
    super(`${problem}; ${remedy}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.problem = problem;
  }
}

/** Why something failed, in one clause: the words of the system or of OpenSSL without their codes, else the message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  // "EACCES: permission denied, open '/x'" and "error:0480006C:PEM routines::no start line"
  const [, words] = /^(?:E[A-Z0-9]+: |error:[0-9A-F]+:.*::)([^,]+)/.exec(error.message) ?? [];
  return words ?? error.message;
}
