import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../src/policy/json.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { podOf, workloadOf } from '../policy/objects.ts';
import { ask } from './ask.ts';
import type { Situation } from './contexts.ts';
import { requestOf, updateOf, withMetadata } from './reviews.ts';

const pod = podOf('containers: [{ name: app }]');
const labels = { enforce: 'strict', mutate: 'strict' };
const exempting = (exemptions: string): Situation => ({ labels, config: `exemptions: { ${exemptions} }` });

/** Which exemption let a new object pass: that of its answer, which must also be the one that was counted. */
async function exemptionOf(object: JsonObject, over: JsonObject, situation: Situation): Promise<string> {
  const { response, seen } = await ask('enforce', requestOf(object, over), situation);
  const reason = response.auditAnnotations?.['exempt'] ?? 'none';
  expect(response.allowed).toBe(reason !== 'none');
  expect(seen.exemptions).toEqual(reason === 'none' ? [] : [reason]);
  expect(seen.reviews).toEqual([reason === 'none' ? 'enforce deny' : 'enforce exempt']);
  return reason;
}

describe('an exemption', () => {
  it.each<[string, string, JsonObject, string]>([
    ['username', 'usernames: [jane]', {}, 'username'],
    ['another username', 'usernames: [jan]', {}, 'none'],
    ['group', 'groups: [oncall, developers]', {}, 'group'],
    ['another group', 'groups: [oncall]', {}, 'none'],
    ['a group in the name of a user', 'groups: [jane]', {}, 'none'],
    ['namespace', 'namespaces: [shop]', {}, 'namespace'],
    ['another namespace', 'namespaces: [sho]', {}, 'none'],
    ['a user without a name or a group', 'usernames: [jane], groups: [developers]', { userInfo: {} }, 'none'],
  ])('by %s', async (_name, exemptions, over, expected) => {
    expect(await exemptionOf(pod, over, exempting(exemptions))).toBe(expected);
  });

  it.each(workloadKinds.map(({ kind }) => kind))('by runtimeClass of a %s', async (kind) => {
    const object = workloadOf(kind, podOf('{ runtimeClassName: gvisor, containers: [{ name: app }] }'));
    expect(await exemptionOf(object, {}, exempting('runtimeClasses: [kata, gvisor]'))).toBe('runtime-class');
    expect(await exemptionOf(object, {}, exempting('runtimeClasses: [kata]'))).toBe('none');
  });

  it('by runtimeClass asks for one', async () => {
    expect(await exemptionOf(pod, {}, exempting('runtimeClasses: [gvisor]'))).toBe('none');
  });

  it.each(['enforce', 'warn', 'audit', 'mutate'] as const)('holds for %s, and says so', async (path) => {
    const { response, seen } = await ask(path, pod, exempting('usernames: [jane]'));
    expect(response).toEqual({ uid: 'the-uid', allowed: true, auditAnnotations: { exempt: 'username' } });
    expect(seen).toMatchObject({ exemptions: ['username'], reviews: [`${path} exempt`], liveReads: [] });
  });

  it('is not counted where there was nothing to judge', async () => {
    const { seen } = await ask('enforce', updateOf(pod, pod), exempting('usernames: [jane]'));
    expect(seen).toMatchObject({ exemptions: [], reviews: ['enforce allow'] });
  });
});

describe('a mirror pod', () => {
  const annotations = { 'kubernetes.io/config.mirror': 'd41d8cd98f' };
  const mirror = withMetadata(pod, { annotations });
  const node = { userInfo: { username: 'system:node:a', groups: ['system:nodes', 'system:authenticated'] } };
  const impostor = { userInfo: { username: 'system:node:a', groups: ['developers'] } };

  it.each<[string, JsonObject, JsonObject, string]>([
    ['of a kubelet is exempt', mirror, node, 'mirror-pod'],
    ['of anybody else is not', mirror, impostor, 'none'],
    ['lacks its annotation', pod, node, 'none'],
    [
      'has an annotation without a value',
      withMetadata(pod, { annotations: { 'kubernetes.io/config.mirror': '' } }),
      node,
      'mirror-pod',
    ],
  ])('%s', async (_name, object, over, expected) => {
    expect(await exemptionOf(object, over, { labels })).toBe(expected);
  });

  it.each(workloadKinds.map(({ kind }) => kind).filter((kind) => kind !== 'Pod'))(
    'is no excuse as the template of a %s',
    async (kind) => {
      const object = withMetadata(workloadOf(kind, mirror), { annotations });
      expect(await exemptionOf(object, node, { labels })).toBe('none');
    },
  );

  it.each([
    ['a kubelet', node],
    ['anybody else', impostor],
  ])('is never mutated: %s', async (_name, over) => {
    const { response, seen } = await ask('mutate', requestOf(mirror, over), { labels });
    expect(response).toEqual({ uid: 'the-uid', allowed: true });
    expect(seen).toMatchObject({ mutations: [], liveReads: [] });
  });
});
