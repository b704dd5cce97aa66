import { describe, expect, it } from 'vitest';

import type { AdmissionRequest } from '../../../src/admission/review.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import { yamlObject } from '../policy/objects.ts';
import { ask, refusedFor } from './ask.ts';
import type { Situation } from './contexts.ts';
import { relatedOf } from './related.ts';
import { requestOf, updateOf } from './reviews.ts';

const config = `
profiles:
  team:
    checks:
      hpa-bounds: { action: deny, exemptible: true }
      pdb-blocks: { action: deny }
      hpa-conflict: { action: deny }
`;
const enforced: Situation = { config, labels: { enforce: 'team' } };

const hpa = (bounds: string, metadata = '', target = 'web'): JsonObject =>
  yamlObject(`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: web, namespace: shop, ${metadata} }
    spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }, ${bounds} }
  `);
const fixed = hpa('minReplicas: 3, maxReplicas: 3');
const roomy = hpa('minReplicas: 3, maxReplicas: 9');

const pdb = (numbers: string, apiVersion = 'policy/v1'): JsonObject =>
  yamlObject(`
    apiVersion: ${apiVersion}
    kind: PodDisruptionBudget
    metadata: { name: web, namespace: shop }
    spec: { selector: { matchLabels: { app: web } }, ${numbers} }
  `);

const boundsProblem =
  'minReplicas and maxReplicas are both 3 [hpa-bounds]; it never scales: raise maxReplicas, or set spec.replicas without an autoscaler';

describe('a new object that makes no pods', () => {
  it('is refused for what is wrong in it, in words of its own', async () => {
    const { response, seen } = await ask('enforce', fixed, enforced);
    expect(response).toMatchObject({
      allowed: false,
      status: {
        code: 403,
        message: [
          'HorizontalPodAutoscaler shop/web would not do its work (profile team, 1 problem):',
          `  ${boundsProblem}`,
          'Explain: gracegate explain hpa-bounds',
        ].join('\n'),
      },
    });
    expect(seen).toMatchObject({
      reviews: ['enforce deny'],
      violations: ['hpa-bounds deny'],
      liveReads: ['limitranges', 'namespaces'],
      refusals: [{ object: 'HorizontalPodAutoscaler shop/web', profile: 'team' }],
    });
  });

  it('is warned about, or noted, where its namespace has that mode', async () => {
    const warned = await ask('warn', fixed, { config, labels: { warn: 'team' } });
    expect(warned.response.allowed).toBe(true);
    expect(warned.warnings).toEqual([`gracegate/team: HorizontalPodAutoscaler shop/web: ${boundsProblem}`]);
    const noted = await ask('audit', fixed, { config, labels: { audit: 'team' } });
    expect(noted.response.auditAnnotations).toEqual({
      'audit-violations': `would be refused under profile team: ${boundsProblem}`,
    });
  });

  it.each<[string, JsonObject, string[]]>([
    ['an autoscaler with room', roomy, []],
    ['an autoscaler of the first version', { ...fixed, apiVersion: 'autoscaling/v1' }, ['hpa-bounds']],
    ['a budget that never allows an eviction', pdb('maxUnavailable: 0'), ['pdb-blocks']],
    ['a budget of a version that is gone', pdb('maxUnavailable: 0', 'policy/v1beta1'), ['pdb-blocks']],
    ['a budget that allows one', pdb('maxUnavailable: 1'), []],
  ])('is judged by the checks of its kind: %s', async (_name, object, expected) => {
    const answer = await ask('enforce', object, enforced);
    expect([...new Set(refusedFor(answer))]).toEqual(expected);
    expect(answer.response.allowed).toBe(expected.length === 0);
  });

  it('is exempt by its own annotations, and the books say why', async () => {
    const reason = 'gracegate.dev/exempt-reason: a licence for three';
    const metadata = `annotations: { gracegate.dev/exempt: hpa-bounds, ${reason} }`;
    const exempt = hpa('minReplicas: 3, maxReplicas: 3', metadata);
    const { response, seen } = await ask('enforce', exempt, enforced);
    expect(response).toEqual({
      uid: 'the-uid',
      allowed: true,
      auditAnnotations: { 'enforce-exempted': `${boundsProblem}; reason: a licence for three` },
    });
    expect(seen).toMatchObject({ exemptions: ['annotation'], violations: ['hpa-bounds exempt'] });
  });

  it.each([
    ['who', 'usernames: [jane]', 'username'],
    ['where', 'namespaces: [shop]', 'namespace'],
  ])('is exempt by %s it is of', async (_name, exemptions, reason) => {
    const exempting = `exemptions: { ${exemptions} }\n${config}`;
    const { response } = await ask('enforce', fixed, { ...enforced, config: exempting });
    expect(response).toEqual({ uid: 'the-uid', allowed: true, auditAnnotations: { exempt: reason } });
  });

  it('may be asked by its kind and labels only', async () => {
    const narrowed = (more: string): Situation => ({
      ...enforced,
      config: `profiles: { team: { checks: { hpa-bounds: { action: deny, ${more} } } } }`,
    });
    const web = hpa('minReplicas: 3, maxReplicas: 3', 'labels: { app: web }');
    const selector = narrowed('selector: { matchLabels: { app: web } }');
    expect(refusedFor(await ask('enforce', web, selector))).toEqual(['hpa-bounds']);
    expect(refusedFor(await ask('enforce', fixed, selector))).toEqual([]);
    const kinds = narrowed('kinds: [HorizontalPodAutoscaler]');
    expect(refusedFor(await ask('enforce', fixed, kinds))).toEqual(['hpa-bounds']);
  });
});

