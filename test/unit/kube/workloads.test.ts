import type { RequestListener } from 'node:http';

import { builtinWorkloads } from '../../../src/policy/objects/workload-kinds.ts';
import { describe, expect, it } from 'vitest';

import { ClusterWorkloads } from '../../../src/kube/workloads.ts';
import { asObject, type Json } from '../../../src/policy/json.ts';
import { clientOf, standIn } from './standing-in.ts';

const resources = [
  '/api/v1/namespaces/shop/replicationcontrollers',
  '/apis/apps/v1/namespaces/shop/deployments',
  '/apis/apps/v1/namespaces/shop/replicasets',
  '/apis/apps/v1/namespaces/shop/statefulsets',
  '/apis/apps/v1/namespaces/shop/daemonsets',
  '/apis/batch/v1/namespaces/shop/jobs',
  '/apis/batch/v1/namespaces/shop/cronjobs',
  '/api/v1/namespaces/shop/pods',
];

async function workloadsOf(listener: RequestListener): Promise<ClusterWorkloads> {
  return new ClusterWorkloads(clientOf(await standIn(listener)));
}

const pathOf = (url = ''): string => url.split('?', 1)[0] ?? '';

async function listed(workloads: ClusterWorkloads): Promise<Json[]> {
  const found: Json[] = [];
  for await (const object of workloads.list('shop', builtinWorkloads, new AbortController().signal))
    found.push(object);
  return found;
}

// No API server can be told in which order to answer, or to fail at one list only.
describe('the workloads of a namespace', () => {
  it('are listed kind by kind with the pods last, although the pods are answered first', async () => {
    const waiting: (() => void)[] = [];
    const workloads = await workloadsOf((request, response) => {
      const name = pathOf(request.url);
      waiting.push(() => response.end(JSON.stringify({ items: [{ metadata: { name } }] })));
      // Every first page is asked for before any of them is answered.
      if (waiting.length === resources.length) for (const answer of waiting.toReversed()) answer();
    });
    const objects = (await listed(workloads)).map(asObject);
    expect(objects.map(({ metadata }) => asObject(metadata)['name'])).toEqual(resources);
    expect(objects.map(({ apiVersion, kind }) => `${String(apiVersion)} ${String(kind)}`)).toEqual([
      'v1 ReplicationController',
      'apps/v1 Deployment',
      'apps/v1 ReplicaSet',
      'apps/v1 StatefulSet',
      'apps/v1 DaemonSet',
      'batch/v1 Job',
      'batch/v1 CronJob',
      'v1 Pod',
    ]);
  });

  it.each(resources)('fail as a whole when %s cannot be listed', async (refused) => {
    const workloads = await workloadsOf((request, response) => {
      const isRefused = pathOf(request.url) === refused;
      response.writeHead(isRefused ? 403 : 200).end(isRefused ? '{"message":"no"}' : '{"items":[]}');
    });
    await expect(listed(workloads)).rejects.toThrow(`the API server refuses GET ${refused}: no`);
  });

  it('leave nothing that fails unheard when all of them are refused', async () => {
    const workloads = await workloadsOf((_request, response) =>
      response.writeHead(403).end('{"message":"no"}'),
    );
    await expect(listed(workloads)).rejects.toThrow(/replicationcontrollers: no$/);
  });
});
