import { describe, expect, it } from 'vitest';

import type { AdmissionResponse } from '../../../src/admission/response.ts';
import type { AdmissionRequest } from '../../../src/admission/review.ts';
import type { PatchOperation } from '../../../src/policy/draft.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { applyPatch } from '../policy/json-patch.ts';
import { podOf, workloadOf } from '../policy/objects.ts';
import { ask } from './ask.ts';
import type { Situation } from './contexts.ts';
import { requestOf, updateOf } from './reviews.ts';

const pod = podOf('containers: [{ name: app }]');
const on: Situation = { labels: { mutate: 'baseline' } };

/** The pod that comes out of an answer. */
function patchedPod(object: JsonObject, { patch }: AdmissionResponse): unknown {
  if (patch === undefined) return object;
  return applyPatch(object, JSON.parse(Buffer.from(patch, 'base64').toString()) as PatchOperation[]);
}

describe('a new pod', () => {
  it('is filled', async () => {
    const { response, seen } = await ask('mutate', pod, on);
    const mutations =
      'memory request for container app; preStop sleep 15s for container app; terminationGracePeriodSeconds 45 (was 30)';
    expect(response).toMatchObject({
      uid: 'the-uid',
      allowed: true,
      patchType: 'JSONPatch',
      auditAnnotations: { 'mutate-profile': 'baseline', mutations },
    });
    expect(response).not.toHaveProperty('warnings');
    expect(patchedPod(pod, response)).toMatchObject({
      metadata: { annotations: { 'gracegate.dev/mutations': mutations } },
      spec: {
        terminationGracePeriodSeconds: 45,
        containers: [
          {
            name: 'app',
            resources: { requests: { memory: '128Mi' } },
            lifecycle: { preStop: { sleep: { seconds: 15 } } },
          },
        ],
      },
    });
    expect(seen).toMatchObject({
      reviews: ['mutate allow'],
      mutations: ['limit-range', 'pre-stop-sleep', 'grace-period'],
      liveReads: [],
    });
  });

  it('that was filled before is left as it is: no patch, and no patchType', async () => {
    const { response: first } = await ask('mutate', pod, on);
    const { response, seen } = await ask('mutate', patchedPod(pod, first) as JsonObject, on);
    expect(response).toEqual({ uid: 'the-uid', allowed: true });
    expect(seen.mutations).toEqual([]);
  });

  it('is answered alike in a dry run', async () => {
    const dry = await ask('mutate', requestOf(pod, { dryRun: true }), on);
    expect(dry).toEqual(await ask('mutate', pod, on));
  });

  it('hears what could not be done', async () => {
    const tight = podOf('containers: [{ name: app }]', { 'gracegate.dev/drain-seconds': '3600' });
    const { warnings, response } = await ask('mutate', tight, on);
    expect(response.allowed).toBe(true);
    expect(warnings.join()).toContain('no preStop sleep for container app: 15 s do not fit');
  });
});

it('a pod that makes the mutations fail is counted once, as an error', async () => {
  const { spec: _, ...rest } = pod;
  const broken = Object.defineProperty(rest, 'spec', {
    enumerable: true,
    get: () => {
      throw new Error('a bug');
    },
  });
  const { response, seen } = await ask('mutate', broken, on);
  expect(response).toMatchObject({
    allowed: false,
    status: { code: 500, message: 'Gracegate could not judge Pod shop/web: a bug' },
  });
  expect(seen).toMatchObject({
    reviews: ['mutate error'],
    mutations: [],
    failures: ['review the-uid of Pod shop/web'],
  });
});

describe('nothing is done', () => {
  const nothing = { uid: 'the-uid', allowed: true };

  it.each<[string, AdmissionRequest]>([
    ['to a pod that is updated', updateOf(pod, pod)],
    ['to a pod that is deleted', requestOf(pod, { operation: 'DELETE' })],
    ['to a subresource', requestOf(pod, { subResource: 'eviction' })],
    ['to a pod without an object', requestOf(pod, { object: null })],
    ...workloadKinds
      .filter(({ kind }) => kind !== 'Pod')
      .map(({ kind }): [string, AdmissionRequest] => [
        `to the template of a ${kind}`,
        requestOf(workloadOf(kind, pod)),
      ]),
  ])('%s', async (_name, request) => {
    const { response, seen } = await ask('mutate', request, { ...on, liveLabels: new Error('not asked') });
    expect(response).toEqual(nothing);
    expect(seen).toMatchObject({ reviews: ['mutate allow'], mutations: [] });
  });

  it.each<[string, Situation]>([
    ['without a label', { labels: {} }],
    ['where another mode is on', { labels: { enforce: 'baseline' } }],
    ['in a namespace that is gone', { labels: 'unknown' }],
    [
      'where the label opts out of the default',
      { labels: { mutate: 'off' }, config: 'defaults: { mutate: baseline }' },
    ],
  ])('%s', async (_name, situation) => {
    const { response, seen } = await ask('mutate', pod, situation);
    expect(response).toEqual(nothing);
    expect(seen.liveReads).toEqual(['namespaces']);
  });

  it('by a profile that is unknown, which is said', async () => {
    const { response } = await ask('mutate', pod, { labels: { mutate: 'typo' } });
    expect(response).toEqual({
      ...nothing,
      warnings: ['namespace label gracegate.dev/mutate=typo names no profile; it is ignored'],
    });
  });
});

describe('the profile', () => {
  it.each<[string, Situation, string[]]>([
    ['comes from the cache', on, []],
    [
      'is read live where the cache lacks the namespace',
      { labels: 'unknown', liveLabels: { mutate: 'baseline' } },
      ['namespaces'],
    ],
    [
      'is read live where the cache lacks the label',
      { labels: {}, liveLabels: { mutate: 'baseline' } },
      ['namespaces'],
    ],
    ['is the default', { config: 'defaults: { mutate: baseline }' }, []],
    [
      'is the default of a namespace that is gone',
      { labels: 'unknown', config: 'defaults: { mutate: baseline }' },
      ['namespaces'],
    ],
  ])('%s', async (_name, situation, liveReads) => {
    const { response, seen } = await ask('mutate', pod, situation);
    expect(response.auditAnnotations?.['mutate-profile']).toBe('baseline');
    expect(seen.liveReads).toEqual(liveReads);
  });
});
