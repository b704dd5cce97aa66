import { describe, expect, it } from 'vitest';

import { checksOf, type CheckSetting } from '../../../src/policy/profile.ts';
import { yamlObject } from '../policy/objects.ts';
import { configured, profileNamed } from './configurations.ts';

const rollouts = 'workloads: [{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, resource: rollouts }]\n';

/** The setting of a check in a profile that uses only this one. */
function settingOf(check: string, narrowed: string, rest = ''): CheckSetting {
  const body = `${rest}profiles: { team: { checks: { ${check}: { action: deny, ${narrowed} } } } }`;
  const [setting] = checksOf(profileNamed('team', configured(body)));
  if (setting === undefined) throw new Error('no setting');
  return setting;
}

function refusal(body: string): string[] {
  try {
    configured(body);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

/** The refusal of a check that is narrowed so, on line 6. */
const refused = (check: string, narrowed: string, rest = '') =>
  refusal(`profiles:\n  team:\n    checks:\n      ${check}: { action: deny, ${narrowed} }\n${rest}`);

describe('a check', () => {
  it('asks everybody where it is not narrowed', () => {
    expect(settingOf('cpu-request', 'exemptible: true').asks).toBeUndefined();
  });

  it.each<[string, string, string, boolean]>([
    ['kinds: [Deployment, StatefulSet]', 'Deployment', '{}', true],
    ['kinds: [Deployment, StatefulSet]', 'StatefulSet', '{}', true],
    ['kinds: [Deployment, StatefulSet]', 'Pod', '{}', false],
    ['selector: { matchLabels: { app: web } }', 'Pod', '{ app: web, tier: front }', true],
    ['selector: { matchLabels: { app: web } }', 'Pod', '{ app: api }', false],
    ['selector: { matchExpressions: [{ key: app, operator: DoesNotExist }] }', 'Pod', '{}', true],
    ['selector: { matchExpressions: [{ key: app, operator: DoesNotExist }] }', 'Pod', '{ app: web }', false],
    ['selector: { matchExpressions: [{ key: a, operator: In, values: [b, c] }] }', 'Pod', '{ a: c }', true],
    ['selector: {}', 'Pod', '{}', true],
    ['kinds: [Pod], selector: { matchLabels: { app: web } }', 'Pod', '{ app: web }', true],
    ['kinds: [Pod], selector: { matchLabels: { app: web } }', 'Pod', '{}', false],
    ['kinds: [Pod], selector: { matchLabels: { app: web } }', 'Job', '{ app: web }', false],
  ])('with %s asks a %s with the labels %s: %s', (narrowed, kind, labels, expected) => {
    expect(settingOf('cpu-request', narrowed).asks?.(kind, yamlObject(labels))).toBe(expected);
  });

  it('keeps what narrows it out of its parameters', () => {
    const { parameters } = settingOf('grace-period', 'kinds: [Pod], selector: {}, minDrainSeconds: 5');
    expect(parameters).toEqual({ minDrainSeconds: 5 });
  });

  it('that is extended is as narrow, until the other profile says something else', () => {
    const profiles = `
      base: { checks: { cpu-request: { action: deny, kinds: [Pod] } } }
      same: { extends: base, checks: { cpu-request: { action: warn } } }
      other: { extends: base, checks: { cpu-request: { kinds: [Job] } } }`;
    const configuration = configured(`profiles:${profiles}`);
    const asked = ['base', 'same', 'other'].map((name) =>
      checksOf(profileNamed(name, configuration)).map(({ asks }) => [asks?.('Pod', {}), asks?.('Job', {})]),
    );
    expect(asked).toEqual([[[true, false]], [[true, false]], [[false, true]]]);
  });

  it('may be narrowed to a kind that the configuration adds, and to what an object check judges', () => {
    expect(settingOf('cpu-request', 'kinds: [Rollout]', rollouts).asks?.('Rollout', {})).toBe(true);
    const judged = settingOf('hpa-bounds', 'kinds: [HorizontalPodAutoscaler]');
    expect(judged.asks?.('HorizontalPodAutoscaler', {})).toBe(true);
  });
});

describe('a kind that a check does not judge is refused', () => {
  const builtin = 'Pod, ReplicationController, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob';
  const at = (check: string) => `test.yaml:6: profiles.team.checks.${check}.kinds: this check does not judge`;

  it.each([
    ['cpu-request', 'kinds: [Deployments]', 'Deployments', builtin],
    ['cpu-request', 'kinds: [Pod, deployment, Job, cronjob]', 'deployment, cronjob', builtin],
    ['cpu-request', 'kinds: [HorizontalPodAutoscaler]', 'HorizontalPodAutoscaler', builtin],
    ['cpu-request', 'kinds: [Rollout]', 'Rollout', builtin],
    ['cpu-request', 'kinds: [workloads]', 'workloads', builtin],
    ['hpa-bounds', 'kinds: [Deployment]', 'Deployment', 'HorizontalPodAutoscaler'],
    ['hpa-bounds', 'kinds: [PodDisruptionBudget]', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'],
  ])('%s with %s', (check, narrowed, unknown, known) => {
    expect(refused(check, narrowed)).toEqual([`${at(check)} ${unknown}; it judges ${known}`]);
  });

  it('and those that the configuration adds are among the known ones, each once', () => {
    const twins = `workloads:
  - { apiVersion: argoproj.io/v1alpha1, kind: Rollout, resource: rollouts }
  - { apiVersion: example.com/v1, kind: Rollout, resource: rollouts }
  - { apiVersion: example.com/v1, kind: Job, resource: jobs }
`;
    expect(refused('cpu-request', 'kinds: [rollout]', twins)).toEqual([
      `${at('cpu-request')} rollout; it judges ${builtin}, Rollout`,
    ]);
  });

  it('with the line of the list itself', () => {
    const body =
      'profiles:\n  team:\n    checks:\n      cpu-request:\n        action: deny\n        kinds:\n          - X\n';
    expect(refusal(body)[0]).toMatch(/^test\.yaml:9: profiles\.team\.checks\.cpu-request\.kinds: /);
  });

  it('but not of a check that is off', () => {
    expect(refusal('profiles: { team: { checks: { cpu-request: { action: off, kinds: [X] } } } }')).toEqual(
      [],
    );
  });
});

describe('a selector that an API server would refuse', () => {
  const at = 'test.yaml:6: profiles.team.checks.cpu-request.selector';

  it.each([
    ['{ matchLabels: { "a b": c } }', `${at}: matchLabels: "a b" is not a label key`],
    ['{ matchLabels: { a: "b c" } }', `${at}: matchLabels: "b c" is not a label value`],
    [
      '{ matchExpressions: [{ key: a, operator: In }] }',
      `${at}: matchExpressions[0].values must not be empty with In`,
    ],
    [
      '{ matchExpressions: [{ key: a, operator: Exists, values: [b] }] }',
      `${at}: matchExpressions[0].values must be empty with Exists`,
    ],
    ['{ matchLabels: { a: 1 } }', `${at}.matchLabels.a: must be string, not 1`],
    ['{ matchLabel: {} }', `${at}.matchLabel: unknown field; known are matchLabels, matchExpressions`],
    [
      '{ matchExpressions: [{ key: a, operator: Is }] }',
      `${at}.matchExpressions.0.operator: must be one of In, NotIn, Exists, DoesNotExist, not "Is"`,
    ],
    ['{ matchExpressions: [{ operator: Exists }] }', `${at}.matchExpressions.0.key: must be set`],
    ['app=web', `${at}: must be object, not "app=web"`],
  ])('%s', (selector, message) => {
    expect(refused('cpu-request', `selector: ${selector}`)).toEqual([message]);
  });

  it('is said beside a kind that is wrong', () => {
    const lines = refused('cpu-request', 'kinds: [X], selector: { matchLabels: { "": b } }');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe(`${at}: matchLabels: "" is not a label key`);
  });
});
