import { afterEach, describe, expect, it, vi } from 'vitest';

import { handle } from '../../../src/admission/handle.ts';
import type { RelatedSource } from '../../../src/admission/ports.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { podOf, workloadOf, yamlObject } from '../policy/objects.ts';
import { ask, refusedFor } from './ask.ts';
import { contextOf, type Situation } from './contexts.ts';
import { askedFor, relatedOf } from './related.ts';
import { madeByController, requestOf, updateOf } from './reviews.ts';

const rollouts = 'workloads: [{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, resource: rollouts }]';
const using = (...checks: readonly string[]): string =>
  `profiles: { team: { checks: { ${checks.map((id) => `${id}: { action: deny }`).join()} } } }`;
const situation = (checks: readonly string[], related?: RelatedSource, config = ''): Situation => ({
  config: `${config}\n${using(...checks)}`,
  labels: { enforce: 'team' },
  ...(related && { related }),
});

const hpa = (target = 'apiVersion: apps/v1, kind: Deployment, name: api', name = 'web'): JsonObject =>
  yamlObject(`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: ${name}, namespace: shop }
    spec: { scaleTargetRef: { ${target} }, minReplicas: 1, maxReplicas: 3 }
  `);
const pdb = yamlObject(`
  apiVersion: policy/v1
  kind: PodDisruptionBudget
  metadata: { name: web, namespace: shop }
  spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`);
const replicated = yamlObject(`
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: api, namespace: shop }
  spec: { replicas: 3, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app }] } } }
`);
const written = (...objects: readonly JsonObject[]) =>
  objects.map((one) => JSON.stringify(one)).join('\n---\n');

describe('what is looked up for a review', () => {
  async function lookedUp(object: JsonObject, checks: readonly string[], config = ''): Promise<string[]> {
    const related = relatedOf('');
    const { seen } = await ask('enforce', object, situation(checks, related, config));
    expect(seen.liveReads.filter((resource) => resource === 'related')).toHaveLength(related.queries.length);
    return askedFor(related.queries);
  }

  it.each<[string, JsonObject, string[], string[]]>([
    ['nothing for checks that need nothing', replicated, ['cpu-request', 'grace-period'], []],
    [
      'what the checks of its kind need, all at once',
      replicated,
      ['pdb-missing', 'hpa-conflict', 'cpu-request'],
      ['shop: HorizontalPodAutoscaler PodDisruptionBudget'],
    ],
    ['nothing for an object whose checks need nothing', hpa(), ['hpa-bounds', 'pdb-missing'], []],
    [
      'all workloads for a budget, which may select any of them',
      pdb,
      ['pdb-blocks', 'hpa-target'],
      ['shop: HorizontalPodAutoscaler PodDisruptionBudget workloads'],
    ],
    [
      'of the workloads only its target for an autoscaler',
      hpa(),
      ['hpa-target', 'pdb-blocks'],
      ['shop: workloads only Deployment api'],
    ],
    [
      'that target in lower case, as the HPA controller finds it',
      hpa('apiVersion: apps/v1, kind: deployment, name: api'),
      ['hpa-target'],
      ['shop: workloads only Deployment api'],
    ],
    [
      'a target of another version of its group',
      hpa('apiVersion: apps/v1beta2, kind: StatefulSet, name: api'),
      ['hpa-target'],
      ['shop: workloads only StatefulSet api'],
    ],
  ])('is %s', async (_name, object, checks, expected) => {
    expect(await lookedUp(object, checks)).toEqual(expected);
  });

  it('is the target of a kind that the configuration adds', async () => {
    const target = hpa('apiVersion: argoproj.io/v1, kind: Rollout, name: api');
    expect(await lookedUp(target, ['hpa-target'], rollouts)).toEqual(['shop: workloads only Rollout api']);
  });

  it('is read for all modes together, of the profiles that the labels name', async () => {
    const related = relatedOf('');
    const config = `profiles: { one: { checks: { pdb-missing: { action: warn } } }, two: { checks: { replicas: { action: warn } } }, three: { checks: { headless-service: { action: warn } } } }`;
    await ask('enforce', replicated, { config, labels: { enforce: 'one', audit: 'two' }, related });
    expect(askedFor(related.queries)).toEqual(['shop: HorizontalPodAutoscaler PodDisruptionBudget']);
  });

  const everything = ['pdb-missing', 'hpa-conflict', 'headless-service', 'tls-reference'];
  const pod = podOf('containers: [{ name: app }]');

  it.each<[string, JsonObject]>([
    ['a pod', pod],
    ['a pod of a controller', madeByController(pod)],
    ...workloadKinds
      .filter(({ kind }) => kind !== 'Pod')
      .map(({ kind }): [string, JsonObject] => [
        `a ${kind} of a controller`,
        madeByController(workloadOf(kind, pod)),
      ]),
  ])('is nothing for %s: its owner has been asked', async (_name, object) => {
    expect(await lookedUp(object, everything)).toEqual([]);
  });

  it('is nothing for the resize of a pod', async () => {
    const related = relatedOf('');
    const request = updateOf(pod, pod, { subResource: 'resize' });
    await ask('enforce', request, situation(everything, related));
    expect(related.queries).toEqual([]);
  });

  it('is nothing without a cluster, and without a mode that is on', async () => {
    const { seen } = await ask('enforce', replicated, situation(['pdb-missing']));
    expect(seen.liveReads).toEqual([]);
    const related = relatedOf('');
    await ask('enforce', replicated, { ...situation(['pdb-missing'], related), labels: { enforce: 'off' } });
    expect(related.queries).toEqual([]);
  });
});

