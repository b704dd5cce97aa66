import { describe, expect, it } from 'vitest';

import { podOf, workloadOf } from '../policy/objects.ts';
import { ask, refusedFor } from './ask.ts';
import { requestOf } from './reviews.ts';

const baseline = { labels: { enforce: 'baseline' } };
const deployment = (spec: string, annotations: Record<string, string> = {}) =>
  workloadOf('Deployment', podOf(spec, annotations));

describe('a refusal', () => {
  const refused = [
    'Deployment shop/web would not start, scale and stop safely (profile baseline, 3 problems):',
    '  container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m',
    '  container app: no readiness probe [readiness-probe]; traffic would arrive before the app can answer',
    '  container app: no liveness probe [liveness-probe]; a hung process would never be restarted',
    'Explain: gracegate explain cpu-request',
  ].join('\n');

  it('stands alone, and the recorder gets all of it', async () => {
    const { response, warnings, seen } = await ask(
      'enforce',
      deployment('containers: [{ name: app }]'),
      baseline,
    );
    expect(response).toMatchObject({
      uid: 'the-uid',
      allowed: false,
      status: { status: 'Failure', code: 403, reason: 'Forbidden', message: refused },
    });
    expect(response).not.toHaveProperty('patch');
    expect(warnings).toEqual([
      'gracegate/baseline: Deployment shop/web: container app: no memory request [memory-request]; set resources.requests.memory, for example 128Mi',
    ]);
    expect(seen).toMatchObject({
      reviews: ['enforce deny'],
      violations: ['cpu-request deny', 'readiness-probe deny', 'liveness-probe deny', 'memory-request warn'],
      exemptions: [],
      failures: [],
      refusals: [
        {
          uid: 'the-uid',
          user: 'jane',
          operation: 'CREATE',
          dryRun: false,
          object: 'Deployment shop/web',
          profile: 'baseline',
          reason: refused,
        },
      ],
    });
  });

  it('of a dry run is the same, but for the log', async () => {
    const object = deployment('containers: [{ name: app }]');
    const wet = await ask('enforce', object, baseline);
    const dry = await ask('enforce', requestOf(object, { dryRun: true }), baseline);
    expect(dry.response).toEqual(wet.response);
    expect(dry.seen).toEqual({ ...wet.seen, refusals: [{ ...wet.seen.refusals[0], dryRun: true }] });
  });
});

describe('what is long', () => {
  const config = 'profiles: { cpu: { checks: { cpu-request: { action: deny } } } }';
  const containers = (count: number) =>
    deployment(`containers: [${Array.from({ length: count }, (_, index) => `{ name: c${index} }`).join()}]`);
  const lastLines = (text = '') => text.split('\n').slice(-3);
  const line = (name: string) =>
    `container ${name}: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m`;

  it.each([
    [20, [`  ${line('c18')}`, `  ${line('c19')}`, 'Explain: gracegate explain cpu-request']],
    [21, [`  ${line('c19')}`, '  and 1 more', 'Explain: gracegate explain cpu-request']],
    [120, [`  ${line('c19')}`, '  and 100 more', 'Explain: gracegate explain cpu-request']],
  ])('a refusal for %i reasons', async (count, expected) => {
    const { response, seen } = await ask('enforce', containers(count), {
      config,
      labels: { enforce: 'cpu' },
    });
    expect(response.status?.message).toContain(`(profile cpu, ${count} problem`);
    expect(lastLines(response.status?.message)).toEqual(expected);
    expect(seen.violations).toHaveLength(count);
  });

  it('a warning for 21 reasons', async () => {
    const { warnings } = await ask('warn', containers(21), { config, labels: { warn: 'cpu' } });
    expect(warnings.slice(-2)).toEqual([
      `gracegate/cpu: Deployment shop/web: ${line('c19')}`,
      'gracegate/cpu: Deployment shop/web: and 1 more',
    ]);
  });

  it('an audit annotation for 21 reasons', async () => {
    const { response } = await ask('audit', containers(21), { config, labels: { audit: 'cpu' } });
    expect(response.auditAnnotations?.['audit-violations']).toMatch(
      /container c19: [^;]+; [^;]+; and 1 more$/,
    );
  });
});

describe('an exemption that the author asks for', () => {
  const config = `
profiles:
  team: { checks: { cpu-request: { action: deny }, readiness-probe: { action: deny, exemptible: true } } }
`;
  const asking = (checks: string, reason = 'legacy protocol') =>
    deployment('containers: [{ name: app }]', {
      'gracegate.dev/exempt': checks,
      'gracegate.dev/exempt-reason': reason,
    });
  const situation = { config, labels: { enforce: 'team' } };
  const notice = (text: string) => `gracegate/team: Deployment shop/web: ${text}`;

  it('is honoured where the profile allows it, and is in the books', async () => {
    const answer = await ask('enforce', asking('readiness-probe'), situation);
    expect(refusedFor(answer)).toEqual(['cpu-request']);
    expect(answer.warnings).toEqual([]);
    expect(answer.response.auditAnnotations).toEqual({
      'enforce-exempted':
        'container app: no readiness probe [readiness-probe]; traffic would arrive before the app can answer; reason: legacy protocol',
    });
    expect(answer.seen).toMatchObject({
      exemptions: ['annotation'],
      violations: ['readiness-probe exempt', 'cpu-request deny'],
    });
  });

  it.each([
    [
      'cpu-request',
      'legacy',
      ['cpu-request', 'readiness-probe'],
      'the exemption from cpu-request is ignored: profile team does not allow it',
    ],
    [
      'grace-period',
      'legacy',
      ['cpu-request', 'readiness-probe'],
      'the exemption from grace-period is of no use: profile team has no such check',
    ],
    [
      'readiness-probe',
      ' ',
      ['cpu-request', 'readiness-probe'],
      'the exemption in gracegate.dev/exempt is ignored: gracegate.dev/exempt-reason must say why',
    ],
  ])('%s because of "%s" is ignored, which is said', async (checks, reason, expected, text) => {
    const answer = await ask('enforce', asking(checks, reason), situation);
    expect(refusedFor(answer)).toEqual(expected);
    expect(answer.warnings).toEqual([notice(text)]);
    expect(answer.seen.exemptions).toEqual([]);
  });

  it('is heard in every mode', async () => {
    const answer = await ask('audit', asking('readiness-probe'), { config, labels: { audit: 'team' } });
    expect(answer.response.auditAnnotations).toEqual({
      'audit-exempted': expect.stringContaining('[readiness-probe]'),
      'audit-violations': expect.not.stringContaining('[readiness-probe]'),
    });
  });

  it('is counted once for a workload, however many modes name the profile', async () => {
    const labels = { enforce: 'team', warn: 'team', audit: 'team' };
    const { seen } = await ask('enforce', asking('readiness-probe'), { config, labels });
    expect(seen.exemptions).toEqual(['annotation']);
    expect(seen.violations.filter((text) => text.endsWith(' exempt'))).toEqual(['readiness-probe exempt']);
  });
});
