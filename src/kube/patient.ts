import pRetry from 'p-retry';
import { ApiError } from './client.ts';

/** The API server says a second (Retry-After: 1) where it throttles; this waits ten in all. Milliseconds. */
const throttled = { retries: 4, minTimeout: 250, factor: 3 };

/**
 * Makes a call again where somebody waits for the answer, rather than an API server for ours: when it was throttled
 * (API Priority and Fairness, 429), and once when there was no answer. Only for calls that may be made twice.
 */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  return pRetry(call, {
    ...throttled,
    shouldRetry: ({ error, attemptNumber }) =>
      error instanceof ApiError &&
      (error.status === 429 || (error.status === undefined && attemptNumber === 1)),
  });
}