describe('what is found beside an object', () => {
  const rival = hpa(undefined, 'rival');

  it('only warns, because it may change in the same apply', async () => {
    const related = relatedOf(written(rival));
    const answer = await ask('enforce', hpa(), situation(['hpa-conflict'], related));
    expect(refusedFor(answer)).toEqual([]);
    expect(answer.warnings).toEqual([expect.stringContaining('[hpa-conflict]')]);
    expect(answer.seen.liveReads).toEqual(['related']);
  });

  it('is not the object itself, as it was', async () => {
    const related = relatedOf(written(hpa()));
    const answer = await ask('enforce', updateOf(hpa(), hpa()), situation(['hpa-conflict'], related));
    expect(refusedFor(answer)).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ['a target', hpa(), 'hpa-target'],
    ['what a budget selects', pdb, 'pdb-blocks'],
    ['a budget', replicated, 'pdb-missing'],
  ])('where %s is absent never denies: it may come later in the apply', async (_name, object, id) => {
    const { response, warnings, seen } = await ask('enforce', object, situation([id], relatedOf('')));
    expect(response.allowed).toBe(true);
    expect(warnings).toEqual([expect.stringContaining(`[${id}]`)]);
    expect(seen.violations).toEqual([`${id} warn`]);
    const there = relatedOf(written(replicated, pdb));
    expect((await ask('enforce', object, situation([id], there))).warnings).toEqual([]);
  });

  it('never denies either where it is there and contradicts: it may be about to change', async () => {
    const spec = { minAvailable: 3, selector: { matchLabels: { app: 'web' } } };
    const related = relatedOf(written(replicated));
    const blocking = await ask('enforce', { ...pdb, spec }, situation(['pdb-blocks'], related));
    expect(blocking.response.allowed).toBe(true);
    expect(blocking.warnings).toEqual([expect.stringContaining('[pdb-blocks]')]);
  });

  it.each<[string, JsonObject, string]>([
    ['workloads', hpa(), 'hpa-target'],
    ['PodDisruptionBudget', replicated, 'pdb-missing'],
  ])('says nothing where %s could not be read', async (kind, object, id) => {
    const related = relatedOf('', [kind as 'workloads']);
    const { response, seen } = await ask('enforce', object, situation([id], related));
    expect(response).toEqual({ uid: 'the-uid', allowed: true });
    expect(seen).toMatchObject({ violations: [], failures: [] });
  });
});

describe('a lookup that fails', () => {
  afterEach(() => void vi.useRealTimers());

  const failure = 'looking up what stands beside HorizontalPodAutoscaler shop/web';
  const checks = ['hpa-target', 'hpa-bounds'];
  const fixed = { ...hpa(), spec: { ...(hpa()['spec'] as JsonObject), minReplicas: 3 } };

  it.each<[string, RelatedSource]>([
    ['later', { read: () => Promise.reject(new Error('the API server does not answer')) }],
    [
      'at once',
      {
        read: () => {
          throw new Error('a bug');
        },
      },
    ],
  ])('%s is recorded, and the object judged by itself', async (_name, related) => {
    const passed = await ask('enforce', hpa(), situation(checks, related));
    expect(passed.response).toEqual({ uid: 'the-uid', allowed: true });
    expect(passed.seen).toMatchObject({ reviews: ['enforce allow'], failures: [failure] });
    const refused = await ask('enforce', fixed, situation(checks, related));
    expect(refusedFor(refused)).toEqual(['hpa-bounds']);
    expect(refused.seen).toMatchObject({ reviews: ['enforce deny'], failures: [failure] });
  });

  it.each([
    [5000, 1000],
    [2000, 640],
    [1000, 320],
  ])('for want of time, of a deadline of %i ms, after %i ms', async (deadlineMs, expected) => {
    vi.useFakeTimers();
    const start = performance.now();
    const context = contextOf(situation(checks, { read: () => new Promise(() => undefined) }));
    const answer = (async () => {
      const response = await handle('enforce', requestOf(hpa()), context, deadlineMs);
      return { response, after: performance.now() - start };
    })();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await answer).toEqual({ response: { uid: 'the-uid', allowed: true }, after: expected });
    expect(context.recorder.seen).toMatchObject({ reviews: ['enforce allow'], failures: [failure] });
  });
});
