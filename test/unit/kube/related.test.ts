import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';

import type { RelatedQuery } from '../../../src/admission/ports.ts';
import { ApiError } from '../../../src/kube/client.ts';
import { ClusterRelated } from '../../../src/kube/related.ts';
import type { RelatedKind } from '../../../src/policy/graph.ts';
import { builtinWorkloads, workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { namesOf, rollout, withRollouts } from '../policy/graphs.ts';
import { listOf, serving, type Served } from './serving.ts';

const shop = (collection: string): string => {
  const slash = collection.lastIndexOf('/');
  return `${collection.slice(0, slash)}/namespaces/shop${collection.slice(slash)}`;
};
const hpas = shop('/apis/autoscaling/v2/horizontalpodautoscalers');
const budgets = shop('/apis/policy/v1/poddisruptionbudgets');
const secrets = shop('/api/v1/secrets');
const deployments = shop('/apis/apps/v1/deployments');
const templates = { spec: { template: { spec: { containers: [] } } } };

const query = (kinds: readonly RelatedKind[], over: Partial<RelatedQuery> = {}): RelatedQuery => ({
  namespace: 'shop',
  kinds: new Set(kinds),
  workloads: builtinWorkloads,
  only: undefined,
  ...over,
});

/** A source, with the resources that it could not read. */
function relatedOf({ client }: Served) {
  const unreadable: string[] = [];
  const related = new ClusterRelated(client, (resource, error) =>
    unreadable.push(`${resource}: ${(error as Error).message}`),
  );
  return { related, unreadable };
}

const everyKind: readonly RelatedKind[] = [
  'workloads',
  'Pod',
  'Namespace',
  'HorizontalPodAutoscaler',
  'VerticalPodAutoscaler',
  'PodDisruptionBudget',
  'ResourceQuota',
  'Service',
  'Ingress',
  'Secret',
  'Certificate',
];
const allBut = (...known: readonly RelatedKind[]) =>
  new Set(everyKind.filter((kind) => !known.includes(kind)));

describe('what stands beside an object', () => {
  it('is read of the kinds that are asked for, and of the others nothing is known', async () => {
    const served = await serving({ [hpas]: listOf(['web', 'api']), [budgets]: listOf(['web']) });
    const { related, unreadable } = relatedOf(served);
    const { objects, unknown } = await related.read(
      query(['PodDisruptionBudget', 'HorizontalPodAutoscaler']),
    );
    expect(namesOf(objects)).toEqual([
      'HorizontalPodAutoscaler web',
      'HorizontalPodAutoscaler api',
      'PodDisruptionBudget web',
    ]);
    // The namespace is known to the review already.
    expect(unknown).toEqual(allBut('HorizontalPodAutoscaler', 'PodDisruptionBudget', 'Namespace'));
    expect(served.asked.toSorted()).toEqual([hpas, budgets]);
    expect(unreadable).toEqual([]);
  });

  it('is asked for side by side, because a review waits for all of it', async () => {
    const waiting: ServerResponse[] = [];
    const together = (response: ServerResponse): void => {
      waiting.push(response);
      // None is answered before all are asked for.
      if (waiting.length === 9) for (const one of waiting) one.end('{"items":[]}');
    };
    const paths = [
      ...workloadKinds.map(({ group, version, resource }) =>
        shop(`${group === '' ? '/api' : `/apis/${group}`}/${version}/${resource}`),
      ),
      hpas,
      budgets,
    ];
    const served = await serving(Object.fromEntries(paths.map((path) => [path, together])));
    const { related } = relatedOf(served);
    const kinds = ['workloads', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'] as const;
    expect(await related.read(query(kinds))).toEqual({ objects: [], unknown: allBut(...kinds, 'Namespace') });
  });

  it('is of Secrets their metadata only', async () => {
    const served = await serving({ [secrets]: listOf(['tls']) });
    const { objects } = await relatedOf(served).related.read(query(['Secret', 'HorizontalPodAutoscaler']));
    expect(namesOf(objects)).toEqual(['Secret tls']);
    expect(served.accepted.get(secrets)).toContain('as=PartialObjectMetadataList');
    expect(served.accepted.get(hpas)).toBe('application/json');
  });

  it('is none of a custom kind that the cluster does not have, which is known', async () => {
    const path = shop('/apis/autoscaling.k8s.io/v1/verticalpodautoscalers');
    const { related, unreadable } = relatedOf(await serving({ [path]: 404 }));
    const { objects, unknown } = await related.read(query(['VerticalPodAutoscaler']));
    expect(objects).toEqual([]);
    expect(unknown).toEqual(allBut('VerticalPodAutoscaler', 'Namespace'));
    expect(unreadable).toEqual([]);
  });

  it('says once what cannot be read, however often it is asked for', async () => {
    const { related, unreadable } = relatedOf(await serving({ [hpas]: 403 }));
    await related.read(query(['HorizontalPodAutoscaler']));
    await related.read(query(['HorizontalPodAutoscaler']));
    expect(unreadable).toHaveLength(1);
  });

  it('is unknown where it may not be read, and the rest is there', async () => {
    const { related, unreadable } = relatedOf(await serving({ [hpas]: 403, [budgets]: listOf(['web']) }));
    const { objects, unknown } = await related.read(
      query(['HorizontalPodAutoscaler', 'PodDisruptionBudget']),
    );
    expect(namesOf(objects)).toEqual(['PodDisruptionBudget web']);
    expect(unknown).toEqual(allBut('PodDisruptionBudget', 'Namespace'));
    expect(unreadable).toEqual([`horizontalpodautoscalers: the API server refuses GET ${hpas}: no`]);
  });
});

describe('a namespace that is too large', () => {
  /** As many pages of 500, each after a while. */
  const pages = (count: number, afterMs = 0) => {
    let page = 0;
    return (response: ServerResponse): void => {
      page += 1;
      const items = Array.from({ length: 500 }, (_, index) => ({ metadata: { name: `n${page}-${index}` } }));
      const body = JSON.stringify({ metadata: { continue: page < count ? 'next' : '' }, items });
      setTimeout(() => response.end(body), afterMs);
    };
  };

  it('is read up to 2,000 objects', async () => {
    const { related, unreadable } = relatedOf(await serving({ [hpas]: pages(4) }));
    const { objects, unknown } = await related.read(query(['HorizontalPodAutoscaler']));
    expect(objects).toHaveLength(2000);
    expect(unknown).toEqual(allBut('HorizontalPodAutoscaler', 'Namespace'));
    expect(unreadable).toEqual([]);
  });

  it('is unknown beyond that, which is said once', async () => {
    const served = await serving({ [hpas]: pages(Infinity) });
    const { related, unreadable } = relatedOf(served);
    for (const _ of [1, 2]) {
      const { objects, unknown } = await related.read(query(['HorizontalPodAutoscaler']));
      expect([objects, unknown]).toEqual([[], allBut('Namespace')]);
    }
    expect(unreadable).toEqual([
      'horizontalpodautoscalers: there are more than 2000 horizontalpodautoscalers in the namespace shop',
    ]);
    expect(served.asked).toHaveLength(10);
  });

  it('is unknown where all of its pages together take longer than a second', async () => {
    const { related, unreadable } = relatedOf(await serving({ [hpas]: pages(4, 400) }));
    const { objects, unknown } = await related.read(query(['HorizontalPodAutoscaler']));
    expect([objects, unknown]).toEqual([[], allBut('Namespace')]);
    expect(unreadable).toHaveLength(1);
    expect(unreadable[0]).toContain('no answer within 1 s');
  });
});

describe('what cannot be read', () => {
  it('is said for each namespace, and again where there are too many to remember', async () => {
    const { client } = await serving({});
    vi.spyOn(client, 'call').mockRejectedValue(new ApiError('no', 403));
    let said = 0;
    const related = new ClusterRelated(client, () => (said += 1));
    const read = async (namespace: string) => related.read(query(['HorizontalPodAutoscaler'], { namespace }));
    for (let index = 0; index < 1000; index += 1) await read(`n${index}`);
    expect(said).toBe(1000);
    await read('n0');
    expect(said).toBe(1000);
    await read('n1000');
    await read('n0');
    expect(said).toBe(1002);
  });
});

describe('the workloads beside an object', () => {
  it('are those of every kind but pods, those that a configuration adds among them', async () => {
    const rollouts = shop('/apis/argoproj.io/v1alpha1/rollouts');
    const served = await serving({
      [deployments]: listOf(['web'], templates),
      [rollouts]: listOf(['api'], templates),
    });
    const { objects, unknown } = await relatedOf(served).related.read(
      query(['workloads'], { workloads: withRollouts }),
    );
    expect(namesOf(objects)).toEqual(['Deployment web', 'Rollout api']);
    expect(unknown).toEqual(allBut('workloads', 'Namespace'));
    expect(served.asked).toHaveLength(workloadKinds.length);
    expect(served.asked).not.toContain(shop('/api/v1/pods'));
  });

  it('are all unknown where one kind may not be read', async () => {
    const { related, unreadable } = relatedOf(
      await serving({ [deployments]: listOf(['web'], templates), [shop('/apis/batch/v1/jobs')]: 403 }),
    );
    const { unknown } = await related.read(query(['workloads']));
    expect(unknown).toEqual(allBut('Namespace'));
    expect(unreadable).toHaveLength(1);
  });

  it.each([
    ['is there', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'we?b' }, ...templates }, 1],
    ['is not there', 404, 0],
  ])('may be only one, which %s: one read', async (_name, answer, count) => {
    const path = `${deployments}/we%3Fb`;
    const served = await serving({ [path]: answer });
    const kind = builtinWorkloads.find('apps', 'Deployment');
    const only = kind && { kind, name: 'we?b' };
    const { objects, unknown } = await relatedOf(served).related.read(query(['workloads'], { only }));
    expect(objects).toHaveLength(count);
    expect(unknown).toEqual(allBut('workloads', 'Namespace'));
    expect(served.asked).toEqual([path]);
  });

  it('may be only one, which may not be read: then nothing is known of any', async () => {
    const served = await serving({ [`${shop('/apis/argoproj.io/v1alpha1/rollouts')}/api`]: 403 });
    const { related, unreadable } = relatedOf(served);
    const only = { kind: rollout, name: 'api' };
    const { unknown } = await related.read(query(['workloads'], { workloads: withRollouts, only }));
    expect(unknown).toEqual(allBut('Namespace'));
    expect(unreadable).toHaveLength(1);
  });
});

