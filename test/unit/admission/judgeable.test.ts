import { describe, expect, it } from 'vitest';

import type { AdmissionRequest } from '../../../src/admission/review.ts';
import { isObject, type JsonObject } from '../../../src/policy/json.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { podOf, workloadOf } from '../policy/objects.ts';
import { ask, refusedFor } from './ask.ts';
import type { Situation } from './contexts.ts';
import { madeByController, requestOf, updateOf, withMetadata } from './reviews.ts';

const strict: Situation = { labels: { enforce: 'strict' } };
const bare = podOf('containers: [{ name: app }]');
const kinds = workloadKinds.map(({ kind }) => kind);
const templated = kinds.filter((kind) => kind !== 'Pod');

describe('what is let through without a look', () => {
  const deployment = workloadOf('Deployment', bare);
  const other = (apiVersion: string, kind: string): JsonObject => ({ ...deployment, apiVersion, kind });

  it.each<[string, AdmissionRequest]>([
    ['an update of a pod', updateOf(bare, podOf('containers: [{ name: other }]'))],
    ['the status of a pod', updateOf(bare, bare, { subResource: 'status' })],
    ['an ephemeral container', updateOf(bare, bare, { subResource: 'ephemeralcontainers' })],
    ['an eviction', requestOf(bare, { subResource: 'eviction' })],
    ['a scale', updateOf(deployment, deployment, { subResource: 'scale' })],
    ['a resize of what is no pod', updateOf(deployment, deployment, { subResource: 'resize' })],
    ['a deletion', requestOf(deployment, { operation: 'DELETE' })],
    ['a connection', requestOf(bare, { operation: 'CONNECT', subResource: 'exec' })],
    ['a ConfigMap', requestOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } })],
    ['a kind that is unknown', requestOf(other('argoproj.io/v1alpha1', 'Rollout'))],
    ['a kind of another group', requestOf(other('example.com/v1', 'Deployment'))],
    ['a Deployment of a version that is gone', requestOf(other('extensions/v1beta1', 'Deployment'))],
    ['a Deployment without a template', requestOf({ ...deployment, spec: {} })],
    ['no object', requestOf(deployment, { object: null })],
  ])('%s', async (_name, request) => {
    const { response, seen } = await ask('enforce', request, strict);
    expect(response).toEqual({ uid: 'the-uid', allowed: true });
    expect(seen).toMatchObject({ reviews: ['enforce allow'], liveReads: [] });
  });
});

it.each(kinds)('a new %s is judged', async (kind) => {
  const answer = await ask('enforce', workloadOf(kind, bare), strict);
  expect(answer.response.status?.message).toMatch(
    new RegExp(
      `^${kind} shop/web would not start, scale and stop safely \\(profile strict, 4 problems\\):\n`,
    ),
  );
});

it('a new pod whose name is still to be made is named by what is known of it', async () => {
  const { name: _, ...metadata } = isObject(bare['metadata']) ? bare['metadata'] : {};
  const unnamed = { ...bare, metadata: { ...metadata, generateName: 'web-' } };
  const { response } = await ask('enforce', requestOf(unnamed, { name: '' }), strict);
  expect(response.status?.message).toMatch(/^Pod shop\/web-\* would not start/);
});

