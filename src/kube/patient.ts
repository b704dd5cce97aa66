import pRetry from 'p-retry';
import { ApiError } from './client.ts';

/** The API server says a second (Retry-After: 1) where it throttles; this waits ten in all. Milliseconds. */
const waiting = { retries: 4, minTimeout: 250, factor: 3 };

/** An answer for a moment in which etcd has no leader, or an API server behind a load balancer goes away. */
const passing = new Set([500, 502, 503, 504]);

/**
 * Makes a call again where somebody waits for the answer, rather than an API server for ours: when it was throttled
 * (API Priority and Fairness, 429), and once when there was no answer. Only for calls that may be made twice.
 */
export function patiently<T>(call: () => Promise<T>): Promise<T> {
  return again(call, ({ status }, attempt) => status === 429 || (status === undefined && attempt === 1));
}

/**
 * The same where an audit of minutes must not be lost to a failure that passes: also when the API server failed, and three
 * times when there was no answer. Not for a call that webhooks are asked about, whose failures look the same and stay.
 */
export function persistently<T>(call: () => Promise<T>): Promise<T> {
  return again(
    call,
    ({ status }, attempt) => status === 429 || (status === undefined ? attempt <= 3 : passing.has(status)),
  );
}

function again<T>(
  call: () => Promise<T>,
  mayPass: (error: ApiError, attempt: number) => boolean,
): Promise<T> {
  return pRetry(call, {
    ...waiting,
    shouldRetry: ({ error, attemptNumber }) => error instanceof ApiError && mayPass(error, attemptNumber),
  });
}
