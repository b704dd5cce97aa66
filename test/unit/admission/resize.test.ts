import { describe, expect, it } from 'vitest';

import { podOf } from '../policy/objects.ts';
import { ask, refusedFor, type Answer } from './ask.ts';
import type { Situation } from './contexts.ts';
import { requestOf, updateOf } from './reviews.ts';

const config = `
profiles:
  team:
    mutations:
      limit-range:
        limits: [{ type: Container, min: { cpu: 50m, memory: 64Mi }, max: { cpu: 4 }, maxLimitRequestRatio: { cpu: 2 } }]
    checks:
      cpu-request: { action: deny }
      memory-request: { action: deny }
      limit-range: { action: deny }
      readiness-probe: { action: deny }
  equal:
    checks: { memory-limit: { action: deny, policy: equal-to-request } }
  lenient: { extends: team, pods: warn }
`;
const enforced = (profile: string): Situation => ({ config, labels: { enforce: profile } });

const pod = (resources: string) => podOf(`containers: [{ name: app, resources: ${resources} }]`);

function resize(before: string, now: string, profile = 'team'): Promise<Answer> {
  return ask('enforce', updateOf(pod(before), pod(now), { subResource: 'resize' }), enforced(profile));
}

/** Amounts that the profile has nothing to say about. */
const fine = '{ requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 2 } }';

