import { request } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly response?: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: number; readonly message: string };
    /** Base64. */
    readonly patch?: string;
  };
}

/** Sends one review: to see that an answer is the one that is meant to be measured. */
export async function ask(url: string, ca: string, body: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const call = request(url, {
    method: 'POST',
    ca,
    agent: false,
    timeout: 5000,
    headers: { 'content-type': 'application/json' },
  });
  call.on('timeout', () => call.destroy(new Error(`${url} does not answer`)));
  call.on('error', reject);
  call.on('response', (response) => {
    text(response).then(resolve, reject);
  });
  call.end(body);
  return JSON.parse(await promise) as Answer;
}
