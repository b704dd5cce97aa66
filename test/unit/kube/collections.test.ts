import { describe, expect, it } from 'vitest';

import { ApiError } from '../../../src/kube/client.ts';
import { collectionPath, listObjects } from '../../../src/kube/collections.ts';
import { ClusterLimitRanges } from '../../../src/kube/limit-ranges.ts';
import { ClusterNamespaces } from '../../../src/kube/namespaces.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import type { Kind } from '../../../src/policy/objects/kube-object.ts';
import { objectKind } from '../../../src/policy/objects/object-kinds.ts';
import { rollout } from '../policy/graphs.ts';
import { clientOf, standIn } from './standing-in.ts';

const secret = objectKind('Secret');

describe('the path of a collection', () => {
  it.each<[Kind, string | undefined, string | undefined, string]>([
    [secret, 'shop', undefined, '/api/v1/namespaces/shop/secrets'],
    [secret, undefined, undefined, '/api/v1/secrets'],
    [secret, 'shop', 'tls', '/api/v1/namespaces/shop/secrets/tls'],
    [rollout, 'shop', undefined, '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts'],
    [rollout, undefined, undefined, '/apis/argoproj.io/v1alpha1/rollouts'],
    [rollout, 'a b', 'c?d=e#f', '/apis/argoproj.io/v1alpha1/namespaces/a%20b/rollouts/c%3Fd%3De%23f'],
    [rollout, '...', '.a', '/apis/argoproj.io/v1alpha1/namespaces/.../rollouts/.a'],
  ])('%# is by group, namespace and name', (kind, namespace, name, path) => {
    expect(collectionPath(kind, namespace, name)).toBe(path);
  });

  it.each(['', '.', '..', '/', 'a/b', '../secrets'])(
    'is none for the name %j, which would widen it',
    (name) => {
      expect(() => collectionPath(secret, name)).toThrow(
        new ApiError(`no namespace can have the name ${JSON.stringify(name)}`),
      );
      expect(() => collectionPath(secret, 'shop', name)).toThrow(
        new ApiError(`no Secret can have the name ${JSON.stringify(name)}`),
      );
    },
  );

  it.each(['..', 'a/b', ''])('is not asked for where a namespace is named %j', async (name) => {
    const asked: unknown[] = [];
    const client = clientOf(
      await standIn((request, response) => {
        asked.push(request.url);
        response.end('{}');
      }),
    );
    const ignore = (): void => undefined;
    await expect(new ClusterNamespaces(client, ignore).read(name)).rejects.toThrow(ApiError);
    await expect(new ClusterLimitRanges(client, ignore).read(name)).rejects.toThrow(ApiError);
    await expect(listed(listObjects(client, secret, { namespace: name }))).rejects.toThrow(ApiError);
    expect(asked).toEqual([]);
  });
});

async function listed(objects: AsyncIterable<JsonObject>): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for await (const object of objects) found.push(object);
  return found;
}

// No API server can be made to refuse, or to lack, what the test says.
describe('the objects of a kind', () => {
  /** A server that gives two pages, and remembers how it was asked. */
  async function paging() {
    const asked: string[] = [];
    const url = await standIn((request, response) => {
      asked.push(`${request.url} ${request.headers.accept}`);
      const page = asked.length === 1 ? { metadata: { continue: 'next' } } : {};
      response.end(JSON.stringify({ ...page, items: [{ metadata: { name: `n${asked.length}` } }] }));
    });
    return { client: clientOf(url), asked };
  }
  const objects = ['n1', 'n2'].map((name) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } }));

  it('come page by page, in one namespace, as JSON', async () => {
    const { client, asked } = await paging();
    expect(await listed(listObjects(client, secret, { namespace: 'shop' }))).toEqual(objects);
    expect(asked).toEqual([
      '/api/v1/namespaces/shop/secrets?limit=500 application/json',
      '/api/v1/namespaces/shop/secrets?limit=500&continue=next application/json',
    ]);
  });

  it('come without all but their metadata where no more is wanted, as the kind that they are', async () => {
    const { client, asked } = await paging();
    expect(await listed(listObjects(client, secret, { metadataOnly: true }))).toEqual(objects);
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    expect(asked).toEqual([
      `/api/v1/secrets?limit=500 ${accept}`,
      `/api/v1/secrets?limit=500&continue=next ${accept}`,
    ]);
  });

  it('are none where the cluster does not have the kind', async () => {
    const url = await standIn((_request, response) => response.writeHead(404).end('404 page not found'));
    expect(await listed(listObjects(clientOf(url), rollout))).toEqual([]);
  });

  it('are an error where the cluster does not have a kind that must exist', async () => {
    const url = await standIn((_request, response) => response.writeHead(404).end('404 page not found'));
    await expect(listed(listObjects(clientOf(url), rollout, { mustExist: true }))).rejects.toMatchObject({
      status: 404,
    });
  });

  it.each([401, 403, 406, 429, 500, 503])('are an error where the answer is %i', async (status) => {
    const url = await standIn((_request, response) => response.writeHead(status).end('{"message":"no"}'));
    await expect(listed(listObjects(clientOf(url), rollout))).rejects.toMatchObject({
      name: 'ApiError',
      status,
    });
  });

  it('are an error where there is no answer in the time for a page', async () => {
    const url = await standIn(() => undefined);
    await expect(listed(listObjects(clientOf(url), rollout, { timeoutMs: 50 }))).rejects.toThrow(
      'does not answer: no answer within 0.05 s',
    );
  });

  it('are an error where nobody waits any longer', async () => {
    const url = await standIn(() => undefined);
    const found = listed(listObjects(clientOf(url), rollout, { signal: AbortSignal.abort() }));
    await expect(found).rejects.toThrow('does not answer');
  });
});
