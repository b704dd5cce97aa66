import { describe, expect, it } from 'vitest';
import { fixes } from '../../../../src/fix/fixes/registry.ts';
import { checks } from '../../../../src/policy/checks/registry.ts';
import { deployment, leftAlone, mended, fixFiles } from './cases.ts';

describe('hpa-target', () => {
  const profile = 'checks: { hpa-target: { action: deny } }';
  const hpa = (version: string, target: string, rest = ''): string =>
    `kind: HorizontalPodAutoscaler\napiVersion: ${version}\nmetadata: {name: web}\nspec:\n  maxReplicas: 5\n  scaleTargetRef: {${target}}\n${rest}`;
  const web = 'apiVersion: apps/v1, kind: Deployment, name: web';
  const metrics =
    '  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]\n';

  it('writes v2 for versions that are gone and have the same fields', () => {
    expect(mended(profile, hpa('autoscaling/v2beta2', web, metrics))).toBe(
      hpa('autoscaling/v2', web, metrics),
    );
    expect(mended(profile, hpa('autoscaling/v2beta1', web))).toBe(hpa('autoscaling/v2', web));
    expect(mended(profile, hpa('autoscaling/v1', web, metrics))).toBe(hpa('autoscaling/v2', web, metrics));
  });

  it('leaves fields that v2 has not', () => {
    const old = '  metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 50}}]\n';
    expect(mended(profile, hpa('autoscaling/v2beta1', web, old))).toBe(leftAlone);
    expect(
      mended(profile, hpa('autoscaling/v1', web, `  targetCPUUtilizationPercentage: 50\n${metrics}`)),
    ).toBe(leftAlone);
    expect(mended(profile, hpa('autoscaling/v9', web))).toBe(leftAlone);
  });

  it('writes apiVersion and kind of the target', () => {
    const good = hpa('autoscaling/v2', web);
    expect(
      mended(profile, hpa('autoscaling/v2', 'apiVersion: extensions/v1beta1, kind: Deployment, name: web')),
    ).toBe(good);
    expect(mended(profile, hpa('autoscaling/v2', 'apiVersion: apps/v1, kind: deployments, name: web'))).toBe(
      good,
    );
    const appended = hpa('autoscaling/v2', 'kind: StatefulSet, name: db, apiVersion: apps/v1');
    expect(mended(profile, hpa('autoscaling/v2', 'kind: StatefulSet, name: db'))).toBe(appended);
    expect(mended(profile, hpa('autoscaling/v2', 'kind: statefulset, name: db'))).toBe(appended);
  });

  it('leaves a kind that it does not know', () => {
    expect(mended(profile, hpa('autoscaling/v2', 'kind: Rollout, name: web'))).toBe(leftAlone);
    expect(mended(profile, hpa('autoscaling/v2', 'kind: DaemonSet, name: web, apiVersion: apps/v1'))).toBe(
      leftAlone,
    );
  });
});

describe('pdb-blocks', () => {
  const profile = 'checks: { pdb-blocks: { action: deny } }';
  const budget = (version: string, selector: string, numbers = 'maxUnavailable: 1'): string =>
    `apiVersion: policy/${version} # a comment\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n  ${numbers}\n  selector: ${selector}\n`;

  it('writes policy/v1 where it means the same', () => {
    const selector = '{matchLabels: {app: web}}';
    expect(mended(profile, budget('v1beta1', selector))).toBe(budget('v1', selector));
    expect(mended(profile, budget('v1beta1', '{}'))).toBe(leftAlone);
  });

  it('leaves numbers that allow no eviction', () => {
    expect(mended(profile, budget('v1', '{matchLabels: {app: web}}', 'maxUnavailable: 0'))).toBe(leftAlone);
  });
});

describe('memory-limit', () => {
  const of = (requests: string): string =>
    deployment(`containers:
  - name: app
    image: example.com/web:1
    resources:
      requests: {${requests}}
      limits: {memory: 256Mi}
`);

  it('is requested where the profile wants both to be the same', () => {
    const profile = 'checks: { memory-limit: { action: deny, policy: equal-to-request } }';
    expect(mended(profile, of('cpu: 1, memory: 64Mi'))).toBe(of('cpu: 1, memory: 256Mi'));
    expect(mended(profile, of('memory: 256Mi'))).toBe(leftAlone);
    expect(mended('checks: { memory-limit: { action: deny } }', of('memory: 64Mi'))).toBe(leftAlone);
  });
});

describe('the registry', () => {
  it('has every fix once, each for messages of its check', () => {
    expect(fixes.map(({ check }) => check).toSorted()).toEqual(fixFiles());
    for (const { check, messages, writes } of fixes) {
      const known = Object.keys(checks.find(({ id }) => id === check)?.messages ?? {});
      expect(known, check).toEqual(expect.arrayContaining([...messages]));
      expect(messages.length, check).toBeGreaterThan(0);
      expect(writes, check).toMatch(/^[a-z].*[^.]$/s);
    }
  });

  it('is in the order of the checks', () => {
    const order = checks.map(({ id }) => id);
    const places = fixes.map(({ check }) => order.indexOf(check));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});
