import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { expect, it, onTestFinished, vi } from 'vitest';

import { WebhookBundles } from '../../../src/kube/webhook-bundles.ts';
import { clientOf, standIn } from './standing-in.ts';

const waited = { timeout: 10_000, interval: 20 };
const encode = (pem: string): string => Buffer.from(pem).toString('base64');

/** The configuration as it is after some writes, with a bundle in its only webhook. */
const configuration = (version: string, bundle: string) => ({
  metadata: { name: 'gracegate', resourceVersion: version },
  webhooks: [{ name: 'enforce.gracegate.dev', clientConfig: { caBundle: encode(bundle) } }],
});

interface Situation {
  /** What a list finds. */
  readonly first: object;
  /** What a read finds after a write was refused. */
  readonly live: object;
  /** What a watch brings before that read is answered. */
  readonly meanwhile?: object;
}

/** Follows validating webhooks, whose first write is refused; an API server cannot be made to do that at a given moment. */
async function following({ first, live, meanwhile }: Situation) {
  const patched: string[] = [];
  const errors: unknown[] = [];
  let seen = 0;
  let watch: ServerResponse | undefined;
  const refuseFirst = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [test] = JSON.parse(await text(request)) as [{ value: string }];
    patched.push(test.value);
    response.writeHead(patched.length === 1 ? 422 : 200).end('{"message":"no"}');
  };
  const url = await standIn((request, response) => {
    const { method, url: path = '' } = request;
    if (path.includes('mutating') && path.includes('watch=true')) response.writeHead(200).flushHeaders();
    else if (path.includes('mutating')) response.end('{"metadata":{"resourceVersion":"1"},"items":[]}');
    else if (path.includes('watch=true')) {
      response.writeHead(200).flushHeaders();
      watch = response;
    } else if (method === 'PATCH') {
      void refuseFirst(request, response);
    } else if (path.includes('/gracegate')) {
      const before = seen;
      if (meanwhile !== undefined)
        watch?.write(`${JSON.stringify({ type: 'MODIFIED', object: meanwhile })}\n`);
      void vi
        .waitFor(() => expect(meanwhile === undefined || seen > before).toBe(true), waited)
        .then(() => response.end(JSON.stringify(live)));
    } else response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [first] }));
  });
  const bundles = new WebhookBundles(clientOf(url), {
    name: 'gracegate',
    // Not before there is a watch that can bring something.
    wanted: async () => {
      await vi.waitFor(() => expect(watch).toBeDefined(), waited);
      return 'good';
    },
    onChange: () => (seen += 1),
    onWritten: () => undefined,
    onError: (type, what, error) => errors.push(`${type} ${what}: ${String(error)}`),
  });
  onTestFinished(() => bundles.close());
  bundles.start();
  return { patched, errors };
}

it('a bundle that was reset again while a refused write was looked into is put right', async () => {
  const { patched } = await following({
    first: configuration('1', 'reset'),
    live: configuration('2', 'good'),
    meanwhile: configuration('3', 'reset'),
  });
  await vi.waitFor(() => expect(patched).toEqual(['1', '3']), waited);
});

it('a write that is refused though nothing has changed is an error, and tried again', async () => {
  const { patched, errors } = await following({
    first: configuration('1', 'reset'),
    live: configuration('1', 'reset'),
  });
  await vi.waitFor(() => expect(patched).toEqual(['1', '1']), waited);
  expect(errors).toEqual([expect.stringMatching(/^validating write: .*refuses PATCH/)]);
});
