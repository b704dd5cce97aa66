/** Exit codes of the command line: clean, findings, error. */
export const exitCode = { clean: 0, findings: 1, error: 2 } as const;

/** Something that the user can put right: printed as one sentence, without a stack trace, exit 2. */
export class UserError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
  }
}

/** Errors of other modules that are meant for the user as they are. */
const userErrors = new Set(['UserError', 'ConfigurationError', 'ApiError', 'TlsError']);

/** The sentence for the user; undefined for a bug. */
export function userMessage(error: unknown): string | undefined {
  return error instanceof Error && userErrors.has(error.name) ? error.message : undefined;
}