describe('an update', () => {
  const withLabel = (object: JsonObject) => withMetadata(object, { labels: { seen: 'true' } });
  const other = podOf('containers: [{ name: app }, { name: log }]');

  it.each(templated)('of a %s whose template is the same passes, with a warning', async (kind) => {
    const object = workloadOf(kind, bare);
    const { response, warnings, seen } = await ask('enforce', updateOf(object, withLabel(object)), strict);
    expect(response.allowed).toBe(true);
    expect(warnings[0]).toBe(
      `gracegate/strict: ${kind} shop/web: let through, its template is unchanged; but its new pods would be refused`,
    );
    expect(warnings).toHaveLength(5);
    expect(seen).toMatchObject({ reviews: ['enforce allow'], refusals: [], liveReads: [] });
    expect(seen.violations).not.toContain('cpu-request deny');
  });

  it.each(templated)('of a %s whose template changed is judged in full', async (kind) => {
    const answer = await ask('enforce', updateOf(workloadOf(kind, bare), workloadOf(kind, other)), strict);
    expect(refusedFor(answer)).toHaveLength(8);
  });

  it.each(templated)('of a %s without its old object is judged in full', async (kind) => {
    const request = requestOf(workloadOf(kind, bare), { operation: 'UPDATE' });
    expect(refusedFor(await ask('enforce', request, strict))).toHaveLength(4);
  });

  it('does not care for the order of keys', async () => {
    const object = workloadOf('Deployment', podOf('{ containers: [{ name: app, image: a }], nodeName: n }'));
    const same = workloadOf('Deployment', podOf('{ nodeName: n, containers: [{ image: a, name: app }] }'));
    expect((await ask('enforce', updateOf(object, same), strict)).response.allowed).toBe(true);
  });

  it('with a change outside of the template that matters passes as well: scaling and pausing', async () => {
    const object = workloadOf('Deployment', bare);
    const spec = isObject(object['spec']) ? object['spec'] : {};
    const scaled = { ...object, spec: { ...spec, replicas: 9, paused: true } };
    expect((await ask('enforce', updateOf(object, scaled), strict)).response.allowed).toBe(true);
  });

  it('that breaks nothing hears nothing', async () => {
    const job = workloadOf('Job', podOf('{ restartPolicy: Never, containers: [] }'));
    expect((await ask('enforce', updateOf(job, withLabel(job)), strict)).response).toEqual({
      uid: 'the-uid',
      allowed: true,
    });
  });
});

describe('pods: warn', () => {
  const config = 'profiles: { team: { extends: strict, pods: warn } }';
  const situation: Situation = { config, labels: { enforce: 'team' } };

  it.each<[string, JsonObject]>([
    ['a bare pod', bare],
    ['a pod of a controller', madeByController(bare)],
    ...templated.map((kind): [string, JsonObject] => [
      `a ${kind} of a controller`,
      madeByController(workloadOf(kind, bare)),
    ]),
  ])('lets %s through, and says what is wrong', async (_name, object) => {
    const { response, warnings, seen } = await ask('enforce', object, situation);
    expect(response.allowed).toBe(true);
    expect(warnings).toHaveLength(4);
    expect(seen).toMatchObject({ refusals: [], liveReads: [] });
    expect(new Set(seen.violations.map((text) => text.split(' ')[1]))).toEqual(new Set(['warn']));
  });

  it.each(templated)('refuses the %s of a person', async (kind) => {
    expect(refusedFor(await ask('enforce', workloadOf(kind, bare), situation))).toHaveLength(4);
  });

  it('refuses the new template of a workload that a controller made', async () => {
    const old = madeByController(workloadOf('ReplicaSet', podOf('containers: []')));
    const request = updateOf(old, madeByController(workloadOf('ReplicaSet', bare)));
    expect(refusedFor(await ask('enforce', request, situation))).toHaveLength(4);
  });

  it.each<[string, JsonObject]>([
    ['an owner that is no controller', { ownerReferences: [{ kind: 'App', uid: 'x' }] }],
    ['a controller that is a word', { ownerReferences: [{ kind: 'App', uid: 'x', controller: 'true' }] }],
  ])('does not take %s for one', async (_name, metadata) => {
    const object = withMetadata(workloadOf('Job', bare), metadata);
    expect(refusedFor(await ask('enforce', object, situation))).not.toEqual([]);
  });

  it('is the choice of a profile: under pods: deny the pod is refused', async () => {
    expect(refusedFor(await ask('enforce', madeByController(bare), strict))).toHaveLength(4);
  });
});
