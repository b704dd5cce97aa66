import type { ServerResponse } from 'node:http';

import { expect, it, onTestFinished, vi } from 'vitest';

import { Watched } from '../../../src/kube/watched.ts';
import { clientOf, standIn } from './standing-in.ts';

const path = '/api/v1/namespaces';
const waited = { timeout: 10_000, interval: 20 };

/** Lists nothing, and leaves each watch to the test: an API server ends them when it likes. */
async function watched() {
  const watches: ServerResponse[] = [];
  const url = await standIn((request, response) => {
    if (request.url?.includes('watch=true') !== true) {
      response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
      return;
    }
    response.writeHead(200).flushHeaders();
    watches.push(response);
  });
  const client = clientOf(url);
  const errors: unknown[] = [];
  const watch = new Watched(
    client,
    { path, kind: { apiVersion: 'v1', kind: 'Namespace' }, onError: (error) => void errors.push(error) },
    { set: () => undefined, delete: () => undefined },
  );
  onTestFinished(() => watch.stop());
  watch.start();
  await vi.waitFor(() => expect(watches).toHaveLength(1), waited);
  return { client, watch, watches, errors };
}

it('goes on when credentials fail for a moment between two watches', async () => {
  const { client, watches, errors } = await watched();
  const failure = new Error('the credential plugin has failed');
  vi.spyOn(client.config, 'applySecurityAuthentication').mockRejectedValueOnce(failure);
  watches[0]?.end();
  await vi.waitFor(() => expect(watches).toHaveLength(2), waited);
  expect(errors).toEqual([failure]);
});

it('leaves no watch open that was connecting when it was stopped', async () => {
  const { client, watch, watches } = await watched();
  const credentials = Promise.withResolvers<void>();
  const apply = vi
    .spyOn(client.config, 'applySecurityAuthentication')
    .mockReturnValueOnce(credentials.promise);
  watches[0]?.end();
  await vi.waitFor(() => expect(apply).toHaveBeenCalled(), waited);
  await watch.stop();
  credentials.resolve();
  await vi.waitFor(() => expect(watches[1]?.destroyed).toBe(true), waited);
});

it('takes lines that are no events for nothing, and goes on', async () => {
  const { watches, errors } = await watched();
  // Were one of them taken for an event, it would be a rejection that nobody handles, which fails the run.
  watches[0]?.end('{"kind":"NamespaceList","items":[]}\n{"type":"ADDED","object":null}\n"<html>"\n');
  await vi.waitFor(() => expect(watches).toHaveLength(2), waited);
  expect(errors).toEqual([]);
});
