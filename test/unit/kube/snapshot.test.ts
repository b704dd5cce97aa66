import { describe, expect, it, vi } from 'vitest';

import { ApiError } from '../../../src/kube/client.ts';
import { takeSnapshot, type SnapshotOptions } from '../../../src/kube/snapshot.ts';
import { asObject, type JsonObject } from '../../../src/policy/json.ts';
import { apiVersionOf } from '../../../src/policy/objects/kube-object.ts';
import { objectKinds } from '../../../src/policy/objects/object-kinds.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { withRollouts } from '../policy/graphs.ts';
import { clientOf, standIn } from './standing-in.ts';
import { listOf, serving } from './serving.ts';

const options = (over: Partial<SnapshotOptions> = {}): SnapshotOptions => ({
  without: [],
  workloads: withRollouts,
  ...over,
});

const collections = [...withRollouts.kinds, ...objectKinds].map(
  (kind) => `${kind.group === '' ? '/api' : '/apis'}/${apiVersionOf(kind)}/${kind.resource}`,
);
const clusterWide = ['/api/v1/namespaces', '/api/v1/limitranges', ...collections];

/** `KIND NAMESPACE/NAME` of each object. */
const names = (objects: readonly JsonObject[]): string[] =>
  objects.map(({ kind, metadata }) => {
    const { namespace, name } = asObject(metadata);
    return `${String(kind)} ${namespace === undefined ? '' : `${String(namespace)}/`}${String(name)}`;
  });

// No API server can be made to refuse one collection and not the others without RBAC, which kubectl's admin passes by.
describe('a snapshot of a cluster', () => {
  it('has all that an audit looks at, each with its kind', async () => {
    const served = await serving({
      '/api/v1/namespaces': { items: [{ metadata: { name: 'shop' } }] },
      '/api/v1/limitranges': listOf(['limits']),
      '/api/v1/pods': listOf(['web-1']),
      '/apis/argoproj.io/v1alpha1/rollouts': listOf(['web']),
      '/apis/policy/v1/poddisruptionbudgets': listOf(['web']),
    });
    const { objects, unknown, problems } = await takeSnapshot(served.client, options());
    expect(names(objects)).toEqual([
      'Namespace shop',
      'LimitRange shop/limits',
      'Pod shop/web-1',
      'Rollout shop/web',
      'PodDisruptionBudget shop/web',
    ]);
    expect([unknown, problems]).toEqual([new Set(), []]);
    expect(served.asked).toEqual(clusterWide);
  });

  it('has of Secrets their metadata only', async () => {
    const { client, accepted } = await serving({});
    await takeSnapshot(client, options());
    const partial = [...accepted].filter(([, accept]) => accept?.includes('PartialObjectMetadataList'));
    expect(partial.map(([path]) => path)).toEqual(['/api/v1/secrets']);
  });

  it('may be of one namespace', async () => {
    const served = await serving({
      '/api/v1/namespaces/shop': { metadata: { name: 'shop', labels: { a: 'b' } } },
      '/apis/apps/v1/namespaces/shop/deployments': listOf(['web']),
    });
    const { objects } = await takeSnapshot(served.client, options({ namespace: 'shop' }));
    expect(objects[0]).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { a: 'b' } },
    });
    expect(names(objects)).toEqual(['Namespace shop', 'Deployment shop/web']);
    expect(served.asked.filter((path) => !path.includes('/namespaces/shop'))).toEqual([]);
    expect(served.asked).toHaveLength(clusterWide.length);
  });

  it('of a namespace that is not there is an error', async () => {
    const { client, asked } = await serving({ '/api/v1/namespaces/shop': 404 });
    await expect(takeSnapshot(client, options({ namespace: 'shop' }))).rejects.toThrow(
      new ApiError('there is no namespace shop'),
    );
    expect(asked).toHaveLength(1);
  });

  it('waits for one namespace as long as for a list', async () => {
    const { client } = await serving({ '/api/v1/namespaces/shop': { metadata: { name: 'shop' } } });
    const call = vi.spyOn(client, 'call');
    await takeSnapshot(client, options({ namespace: 'shop' }));
    expect(new Set(call.mock.calls.map(([, how]) => how?.timeoutMs))).toEqual(new Set([60_000]));
  });

  it('has not what a workload made, which is judged instead', async () => {
    const templates = { spec: { template: { spec: {} } } };
    const made = (name: string, apiVersion: string, kind: string, more: object) => ({
      metadata: {
        name,
        namespace: 'shop',
        ownerReferences: [{ apiVersion, kind, name: 'x', controller: true }],
      },
      ...more,
    });
    const { client } = await serving({
      '/api/v1/pods': {
        items: [
          made('of-rollout', 'argoproj.io/v1alpha1', 'Rollout', { spec: {} }),
          made('of-operator', 'example.com/v1', 'Database', { spec: {} }),
          { metadata: { name: 'of-nobody', namespace: 'shop' }, spec: {} },
        ],
      },
      '/apis/apps/v1/replicasets': { items: [made('web-1', 'apps/v1', 'Deployment', templates)] },
    });
    const { objects } = await takeSnapshot(client, options());
    expect(names(objects)).toEqual(['Pod shop/of-operator', 'Pod shop/of-nobody']);
  });

  it('has no managedFields', async () => {
    const { client } = await serving({
      '/api/v1/namespaces': {
        items: [{ metadata: { name: 'shop', managedFields: [{}] } }, { metadata: null }],
      },
      '/api/v1/services': { items: [{ metadata: { name: 'web', managedFields: [{}], uid: 'u' }, spec: {} }] },
    });
    expect((await takeSnapshot(client, options())).objects).toEqual([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: null },
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', uid: 'u' }, spec: {} },
    ]);
  });

  it('leaves out what is in some namespaces, unless one of them is asked for', async () => {
    const pods = {
      items: ['kube-system', 'shop'].map((namespace) => ({ metadata: { name: 'a', namespace } })),
    };
    const without = ['kube-system', 'kube-public'];
    const all = await serving({ '/api/v1/pods': pods });
    expect(names((await takeSnapshot(all.client, options({ without }))).objects)).toEqual(['Pod shop/a']);
    const one = await serving({
      '/api/v1/namespaces/kube-system': { metadata: { name: 'kube-system' } },
      '/api/v1/namespaces/kube-system/pods': listOf(['a'], {}, 'kube-system'),
    });
    const { objects } = await takeSnapshot(one.client, options({ without, namespace: 'kube-system' }));
    expect(names(objects)).toEqual(['Namespace kube-system', 'Pod kube-system/a']);
  });

  it('has no objects of a kind that the cluster does not have, which is known', async () => {
    const { client } = await serving({
      '/apis/cert-manager.io/v1/certificates': 404,
      '/apis/batch/v1/cronjobs': 404,
    });
    expect(await takeSnapshot(client, options())).toEqual({ objects: [], unknown: new Set(), problems: [] });
  });
});

