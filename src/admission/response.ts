import type { PatchOperation } from '../policy/draft.ts';
import { clipped, visible } from '../policy/visible.ts';
import { reviewApiVersion } from './review.ts';

/** The response of an AdmissionReview, before it is written. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: {
    readonly status: 'Failure';
    /** HTTP status that the API server gives to its client. */
    readonly code: number;
    readonly reason: string;
    readonly message: string;
  };
  readonly patchType?: 'JSONPatch';
  /** Base64 of a JSON patch. */
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/** What may stand beside an answer. */
export interface Remarks {
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

export function allow(uid: string, remarks: Remarks = {}): AdmissionResponse {
  return { uid, allowed: true, ...written(remarks) };
}

/** A refusal: 403 Forbidden, like Pod Security Admission. With reason Invalid kubectl would drop the message. */
export function deny(uid: string, message: string, remarks: Remarks = {}): AdmissionResponse {
  return { uid, allowed: false, status: failure(403, 'Forbidden', message), ...written(remarks) };
}

/** Could not be judged. The failurePolicy of the webhook decides nothing here: the answer itself is a refusal with 500. */
export function fail(uid: string, message: string): AdmissionResponse {
  return { uid, allowed: false, status: failure(500, 'InternalError', message) };
}

export function patched(uid: string, patch: readonly PatchOperation[], remarks: Remarks): AdmissionResponse {
  return {
    uid,
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
    ...written(remarks),
  };
}

function failure(code: number, reason: string, message: string) {
  return { status: 'Failure', code, reason, message: visible(message) } as const;
}

/** The body of an answer. */
export function reviewBody(response: AdmissionResponse): string {
  return `{"apiVersion":"${reviewApiVersion}","kind":"AdmissionReview","response":${JSON.stringify(response)}}`;
}

function written({ warnings, auditAnnotations }: Remarks): Remarks {
  return {
    ...(warnings !== undefined && warnings.length > 0 && { warnings: withinLimits(warnings) }),
    ...(auditAnnotations !== undefined && Object.keys(auditAnnotations).length > 0 && { auditAnnotations }),
  };
}

/** Past this many characters in all the API server cuts every warning to 256. */
const maxWarningCharacters = 4096;

/** One long warning, of a value that a client wrote, must not push out the others. */
const maxOneWarning = 1024;

/**
 * Warnings as the API server keeps them: a control character drops a warning without a word, and too many characters cut
 * all of them. Source: k8s.io/apiserver pkg/endpoints/filters/warning.go.
 */
function withinLimits(warnings: readonly string[]): string[] {
  const kept: string[] = [];
  // Counted in UTF-16 units, of which there are never fewer than the runes that the API server counts.
  let characters = 0;
  for (const [index, warning] of warnings.entries()) {
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    const clean = visible(warning.replaceAll(/[\u0000-\u001F\u007F-\u009F]+/g, ' '));
    const text = clipped(clean, maxOneWarning);
    characters += text.length;
    if (characters > maxWarningCharacters - 32) {
      kept.push(`and ${warnings.length - index} more`);
      break;
    }
    kept.push(text);
  }
  return kept;
}
