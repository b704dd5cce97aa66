import { clippedName } from '../policy/visible.ts';
import { Budget } from './budget.ts';
import type { AdmissionContext } from './context.ts';
import { mutate } from './mutate.ts';
import { checkNamespace } from './namespaces.ts';
import type { WebhookPath } from './ports.ts';
import { allow, fail, type AdmissionResponse } from './response.ts';
import type { AdmissionRequest } from './review.ts';
import { validate } from './validate.ts';

/**
 * Answers one review. Synchronously where nothing has to be read live. Never throws: a failure becomes an answer, closed
 * (500) where the webhook enforces or mutates, open where it only advises.
 * @param deadlineMs how long the API server waits for the answer, in milliseconds
 */
export function handle(
  path: WebhookPath,
  request: AdmissionRequest,
  context: AdmissionContext,
  deadlineMs: number,
): AdmissionResponse | Promise<AdmissionResponse> {
  try {
    const response = dispatch(path, request, context, deadlineMs);
    if (!(response instanceof Promise)) return response;
    return response.catch((error: unknown) => failure(path, request, context, error));
  } catch (error) {
    return failure(path, request, context, error);
  }
}

/** The rest of the deadline is for the way there and back, and for judging. */
const shareForReads = 0.8;

/** The longest timeoutSeconds of our webhooks; what a client names beyond it is no API server's. */
const maxReadsMs = 5000;

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function dispatch(
  path: WebhookPath,
  request: AdmissionRequest,
  context: AdmissionContext,
  deadlineMs: number,
): AdmissionResponse | Promise<AdmissionResponse> {
  // Most reviews read nothing, so most need no clock.
  const budget = lazily(() => new Budget(Math.min(deadlineMs, maxReadsMs) * shareForReads));
  switch (path) {
    case 'mutate':
      return mutate(request, budget, context);
    case 'namespaces':
      return checkNamespace(request, context, deadlineMs);
    case 'enforce':
    case 'warn':
    case 'audit':
      return validate(path, request, budget, context);
  }
}

function failure(
  path: WebhookPath,
  request: AdmissionRequest,
  context: AdmissionContext,
  error: unknown,
): AdmissionResponse {
  const reason = error instanceof Error ? error.message : String(error);
  context.recorder.reviewed({ path, decision: 'error' });
  const name = `${clippedName(request.kind)} ${request.namespace}/${clippedName(request.name)}`;
  context.recorder.failed(`review ${request.uid} of ${name}`, error);
  const message = `Gracegate could not judge ${name}: ${reason}`;
  if (path === 'enforce' || path === 'mutate') return fail(request.uid, message);
  return allow(request.uid, { auditAnnotations: { error: message } });
}
