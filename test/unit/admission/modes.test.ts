import { describe, expect, it } from 'vitest';

import { podOf, workloadOf } from '../policy/objects.ts';
import { ask, refusedFor } from './ask.ts';
import type { ModeLabels } from './contexts.ts';

/** Profiles that each find one thing in a bare container. */
const config = `
profiles:
  cpu: { checks: { cpu-request: { action: deny } } }
  memory: { checks: { memory-request: { action: deny } } }
  probes: { checks: { readiness-probe: { action: deny }, liveness-probe: { action: warn } } }
`;
const deployment = workloadOf('Deployment', podOf('containers: [{ name: app }]'));
const line = {
  cpu: 'container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m',
  memory:
    'container app: no memory request [memory-request]; set resources.requests.memory, for example 128Mi',
  readiness:
    'container app: no readiness probe [readiness-probe]; traffic would arrive before the app can answer',
  liveness: 'container app: no liveness probe [liveness-probe]; a hung process would never be restarted',
};
const said = (profile: string, text: string) => `gracegate/${profile}: Deployment shop/web: ${text}`;
const noted = (profile: string, text: string) => `would be refused under profile ${profile}: ${text}`;

const all: ModeLabels = { enforce: 'cpu', warn: 'memory', audit: 'probes' };

describe('a path serves', () => {
  it('enforce: a refusal, and the audit that is on beside it', async () => {
    const answer = await ask('enforce', deployment, { config, labels: all });
    expect(refusedFor(answer)).toEqual(['cpu-request']);
    // The one who is refused under one profile need not hear what another would say.
    expect(answer.warnings).toEqual([]);
    expect(answer.response.auditAnnotations).toEqual({
      'audit-violations': noted('probes', line.readiness),
    });
    expect(answer.seen).toMatchObject({
      reviews: ['enforce deny'],
      violations: ['cpu-request deny', 'readiness-probe audit'],
    });
  });

  it.each<['enforce' | 'warn' | 'audit', ModeLabels, string[], string | undefined]>([
    ['enforce', { ...all, enforce: 'off' }, [said('memory', line.memory)], noted('probes', line.readiness)],
    [
      'enforce',
      { warn: 'probes' },
      [said('probes', line.readiness), said('probes', line.liveness)],
      undefined,
    ],
    ['warn', all, [said('memory', line.memory)], noted('probes', line.readiness)],
    ['warn', { enforce: 'cpu', audit: 'memory' }, [], noted('memory', line.memory)],
    ['audit', all, [], noted('probes', line.readiness)],
    ['audit', { enforce: 'cpu', warn: 'memory' }, [], undefined],
    ['audit', {}, [], undefined],
  ])('%s with %j: passes', async (path, labels, warnings, violations) => {
    const answer = await ask(path, deployment, { config, labels });
    expect(answer.response.allowed).toBe(true);
    expect(answer.warnings).toEqual(warnings);
    expect(answer.response.auditAnnotations?.['audit-violations']).toBe(violations);
    expect(answer.seen.reviews).toEqual([`${path} allow`]);
  });

  it.each(['enforce', 'warn', 'audit'] as const)('%s by a default too', async (path) => {
    const { seen } = await ask(path, deployment, { config: `defaults: { ${path}: cpu }${config}` });
    expect(seen).toMatchObject({
      liveReads: path === 'enforce' ? ['limitranges', 'namespaces'] : [],
      violations: [`cpu-request ${path === 'enforce' ? 'deny' : path}`],
    });
  });
});

describe('what enforce denies', () => {
  it('is refused with what it only warns of beside it', async () => {
    const answer = await ask('enforce', deployment, { config, labels: { enforce: 'probes' } });
    expect(refusedFor(answer)).toEqual(['readiness-probe']);
    expect(answer.warnings).toEqual([said('probes', line.liveness)]);
    expect(answer.seen.violations).toEqual(['readiness-probe deny', 'liveness-probe warn']);
  });
});

