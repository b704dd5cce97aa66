import { expect, it, vi } from 'vitest';

import { KindUnreadable } from '../../../src/audit/ports.ts';
import { ApiError, type PageRead } from '../../../src/kube/client.ts';
import { ClusterReader } from '../../../src/kube/cluster-reader.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { namespaceKind, objectKind } from '../../../src/policy/objects/object-kinds.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { rollout } from '../policy/graphs.ts';
import { listOf, serving } from './serving.ts';
import { clientOf, standIn } from './standing-in.ts';

const all = async (objects: AsyncIterable<JsonObject>): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const { kind, metadata } of objects) found.push([kind, metadata]);
  return found;
};
const [pods] = workloadKinds;
if (pods === undefined) throw new Error('no kinds');

it('reads a kind in all namespaces, and says of which kind each object is', async () => {
  const { client, asked } = await serving({ '/api/v1/pods': listOf(['web-1']) });
  expect(await all(new ClusterReader(client, undefined).list(pods))).toEqual([
    ['Pod', { name: 'web-1', namespace: 'shop' }],
  ]);
  expect(asked).toEqual(['/api/v1/pods']);
});

it('reads one namespace, itself included, and of no other', async () => {
  const { client, asked } = await serving({
    '/api/v1/namespaces/shop': { metadata: { name: 'shop', labels: { a: 'b' } } },
    '/api/v1/namespaces/shop/pods': listOf(['web-1']),
  });
  const reader = new ClusterReader(client, 'shop');
  expect(await all(reader.list(namespaceKind))).toEqual([
    ['Namespace', { name: 'shop', labels: { a: 'b' } }],
  ]);
  expect(await all(reader.list(pods))).toHaveLength(1);
  expect(asked).toEqual(['/api/v1/namespaces/shop', '/api/v1/namespaces/shop/pods']);
});

it('ends where the namespace is not there', async () => {
  const { client } = await serving({ '/api/v1/namespaces/shop': 404 });
  await expect(all(new ClusterReader(client, 'shop').list(namespaceKind))).rejects.toThrow(
    new ApiError('there is no namespace shop'),
  );
});

it('waits for one namespace as long as for a list', async () => {
  const { client } = await serving({ '/api/v1/namespaces/shop': { metadata: { name: 'shop' } } });
  const call = vi.spyOn(client, 'call');
  const reader = new ClusterReader(client, 'shop');
  await all(reader.list(namespaceKind));
  await all(reader.list(pods));
  expect(call.mock.calls.map(([, how]) => how?.timeoutMs)).toEqual([60_000, 60_000]);
});

it('asks for metadata alone where that is enough', async () => {
  const { client, accepted } = await serving({});
  await all(new ClusterReader(client, undefined).list(objectKind('Secret'), { metadataOnly: true }));
  expect(accepted.get('/api/v1/secrets')).toContain('PartialObjectMetadataList');
});

it('says how far it is, page by page', async () => {
  const pages: Record<string, JsonObject> = {
    '': { metadata: { continue: 'next', remainingItemCount: 1 }, items: [{}, {}] },
    next: { metadata: {}, items: [{}] },
  };
  const url = await standIn((request, response) => {
    const token = new URL(request.url ?? '', 'http://x').searchParams.get('continue') ?? '';
    response.end(JSON.stringify(pages[token]));
  });
  const said: [string, PageRead][] = [];
  const reader = new ClusterReader(clientOf(url), undefined, ({ kind }, page) => said.push([kind, page]));
  await all(reader.list(pods));
  expect(said).toEqual([
    ['Pod', { read: 2, remaining: 1 }],
    ['Pod', { read: 3, remaining: undefined }],
  ]);
});

// RBAC of a real API server keeps kinds away in test/e2e/audit-cluster.test.ts.
it.each([401, 403, 500])('calls a kind unreadable that the API server refuses with %i', async (status) => {
  const { client } = await serving({ '/api/v1/pods': status });
  await expect(all(new ClusterReader(client, undefined).list(pods))).rejects.toThrow(
    new KindUnreadable('the API server refuses GET /api/v1/pods: no'),
  );
});

it('takes a kind that the cluster does not have for an empty one, unless it must be there', async () => {
  const { client } = await serving({ '/apis/argoproj.io/v1alpha1/rollouts': 404 });
  const reader = new ClusterReader(client, undefined);
  expect(await all(reader.list(rollout))).toEqual([]);
  await expect(all(reader.list(rollout, { mustExist: true }))).rejects.toThrow(KindUnreadable);
});

it('takes a kind for an empty one that may not be read and is not there: RBAC does not know which kinds there are', async () => {
  const certificates = '/apis/cert-manager.io/v1/certificates';
  const answers = { [certificates]: 403, '/api/v1/pods': 403 };
  const absent = await serving({ ...answers, '/apis/cert-manager.io/v1': 404 });
  expect(await all(new ClusterReader(absent.client, undefined).list(objectKind('Certificate')))).toEqual([]);
  const present = await serving({ ...answers, '/apis/cert-manager.io/v1': { resources: [] } });
  for (const kind of [objectKind('Certificate'), pods])
    await expect(all(new ClusterReader(present.client, undefined).list(kind))).rejects.toThrow(
      KindUnreadable,
    );
});

it('asks again when the API server throttles', async () => {
  let asked = 0;
  const url = await standIn((_request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(429, { 'retry-after': '1' }).end('{"message":"too many"}');
    else response.end(JSON.stringify(listOf(['web-1'])));
  });
  expect(await all(new ClusterReader(clientOf(url), undefined).list(pods))).toHaveLength(1);
  expect(asked).toBe(2);
});

it.each([
  [500, '{"message":"etcdserver: leader changed"}'],
  [502, 'bad gateway'],
  [503, ''],
  [504, '{"message":"timeout"}'],
])('asks again when the API server fails with %i', async (status, body) => {
  let asked = 0;
  const url = await standIn((_request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(status).end(body);
    else response.end(JSON.stringify(listOf(['web-1'])));
  });
  expect(await all(new ClusterReader(clientOf(url), undefined).list(pods))).toHaveLength(1);
  expect(asked).toBe(2);
});

it('asks again while there is no answer', async () => {
  let asked = 0;
  const url = await standIn((request, response) => {
    asked += 1;
    if (asked <= 2) request.socket.destroy();
    else response.end(JSON.stringify(listOf(['web-1'])));
  });
  expect(await all(new ClusterReader(clientOf(url), undefined).list(pods))).toHaveLength(1);
  expect(asked).toBe(3);
});

it('ends where there is no answer at all', async () => {
  const url = await standIn((request) => request.socket.destroy());
  const reading = all(new ClusterReader(clientOf(url), undefined).list(pods));
  await expect(reading).rejects.toThrow('does not answer');
  await expect(reading).rejects.not.toBeInstanceOf(KindUnreadable);
});