describe('a resize', () => {
  it('that leaves the pod without the CPU request that it never had passes, and says so', async () => {
    const limits = 'limits: { cpu: 2 }';
    const { response, warnings, seen } = await resize(
      `{ requests: { memory: 1Gi }, ${limits} }`,
      `{ requests: { memory: 2Gi }, ${limits} }`,
    );
    expect(response.allowed).toBe(true);
    expect(warnings.slice(0, 2)).toEqual([
      'gracegate/team: Pod shop/web: let through, the pod was no better before the resize',
      'gracegate/team: Pod shop/web: container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m',
    ]);
    expect(seen).toMatchObject({ reviews: ['enforce allow'], refusals: [], liveReads: [] });
    expect(new Set(seen.violations.map((text) => text.split(' ')[1]))).toEqual(new Set(['warn']));
  });

  it('that brings what was not there is refused for that alone', async () => {
    const answer = await resize(
      '{ requests: { memory: 1Gi }, limits: { cpu: 2 } }',
      '{ requests: { memory: 1Mi }, limits: { cpu: 2 } }',
    );
    expect(refusedFor(answer)).toEqual(['limit-range']);
    expect(answer.response.status?.message).toContain('memory request 1Mi is below the minimum 64Mi');
    expect(answer.warnings.filter((text) => text.includes('[cpu-request]'))).toHaveLength(1);
    expect(answer.warnings.join(' ')).not.toContain('let through');
  });

  it.each<[string, string, string, string[]]>([
    ['of a pod that was well to one that is', fine, fine, []],
    [
      'below the minimum',
      fine,
      '{ requests: { cpu: 20m, memory: 1Gi }, limits: { cpu: 40m } }',
      ['limit-range'],
    ],
    [
      'further below the minimum',
      '{ requests: { cpu: 40m, memory: 1Gi }, limits: { cpu: 80m } }',
      '{ requests: { cpu: 20m, memory: 1Gi }, limits: { cpu: 40m } }',
      ['limit-range'],
    ],
    [
      'that is still below the minimum, but less so',
      '{ requests: { cpu: 20m, memory: 1Gi }, limits: { cpu: 40m } }',
      '{ requests: { cpu: 40m, memory: 1Gi }, limits: { cpu: 80m } }',
      [],
    ],
    [
      'below the minimum of another resource',
      '{ requests: { cpu: 20m, memory: 1Gi }, limits: { cpu: 40m } }',
      '{ requests: { cpu: 20m, memory: 1Mi }, limits: { cpu: 40m } }',
      ['limit-range'],
    ],
    [
      'below the minimum, of a limit that was above the maximum',
      '{ requests: { cpu: 4, memory: 1Gi }, limits: { cpu: 5 } }',
      '{ requests: { cpu: 20m, memory: 1Gi }, limits: { cpu: 40m } }',
      ['limit-range'],
    ],
    [
      'further above the maximum',
      '{ requests: { cpu: 4, memory: 1Gi }, limits: { cpu: 5 } }',
      '{ requests: { cpu: 4, memory: 1Gi }, limits: { cpu: 6 } }',
      ['limit-range'],
    ],
    [
      'of memory, of a pod above the maximum',
      '{ requests: { cpu: 4, memory: 1Gi }, limits: { cpu: 5 } }',
      '{ requests: { cpu: 4, memory: 2Gi }, limits: { cpu: 5 } }',
      [],
    ],
    [
      'that keeps the ratio that is too large, but for what is rounded',
      '{ requests: { cpu: 300m, memory: 1Gi }, limits: { cpu: 900m } }',
      '{ requests: { cpu: 137m, memory: 1Gi }, limits: { cpu: 412m } }',
      [],
    ],
    [
      'that makes the ratio larger',
      '{ requests: { cpu: 300m, memory: 1Gi }, limits: { cpu: 900m } }',
      '{ requests: { cpu: 200m, memory: 1Gi }, limits: { cpu: 900m } }',
      ['limit-range'],
    ],
    [
      'from no request to one that is none',
      '{ requests: { memory: 1Gi }, limits: { cpu: 2 } }',
      '{ requests: { cpu: 0, memory: 1Gi }, limits: { cpu: 2 } }',
      ['cpu-request', 'limit-range'],
    ],
  ])('%s', async (_name, before, now, expected) => {
    expect(refusedFor(await resize(before, now))).toEqual(expected);
  });

  it.each<[string, string, string, string[]]>([
    [
      'that keeps what the pod was promised of its limit',
      '{ requests: { memory: 1Gi }, limits: { memory: 2Gi } }',
      '{ requests: { memory: 2Gi }, limits: { memory: 4Gi } }',
      [],
    ],
    [
      'that promises less of the limit',
      '{ requests: { memory: 1Gi }, limits: { memory: 2Gi } }',
      '{ requests: { memory: 1Gi }, limits: { memory: 4Gi } }',
      ['memory-limit'],
    ],
    [
      'of a limit of which nothing is promised',
      '{ requests: { memory: 0 }, limits: { memory: 2Gi } }',
      '{ requests: { memory: 0 }, limits: { memory: 4Gi } }',
      ['memory-limit'],
    ],
  ])('%s, where limit and request should be equal', async (_name, before, now, expected) => {
    expect(refusedFor(await resize(before, now, 'equal'))).toEqual(expected);
  });

  it('is known by its container', async () => {
    const two = (app: string, log: string) =>
      podOf(`containers: [{ name: app, resources: ${app} }, { name: log, resources: ${log} }]`);
    const bad = '{ requests: { cpu: 20m, memory: 1Gi }, limits: { cpu: 40m } }';
    const request = updateOf(two(bad, fine), two(bad, bad), { subResource: 'resize' });
    const answer = await ask('enforce', request, enforced('team'));
    expect(answer.response.status?.message).toContain('(profile team, 1 problem)');
    expect(answer.response.status?.message).toContain('container log: cpu request 20m is below the minimum');
  });

  it('without its old object is judged in full, for resources alone', async () => {
    const request = requestOf(pod('{}'), { operation: 'UPDATE', subResource: 'resize' });
    const situation: Situation = { labels: { enforce: 'strict' } };
    expect(refusedFor(await ask('enforce', request, situation))).toEqual(['cpu-request', 'memory-request']);
  });

  it('is judged by LimitRanges', async () => {
    const limits = '[{ type: Container, max: { cpu: 1 } }]';
    const now = pod('{ requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 2 } }');
    const before = pod('{ requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 1 } }');
    const request = updateOf(before, now, { subResource: 'resize' });
    const situation: Situation = { labels: { enforce: 'strict' }, limits };
    expect(refusedFor(await ask('enforce', request, situation))).toEqual(['limit-range']);
  });

  it('passes under pods: warn, as a new pod of that size would, with warnings', async () => {
    const { response, warnings } = await resize(
      fine,
      '{ requests: { cpu: 1 }, limits: { cpu: 2 } }',
      'lenient',
    );
    expect(response.allowed).toBe(true);
    expect(warnings).toEqual([
      expect.stringContaining('[memory-request]'),
      expect.stringContaining('no memory request, and the minimum is 64Mi [limit-range]'),
    ]);
  });
});