describe('what is said once', () => {
  const nested = `
profiles:
  careful: { checks: { cpu-request: { action: warn }, memory-request: { action: warn } } }
  app: { ignoreContainers: { names: [log] }, checks: { cpu-request: { action: warn } } }
  more: { extends: careful, checks: { cpu-request: { action: deny }, readiness-probe: { action: deny } } }
`;

  it('by enforce, warn need not say again', async () => {
    const labels = { enforce: 'careful', warn: 'more' };
    const { warnings, seen } = await ask('enforce', deployment, { config: nested, labels });
    expect(warnings).toEqual([
      said('careful', line.cpu),
      said('careful', line.memory),
      said('more', line.readiness),
    ]);
    expect(seen.violations).toEqual(['cpu-request warn', 'memory-request warn', 'readiness-probe warn']);
  });

  it('is known by check and container', async () => {
    const two = workloadOf('Deployment', podOf('containers: [{ name: app }, { name: log }]'));
    const { warnings } = await ask('enforce', two, {
      config: nested,
      labels: { enforce: 'app', warn: 'careful' },
    });
    expect(
      warnings.map((text) => /\/(\w+): .* container (\w+): .*\[([\w-]+)\]/.exec(text)?.slice(1).join(' ')),
    ).toEqual([
      'app app cpu-request',
      'careful app memory-request',
      'careful log cpu-request',
      'careful log memory-request',
    ]);
  });

  it('is a notice, where enforce and warn name one profile', async () => {
    const asking = podOf('containers: [{ name: app }]', { 'gracegate.dev/exempt': 'cpu-request' });
    const labels = { enforce: 'careful', warn: 'careful' };
    const { warnings } = await ask('enforce', workloadOf('Deployment', asking), { config: nested, labels });
    expect(warnings.filter((text) => text.includes('gracegate.dev/exempt-reason'))).toHaveLength(1);
  });
});

describe('a label that names no profile', () => {
  it('means strict in enforce, with a warning', async () => {
    const answer = await ask('enforce', deployment, { labels: { enforce: 'typo' } });
    expect(refusedFor(answer)).toEqual([
      'cpu-request',
      'memory-request',
      'readiness-probe',
      'liveness-probe',
    ]);
    expect(answer.warnings).toEqual([
      'namespace label gracegate.dev/enforce=typo names no profile; strict is enforced instead',
    ]);
  });

  it.each(['warn', 'audit'] as const)('is ignored in %s, with a warning', async (path) => {
    const { response } = await ask(path, deployment, { labels: { [path]: 'typo' } });
    expect(response).toEqual({
      uid: 'the-uid',
      allowed: true,
      warnings: [`namespace label gracegate.dev/${path}=typo names no profile; it is ignored`],
    });
  });

  it('in mutate is ignored when a pod is predicted', async () => {
    const answer = await ask('enforce', deployment, {
      config,
      labels: { enforce: 'memory', mutate: 'typo' },
    });
    expect(refusedFor(answer)).toEqual(['memory-request']);
  });
});

describe('a template', () => {
  it.each([
    ['is judged by the pod that mutations make of it', 'baseline', []],
    ['is judged as it is where they are off', 'off', ['memory-request']],
  ])('%s', async (_name, mutate, expected) => {
    const answer = await ask('enforce', deployment, { config, labels: { enforce: 'memory', mutate } });
    expect(refusedFor(answer)).toEqual(expected);
  });

  it('is judged by the pod that LimitRanges make of it', async () => {
    const limits = '[{ type: Container, defaultRequest: { cpu: 100m } }]';
    const answer = await ask('enforce', deployment, { config, labels: { enforce: 'cpu' }, limits });
    expect(answer.response.allowed).toBe(true);
  });

  it('of a Pod is the Pod: what could be filled has been filled', async () => {
    const limits = '[{ type: Container, defaultRequest: { memory: 1Gi } }]';
    const labels = { enforce: 'memory', mutate: 'baseline' };
    const answer = await ask('enforce', podOf('containers: [{ name: app }]'), { config, labels, limits });
    expect(refusedFor(answer)).toEqual(['memory-request']);
  });
});

it('no key of an audit annotation holds a slash: the API server puts the name of the webhook before one', async () => {
  const exempting = `${config}\n  team: { extends: probes, checks: { readiness-probe: { exemptible: true } } }`;
  const asking = podOf('containers: [{ name: app }]', {
    'gracegate.dev/exempt': 'readiness-probe',
    'gracegate.dev/exempt-reason': 'legacy',
  });
  const answers = await Promise.all([
    ask('enforce', workloadOf('Deployment', asking), {
      config: exempting,
      labels: { enforce: 'team', warn: 'team', audit: 'cpu' },
    }),
    ask('audit', workloadOf('Deployment', asking), { config: exempting, labels: { audit: 'team' } }),
    ask('mutate', asking, { labels: { mutate: 'baseline' } }),
    ask('warn', asking, { config: 'exemptions: { groups: [developers] }' }),
    ask('warn', asking, { labels: 'unknown', liveLabels: new Error('down') }),
  ]);
  const keys = new Set(answers.flatMap(({ response }) => Object.keys(response.auditAnnotations ?? {})));
  expect([...keys].toSorted()).toEqual([
    'audit-exempted',
    'audit-violations',
    'enforce-exempted',
    'error',
    'exempt',
    'mutate-profile',
    'mutations',
    'warn-exempted',
  ]);
});