describe('reviews that come together', () => {
  it('share a read of a collection, but none that had begun before them', async () => {
    const waiting: ServerResponse[] = [];
    const served = await serving({ [hpas]: (response) => void waiting.push(response) });
    const { related } = relatedOf(served);
    const reads = Array.from({ length: 5 }, () => related.read(query(['HorizontalPodAutoscaler'])));
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.end('{"items":[{"metadata":{"name":"old"}}]}');
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]?.end('{"items":[{"metadata":{"name":"new"}}]}');
    const names = (await Promise.all(reads)).map(({ objects }) => namesOf(objects).join());
    expect(names).toEqual(
      ['old', 'new', 'new', 'new', 'new'].map((name) => `HorizontalPodAutoscaler ${name}`),
    );
    expect(served.asked).toHaveLength(2);
  });

  it('do not share it with those of another namespace', async () => {
    const served = await serving({ [hpas]: listOf(['web']) });
    const { related } = relatedOf(served);
    const found = await Promise.all(
      ['shop', 'bank'].map((namespace) => related.read(query(['HorizontalPodAutoscaler'], { namespace }))),
    );
    expect(found.map(({ objects }) => objects.length)).toEqual([1, 0]);
    expect(served.asked).toContain('/apis/autoscaling/v2/namespaces/bank/horizontalpodautoscalers');
  });
});
