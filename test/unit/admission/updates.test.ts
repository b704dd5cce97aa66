import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../src/policy/json.ts';
import { yamlObject } from '../policy/objects.ts';
import { ask, refusedFor, type Answer } from './ask.ts';
import type { Situation } from './contexts.ts';
import { relatedOf } from './related.ts';
import { madeByController, updateOf } from './reviews.ts';

const config = `
profiles:
  team: { checks: { rollout-downtime: { action: deny }, cpu-request: { action: deny } } }
  rollouts: { checks: { rollout-downtime: { action: deny } } }
  lenient: { extends: team, pods: warn }
  spread: { checks: { topology-spread: { action: deny } } }
  deployments: { checks: { cpu-request: { action: deny, kinds: [Deployment] } } }
  jobs: { checks: { ttl-after-finished: { action: deny } } }
  quotas: { checks: { quota-fit: { action: deny } } }
`;
const enforced = (profile: string, over: Situation = {}): Situation => ({
  config,
  labels: { enforce: profile },
  ...over,
});

const rolling = 'strategy: { type: RollingUpdate }';
const recreate = 'strategy: { type: Recreate }';
const everything = "strategy: { rollingUpdate: { maxUnavailable: '100%' } }";

const deployment = (spec: string, container = ''): JsonObject =>
  yamlObject(`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: web, namespace: shop }
    spec:
      ${spec.split('; ').join('\n      ')}
      template:
        metadata: { labels: { app: web } }
        spec: { containers: [{ name: app ${container} }] }
  `);

const update = (before: JsonObject, now: JsonObject, profile = 'team', over?: Situation): Promise<Answer> =>
  ask('enforce', updateOf(before, now), enforced(profile, over));

const said = (profile: string, text: string) => `gracegate/${profile}: Deployment shop/web: ${text}`;

const lineOfCpu = 'container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m';

describe('an update that keeps the template', () => {
  it('is refused for what it brings, and hears of the pods beside it', async () => {
    const answer = await update(
      deployment(`replicas: 2; ${rolling}`),
      deployment(`replicas: 2; ${recreate}`),
    );
    expect(refusedFor(answer)).toEqual(['rollout-downtime']);
    expect(answer.warnings).toEqual([said('team', lineOfCpu)]);
    expect(answer.seen).toMatchObject({
      reviews: ['enforce deny'],
      violations: ['rollout-downtime deny', 'cpu-request warn'],
      liveReads: ['limitranges', 'namespaces'],
    });
  });

  it.each<[string, string, string, string[]]>([
    [
      'that brings another strategy',
      `replicas: 2; ${rolling}`,
      `replicas: 2; ${recreate}`,
      ['rollout-downtime'],
    ],
    [
      'that scales as well as it brings one',
      `replicas: 0; ${rolling}`,
      `replicas: 2; ${recreate}`,
      ['rollout-downtime'],
    ],
    [
      'that leaves the strategy',
      `replicas: 2; ${recreate}`,
      `replicas: 2; ${recreate}; minReadySeconds: 5`,
      [],
    ],
    ['whose strategy was no better', `replicas: 2; ${everything}`, `replicas: 2; ${recreate}`, []],
    ['that scales up from zero', `replicas: 0; ${recreate}`, `replicas: 2; ${recreate}`, []],
    ['that pauses', `replicas: 2; ${recreate}`, `replicas: 2; ${recreate}; paused: true`, []],
    ['that mends the strategy', `replicas: 2; ${recreate}`, `replicas: 2; ${rolling}`, []],
  ])('%s', async (_name, before, now, expected) => {
    expect(refusedFor(await update(deployment(before), deployment(now)))).toEqual(expected);
  });

  it('and scales over the quota passes: scaling is never refused', async () => {
    const quota =
      '{ apiVersion: v1, kind: ResourceQuota, metadata: { name: q, namespace: shop }, spec: { hard: { pods: 3 } } }';
    const over = { related: relatedOf(quota) };
    const [small, large] = [deployment('replicas: 2'), deployment('replicas: 9')];
    const created = await ask('enforce', large, enforced('quotas', over));
    expect(refusedFor(created)).toEqual(['quota-fit']);
    expect(refusedFor(await update(small, large, 'quotas', over))).toEqual([]);
  });

  it('of a Job that resumes it passes, and one that takes its time to live away does not', async () => {
    const job = (spec: string) =>
      yamlObject(`
        apiVersion: batch/v1
        kind: Job
        metadata: { name: web, namespace: shop }
        spec: { ${spec} template: { spec: { restartPolicy: Never, containers: [{ name: app }] } } }
      `);
    const resumed = await update(job('suspend: true,'), job('suspend: false,'), 'jobs');
    expect(refusedFor(resumed)).toEqual([]);
    const kept = await update(job('ttlSecondsAfterFinished: 60,'), job(''), 'jobs');
    expect(refusedFor(kept)).toEqual(['ttl-after-finished']);
  });
});

describe('what is let through says what is true', () => {
  const scaled = (profile: string, spec = recreate, make = (object: JsonObject) => object) =>
    update(make(deployment(`replicas: 2; ${spec}`)), make(deployment(`replicas: 3; ${spec}`)), profile);

  it.each([
    ['of pods that would be refused', 'team', 'its template is unchanged; but its new pods would be refused'],
    ['of pods that would not be', 'rollouts', 'its template is unchanged; but a new one would be refused'],
    ['under pods: warn', 'lenient', 'its template is unchanged; but a new one would be refused'],
    [
      'of what is asked of templates alone',
      'spread',
      'its template is unchanged; but a new one would be refused',
    ],
    ['where no pods are asked', 'deployments', 'its template is unchanged; but a new one would be refused'],
  ])('%s', async (_name, profile, text) => {
    const related = relatedOf('');
    const before = deployment(`replicas: 2; ${recreate}`);
    const answer = await update(before, deployment(`replicas: 3; ${recreate}`), profile, { related });
    expect(answer.response.allowed).toBe(true);
    expect(answer.warnings[0]).toBe(said(profile, `let through, ${text}`));
  });

  it('of what a controller made, of which pods: warn would let through a new one', async () => {
    const { response, warnings } = await scaled('lenient', recreate, madeByController);
    expect(response.allowed).toBe(true);
    expect(warnings).toEqual([
      said('lenient', 'let through, its template is unchanged'),
      said('lenient', lineOfCpu),
    ]);
  });

  it('and nothing where nothing is denied', async () => {
    expect((await scaled('rollouts', rolling)).warnings).toEqual([]);
  });
});

describe('an update that changes the template', () => {
  it('is judged in full: its roll-out is one of those that the check is about', async () => {
    const answer = await update(
      deployment(`replicas: 2; ${recreate}`),
      deployment(`replicas: 2; ${recreate}`, ', image: b'),
    );
    expect(refusedFor(answer)).toEqual(['cpu-request', 'rollout-downtime']);
  });
});
