import { handle } from '../../../src/admission/handle.ts';
import type { WebhookPath } from '../../../src/admission/ports.ts';
import type { AdmissionResponse } from '../../../src/admission/response.ts';
import type { AdmissionRequest } from '../../../src/admission/review.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { contextOf, type Situation } from './contexts.ts';
import type { Seen } from './recording.ts';
import { requestOf } from './reviews.ts';

export interface Answer {
  readonly response: AdmissionResponse;
  readonly seen: Seen;
  /** Warnings, none when the answer has none. */
  readonly warnings: readonly string[];
}

/** Asks a webhook. A plain object is one that is being created. */
export async function ask(
  path: WebhookPath,
  asked: AdmissionRequest | JsonObject,
  situation: Situation = {},
): Promise<Answer> {
  const request = isRequest(asked) ? asked : requestOf(asked);
  const context = contextOf(situation);
  const response = await handle(path, request, context, 2000);
  return { response, seen: context.recorder.seen, warnings: response.warnings ?? [] };
}

function isRequest(asked: AdmissionRequest | JsonObject): asked is AdmissionRequest {
  return 'uid' in asked;
}

/** The checks that a refusal names, one for each line; none when it is no refusal. */
export function refusedFor({ response }: Answer): string[] {
  return [...(response.status?.message ?? '').matchAll(/\[([a-z-]+)\]; /g)].map(([, check = '']) => check);
}
