import { describe, expect, it } from 'vitest';

import type { AdmissionRequest } from '../../../src/admission/review.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { ask } from './ask.ts';
import { labelsOf, type ModeLabels, type Situation } from './contexts.ts';
import { requestOf } from './reviews.ts';

type Labels = Readonly<Record<string, string>>;

const namespace = (labels: Labels, name = 'shop'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

const made = (labels: Labels, name = 'shop') => requestOf(namespace(labels, name), { namespace: name, name });
const changed = (before: Labels, after: Labels, over: JsonObject = {}) =>
  requestOf(namespace(after), {
    namespace: 'shop',
    name: 'shop',
    operation: 'UPDATE',
    oldObject: namespace(before),
    ...over,
  });

describe('a label that names no profile', () => {
  const refused =
    'Namespace shop: label gracegate.dev/enforce=typo names no profile; known are baseline, strict, team, off';
  const config = 'profiles: { team: {} }';

  it.each<[string, AdmissionRequest, string | undefined]>([
    ['of a new namespace is refused', made(labelsOf({ enforce: 'typo' })), refused],
    ['that an update brings is refused', changed({}, labelsOf({ enforce: 'typo' })), refused],
    [
      'that replaces a good one is refused',
      changed(labelsOf({ enforce: 'team' }), labelsOf({ enforce: 'typo' })),
      refused,
    ],
    [
      'that was there before does not block other writes',
      changed(labelsOf({ enforce: 'typo' }), { ...labelsOf({ enforce: 'typo' }), team: 'x' }),
      undefined,
    ],
    [
      'beside one that was there is refused by its own name',
      changed(labelsOf({ enforce: 'typo' }), labelsOf({ enforce: 'typo', warn: 'tpyo' })),
      'Namespace shop: label gracegate.dev/warn=tpyo names no profile; known are baseline, strict, team, off',
    ],
    [
      'is named as far as a name goes',
      made(labelsOf({ enforce: 'x'.repeat(300) })),
      refused.replace('typo', `${'x'.repeat(253)} ...`),
    ],
    ['that goes is nobody’s business', changed(labelsOf({ enforce: 'typo' }), {}), undefined],
  ])('%s', async (_name, request, message) => {
    const { response, seen } = await ask('namespaces', request, { config });
    expect(response.allowed).toBe(message === undefined);
    expect(response.status?.message).toBe(message);
    expect(seen.reviews).toEqual([message === undefined ? 'namespaces allow' : 'namespaces deny']);
    expect(seen.refusals.map(({ reason }) => reason)).toEqual(message === undefined ? [] : [message]);
  });

  it.each(['mutate', 'enforce', 'warn', 'audit'] as const)('is refused for %s', async (mode) => {
    const { response } = await ask('namespaces', made(labelsOf({ [mode]: '' })), { config });
    expect(response.status?.message).toContain(`label gracegate.dev/${mode}= names no profile`);
  });

  it('is recorded as the refusal of a namespace', async () => {
    const { seen } = await ask('namespaces', changed({}, labelsOf({ enforce: 'typo' }), { dryRun: true }), {
      config,
    });
    expect(seen.refusals).toEqual([
      {
        uid: 'the-uid',
        user: 'jane',
        operation: 'UPDATE',
        dryRun: true,
        object: 'Namespace shop',
        profile: '',
        reason: refused,
      },
    ]);
  });
});

describe('labels that are fine', () => {
  it.each<ModeLabels>([
    {},
    { enforce: 'baseline' },
    { mutate: 'baseline', enforce: 'off', warn: 'strict', audit: 'strict' },
  ])('%j', async (modes) => {
    const { response } = await ask(
      'namespaces',
      made({ ...labelsOf(modes), 'kubernetes.io/metadata.name': 'shop' }),
    );
    expect(response).toEqual({ uid: 'the-uid', allowed: true });
  });
});

describe('a key that is unknown', () => {
  const known =
    'known are gracegate.dev/mutate, gracegate.dev/enforce, gracegate.dev/warn, gracegate.dev/audit';

  it.each<[string, AdmissionRequest, string[]]>([
    [
      'is warned of when it is new',
      changed(
        { 'gracegate.dev/old': 'x' },
        { 'gracegate.dev/old': 'x', 'gracegate.dev/Enforce': 'baseline' },
      ),
      [`gracegate: label gracegate.dev/Enforce has no meaning; ${known}`],
    ],
    [
      'is warned of in a new namespace',
      made({ 'gracegate.dev/exempt': 'all', 'gracegate.dev/constructor': '' }),
      [
        `gracegate: label gracegate.dev/exempt has no meaning; ${known}`,
        `gracegate: label gracegate.dev/constructor has no meaning; ${known}`,
      ],
    ],
    [
      'of somebody else is none of ours',
      made({ 'gracegate.devil/enforce': 'x', 'x.gracegate.dev/y': 'z' }),
      [],
    ],
  ])('%s', async (_name, request, expected) => {
    const { response, warnings } = await ask('namespaces', request);
    expect(response.allowed).toBe(true);
    expect(warnings).toEqual(expected);
  });
});

describe('a label that nobody will act on', () => {
  const labels = labelsOf({ enforce: 'baseline', warn: 'off', audit: 'strict' });
  const inert = (name: string, why: string) =>
    `gracegate: namespace ${name}: label gracegate.dev/enforce, gracegate.dev/audit has no effect, ${why}`;

  it.each<[string, Situation, string | undefined]>([
    ['kube-system', {}, 'Gracegate leaves it alone'],
    ['kube-node-lease', {}, 'Gracegate leaves it alone'],
    ['gracegate-system', { ownNamespace: 'gracegate-system' }, 'Gracegate leaves it alone'],
    ['gracegate-system', {}, undefined],
    [
      'infra',
      { config: 'exemptions: { namespaces: [infra] }' },
      'it is exempt in the configuration of Gracegate',
    ],
    ['shop', { config: 'exemptions: { namespaces: [infra] }' }, undefined],
    ['kube-public', {}, undefined],
  ])('in %s of %j', async (name, situation, why) => {
    const { response, warnings } = await ask('namespaces', made(labels, name), situation);
    expect(response.allowed).toBe(true);
    expect(warnings).toEqual(why === undefined ? [] : [inert(name, why)]);
  });

  it('is not warned of when it is off', async () => {
    const off = made(labelsOf({ enforce: 'off', mutate: 'off' }), 'kube-system');
    expect((await ask('namespaces', off)).warnings).toEqual([]);
  });
});

describe('what is no namespace', () => {
  it.each<[string, AdmissionRequest]>([
    [
      'another kind',
      requestOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { labels: labelsOf({ enforce: 'typo' }) } }),
    ],
    ['its status', changed({}, labelsOf({ enforce: 'typo' }), { subResource: 'status' })],
    ['a deletion', requestOf(namespace({}), { operation: 'DELETE', object: null })],
    [
      'labels that are no strings',
      requestOf({ ...namespace({}), metadata: { labels: { 'gracegate.dev/enforce': 7 } } }),
    ],
    ['no metadata', requestOf({ apiVersion: 'v1', kind: 'Namespace' })],
  ])('%s passes', async (_name, request) => {
    const { response, seen } = await ask('namespaces', request);
    expect(response).toEqual({ uid: 'the-uid', allowed: true });
    expect(seen.reviews).toEqual(['namespaces allow']);
  });
});