describe('what may not be read', () => {
  const refused = (path: string) =>
    `${path.split('/').at(-1)} cannot be read, and what rests on them is not judged: the API server refuses GET ${path}: no`;

  it.each([
    ['/api/v1/namespaces', ['Namespace']],
    ['/api/v1/limitranges', []],
    ['/api/v1/pods', ['Pod']],
    ['/apis/apps/v1/deployments', ['workloads']],
    ['/apis/argoproj.io/v1alpha1/rollouts', ['workloads']],
    ...objectKinds.map((kind, index): [string, string[]] => [
      collections[workloadKinds.length + 1 + index] ?? '',
      [kind.kind],
    ]),
  ])('%s is a problem, after which %j is not known', async (path, expected) => {
    const { client, asked } = await serving({ [path]: 403 });
    const { unknown, problems } = await takeSnapshot(client, options());
    expect([...unknown]).toEqual(expected);
    expect(problems).toEqual([refused(path)]);
    expect(asked).toEqual(clusterWide);
  });

  it('may be a kind that a configuration added and the cluster does not have', async () => {
    const path = '/apis/argoproj.io/v1alpha1/rollouts';
    const { client } = await serving({ [path]: 404 });
    const { unknown, problems } = await takeSnapshot(client, options());
    expect([...unknown]).toEqual(['workloads']);
    expect(problems).toEqual([refused(path)]);
  });

  it('may be everything', async () => {
    const { client } = await serving(Object.fromEntries(clusterWide.map((path) => [path, 403])));
    const { objects, problems } = await takeSnapshot(client, options());
    expect(objects).toEqual([]);
    expect(problems).toEqual(clusterWide.map(refused));
  });

  it('is the end where there is no answer at all', async () => {
    const url = await standIn((request) => request.socket.destroy());
    await expect(takeSnapshot(clientOf(url), options())).rejects.toThrow('does not answer');
  });
});
