/** What is said to a client whose call is not a review. The codes are stable; docs/errors.md explains each. */
export const errorCatalogue = {
  'malformed-json': { status: 400, message: 'the body is not JSON' },
  'too-deep': { status: 400, message: 'the body is nested more deeply than any Kubernetes object' },
  'too-many-values': { status: 413, message: 'the body has more values than any Kubernetes object' },
  'not-a-review': { status: 400, message: 'the body is not an AdmissionReview' },
  'bad-request': { status: 400, message: 'the request is not valid HTTP' },
  'unknown-client': {
    status: 403,
    message: 'the name in the client certificate is none of those that are heard',
  },
  'not-found': {
    status: 404,
    message:
      'there is nothing at this path; reviews go to /mutate, /validate/{enforce,warn,audit}, /namespaces',
  },
  'request-timeout': { status: 408, message: 'the request was not complete in time' },
  'too-large': { status: 413, message: 'the body is larger than 7 MiB' },
  'media-type': { status: 415, message: 'the body must be application/json' },
  busy: { status: 503, message: 'too many large requests at once; try again' },
  internal: { status: 500, message: 'this is a bug in Gracegate; its log says more' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** A call that is answered with a code instead of a review. */
export class CallError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail?: string) {
    super(detail ?? errorCatalogue[code].message);
    this.name = 'CallError';
    this.code = code;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }
}

/** The body of such an answer. */
export function errorBody(code: ErrorCode, message: string): string {
  return JSON.stringify({ error: { code, message } });
}