describe('what is let through without a look', () => {
  const service = yamlObject('{ apiVersion: v1, kind: Service, metadata: { name: web } }');

  it.each<[string, AdmissionRequest]>([
    ['the status of an autoscaler', updateOf(fixed, fixed, { subResource: 'status' })],
    ['the deletion of an autoscaler', requestOf(fixed, { operation: 'DELETE', oldObject: fixed })],
    ['an autoscaler without an object', requestOf(fixed, { object: null })],
    ['an autoscaler of another group', requestOf({ ...fixed, apiVersion: 'example.com/v1' })],
    ['a kind that only the command line judges', requestOf(service)],
    ['a Secret', requestOf({ ...service, kind: 'Secret' })],
  ])('%s', async (_name, request) => {
    const related = relatedOf('');
    const { response, seen } = await ask('enforce', request, { ...enforced, related });
    expect(response).toEqual({ uid: 'the-uid', allowed: true });
    expect(seen).toMatchObject({ reviews: ['enforce allow'], liveReads: [] });
    expect(related.queries).toEqual([]);
  });
});

describe('an update', () => {
  const lenient =
    'gracegate/team: HorizontalPodAutoscaler shop/web: let through, it was no better before; but a new one would be refused';

  it('that leaves what was wrong as it was passes, with a warning', async () => {
    const higher = hpa('minReplicas: 4, maxReplicas: 4');
    const { response, warnings, seen } = await ask('enforce', updateOf(fixed, higher), enforced);
    expect(response.allowed).toBe(true);
    expect(warnings).toEqual([lenient, expect.stringContaining('are both 4 [hpa-bounds]')]);
    expect(seen).toMatchObject({
      reviews: ['enforce allow'],
      violations: ['hpa-bounds warn'],
      refusals: [],
      liveReads: [],
    });
  });

  it.each<[string, JsonObject, JsonObject, string[]]>([
    ['that breaks what was right', roomy, fixed, ['hpa-bounds']],
    ['that mends what was wrong', fixed, roomy, []],
    ['of a budget that breaks it', pdb('maxUnavailable: 1'), pdb('maxUnavailable: 0'), ['pdb-blocks']],
    ['of a budget that was no better', pdb('maxUnavailable: 0'), pdb('minAvailable: 100%'), []],
    [
      'that gives up an exemption',
      hpa(
        'minReplicas: 3, maxReplicas: 3',
        'annotations: { gracegate.dev/exempt: hpa-bounds, gracegate.dev/exempt-reason: once }',
      ),
      fixed,
      ['hpa-bounds'],
    ],
    ['of an object that is written as another kind before', pdb('maxUnavailable: 0'), fixed, ['hpa-bounds']],
  ])('%s', async (_name, before, now, expected) => {
    expect(refusedFor(await ask('enforce', updateOf(before, now), enforced))).toEqual(expected);
  });

  it('is refused for what it brings alone, and hears of the rest', async () => {
    const twofold = config.replace('hpa-conflict:', 'hpa-target: { action: deny }\n      hpa-conflict:');
    const astray = yamlObject(JSON.stringify(fixed).replace('"apiVersion":"apps/v1",', ''));
    const answer = await ask('enforce', updateOf(fixed, astray), { ...enforced, config: twofold });
    expect(refusedFor(answer)).toEqual(['hpa-target']);
    expect(answer.warnings).toEqual([`gracegate/team: HorizontalPodAutoscaler shop/web: ${boundsProblem}`]);
  });

  it('without its old object is judged in full', async () => {
    const request = requestOf(fixed, { operation: 'UPDATE' });
    expect(refusedFor(await ask('enforce', request, enforced))).toEqual(['hpa-bounds']);
  });

  it('that was no better before passes, and is told everything', async () => {
    const beside = relatedOf(JSON.stringify(hpa('maxReplicas: 9')).replace('"name":"web"', '"name":"rival"'));
    const answer = await ask('enforce', updateOf(fixed, fixed), { ...enforced, related: beside });
    expect(refusedFor(answer)).toEqual([]);
    for (const said of ['let through', '[hpa-bounds]', '[hpa-conflict]'])
      expect(answer.warnings).toContainEqual(expect.stringContaining(said));
  });

  it('is no excuse for a new object', async () => {
    const request = requestOf(fixed, { oldObject: fixed });
    expect(refusedFor(await ask('enforce', request, enforced))).toEqual(['hpa-bounds']);
  });
});
