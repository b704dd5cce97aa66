import { describe, expect, it } from 'vitest';

import { podOf, workloadOf } from '../policy/objects.ts';
import { ask, refusedFor } from './ask.ts';
import type { Situation } from './contexts.ts';

const deployment = workloadOf('Deployment', podOf('containers: [{ name: app }]'));
const pod = podOf('containers: [{ name: app }]');
const config = 'profiles: { cpu: { checks: { cpu-request: { action: deny } } } }';
const enforced = { enforce: 'cpu' };
const fills = '[{ type: Container, defaultRequest: { cpu: 100m } }]';

describe('before a refusal what it rests on is read live', () => {
  it.each<[string, Situation, string[], string[]]>([
    ['the same: refused', { labels: enforced }, ['limitranges', 'namespaces'], ['cpu-request']],
    [
      'a LimitRange that only the API server has',
      { labels: enforced, liveLimits: fills },
      ['limitranges', 'namespaces'],
      [],
    ],
    [
      'a LimitRange that only the cache has: nothing is refused, so nothing is read',
      { labels: enforced, limits: fills, liveLimits: '[]' },
      [],
      [],
    ],
    [
      'a namespace that only the API server has',
      { labels: 'unknown', liveLabels: enforced },
      ['namespaces', 'limitranges', 'namespaces'],
      ['cpu-request'],
    ],
    [
      'a label that only the API server has',
      { labels: {}, liveLabels: enforced },
      ['namespaces', 'limitranges', 'namespaces'],
      ['cpu-request'],
    ],
    [
      'a label that the cache has as off',
      { labels: { enforce: 'off' }, liveLabels: enforced },
      ['namespaces', 'limitranges', 'namespaces'],
      ['cpu-request'],
    ],
    [
      'a LimitRange that is gone by now',
      {
        config: 'profiles: { fits: { checks: { limit-range: { action: deny } } } }',
        labels: { enforce: 'fits' },
        limits: '[{ type: Pod, max: { cpu: 1 } }]',
        liveLimits: '[]',
      },
      ['limitranges', 'namespaces'],
      [],
    ],
    ['a label that is gone', { labels: enforced, liveLabels: {} }, ['limitranges', 'namespaces'], []],
    [
      'a label that is off by now',
      { labels: enforced, liveLabels: { enforce: 'off' } },
      ['limitranges', 'namespaces'],
      [],
    ],
    ['a namespace that is gone', { labels: enforced, liveLabels: 'gone' }, ['limitranges', 'namespaces'], []],
    [
      'a mutation that is on by now',
      {
        config: 'profiles: { memory: { checks: { memory-request: { action: deny } } } }',
        labels: { enforce: 'memory' },
        liveLabels: { enforce: 'memory', mutate: 'baseline' },
      },
      ['limitranges', 'namespaces'],
      [],
    ],
  ])('%s', async (_name, situation, liveReads, expected) => {
    const answer = await ask('enforce', deployment, { config, ...situation });
    expect(refusedFor(answer)).toEqual(expected);
    expect(answer.response.allowed).toBe(expected.length === 0);
    // In no order that matters: the two are read side by side.
    expect(answer.seen.liveReads.toSorted()).toEqual(liveReads.toSorted());
    expect(answer.seen.reviews).toEqual([expected.length === 0 ? 'enforce allow' : 'enforce deny']);
  });

  it('and what the first look found is not counted a second time', async () => {
    const { seen } = await ask('enforce', deployment, { config, labels: { ...enforced, audit: 'cpu' } });
    expect(seen.violations).toEqual(['cpu-request deny', 'cpu-request audit']);
    expect(seen.refusals).toHaveLength(1);
  });

  it('but not before a warning', async () => {
    const { seen, warnings } = await ask('warn', deployment, {
      config,
      labels: { warn: 'cpu' },
      liveLimits: fills,
    });
    expect(warnings).toHaveLength(1);
    expect(seen.liveReads).toEqual([]);
  });
});

describe('a live read that fails', () => {
  const down = new Error('the API server does not answer');
  const message = (kind: string) =>
    `Gracegate could not judge ${kind} shop/web: the API server does not answer`;

  it.each<['enforce' | 'mutate', Situation]>([
    ['mutate', { labels: 'unknown', liveLabels: down }],
    ['mutate', { labels: {}, liveLabels: down }],
    ['enforce', { labels: 'unknown', liveLabels: down }],
    ['enforce', { labels: enforced, liveLabels: down }],
    ['enforce', { labels: enforced, liveLimits: down }],
  ])('fails closed for %s of %j', async (path, situation) => {
    const { response, seen } = await ask(path, pod, { config, ...situation });
    expect(response).toEqual({
      uid: 'the-uid',
      allowed: false,
      status: { status: 'Failure', code: 500, reason: 'InternalError', message: message('Pod') },
    });
    expect(seen).toMatchObject({
      reviews: [`${path} error`],
      failures: ['review the-uid of Pod shop/web'],
      refusals: [],
      violations: [],
    });
  });

  it.each<['warn' | 'audit', Situation]>([
    ['warn', { labels: 'unknown', liveLabels: down }],
    ['audit', { labels: 'unknown', liveLabels: down }],
  ])('fails open for %s', async (path, situation) => {
    const { response, seen } = await ask(path, deployment, { config, ...situation });
    expect(response).toEqual({
      uid: 'the-uid',
      allowed: true,
      auditAnnotations: { error: message('Deployment') },
    });
    expect(seen).toMatchObject({
      reviews: [`${path} error`],
      failures: ['review the-uid of Deployment shop/web'],
    });
  });

  it('does not matter where nothing would be refused', async () => {
    const { response } = await ask('enforce', deployment, {
      config,
      labels: enforced,
      limits: fills,
      liveLabels: down,
    });
    expect(response.allowed).toBe(true);
  });
});
