import { checks } from '../../../src/policy/checks/registry.ts';
import { checksOf } from '../../../src/policy/profile.ts';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { ConfigurationError } from '../../../src/config/configuration.ts';
import { parseConfiguration } from '../../../src/config/load.ts';
import { configured, profileNamed, written } from './configurations.ts';

/** The message with which a configuration is refused. */
function refusal(text: string): string {
  try {
    parseConfiguration(text, 'gracegate.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}

/** A configuration with one profile, `team`, on one line. */
const team = (profile: string): string => written(`profiles:\n  team: { ${profile} }\n`);

/** A configuration with one item of limits, on line 8. */
const limits = (item: string): string =>
  written(
    `profiles:\n  team:\n    mutations:\n      limit-range:\n        limits:\n          - { ${item} }\n`,
  );

describe('a file that is no configuration', () => {
  it.each([
    ['', 'gracegate.yaml: the file is empty'],
    ['# nothing\n', 'gracegate.yaml: the file is empty'],
    ['---\n', 'gracegate.yaml: the file is empty'],
    ['[]', 'gracegate.yaml:1: must be object, not []'],
    ['hello', 'gracegate.yaml:1: must be object, not "hello"'],
    [written('---\n'), 'accepted'],
    [
      `${written('---\n')}kind: Other\n`,
      'gracegate.yaml:4: the file holds a second document; a configuration is one document',
    ],
    [
      written('profiles: ['),
      'gracegate.yaml:3: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [written('profiles: {}\nprofiles: {}\n'), 'gracegate.yaml:4: Map keys must be unique'],
    ['apiVersion: gracegate.dev/v1alpha1\n', 'gracegate.yaml:1: kind: must be set'],
    [
      'apiVersion: gracegate.dev/v1alpha1\nkind: Configuration\n',
      'gracegate.yaml:2: kind: must be "GracegateConfiguration", not "Configuration"',
    ],
    [
      'apiVersion: gracegate.dev/v1\nkind: GracegateConfiguration\n',
      'gracegate.yaml:1: apiVersion: must be "gracegate.dev/v1alpha1", not "gracegate.dev/v1"',
    ],
  ])('%j: %s', (text, message) => {
    expect(refusal(text)).toBe(message);
  });
});

describe('a field that is wrong', () => {
  it.each([
    [
      written('profile: {}\n'),
      'gracegate.yaml:3: profile: unknown field; known are apiVersion, kind, defaults, exemptions, profiles, workloads',
    ],
    [written('profiles: [team]\n'), 'gracegate.yaml:3: profiles: must be object, not ["team"]'],
    [written('profiles:\n  team:\n'), 'gracegate.yaml:4: profiles.team: must be object, not null'],
    [
      written('profiles:\n  Team: {}\n'),
      'gracegate.yaml:4: profiles.Team: "Team" is not of the form that is asked here (^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$)',
    ],
    [written('profiles:\n  "off": {}\n'), 'gracegate.yaml:4: profiles.off: cannot be used as a name'],
    [
      team('check: {}'),
      'gracegate.yaml:4: profiles.team.check: unknown field; known are extends, pods, ignoreContainers, mutations, checks',
    ],
    [team('pods: refuse'), 'gracegate.yaml:4: profiles.team.pods: must be one of deny, warn, not "refuse"'],
    [
      team('ignoreContainers: [istio-proxy]'),
      'gracegate.yaml:4: profiles.team.ignoreContainers: must be object, not ["istio-proxy"]',
    ],
    [
      team('checks: { cpu: { action: deny } }'),
      `gracegate.yaml:4: profiles.team.checks.cpu: unknown field; known are ${checks.map(({ id }) => id).join(', ')}`,
    ],
    [
      team('checks: { cpu-request: deny }'),
      'gracegate.yaml:4: profiles.team.checks.cpu-request: must be object, not "deny"',
    ],
    [
      team('checks: { cpu-request: { action: refuse } }'),
      'gracegate.yaml:4: profiles.team.checks.cpu-request.action: must be one of deny, warn, off, not "refuse"',
    ],
    [
      team('checks: { cpu-request: { exemptible: true } }'),
      'gracegate.yaml:4: profiles.team.checks.cpu-request.action: must be set: deny, warn or off',
    ],
    [
      team('checks: { cpu-request: { action: deny, minimum: 1 } }'),
      'gracegate.yaml:4: profiles.team.checks.cpu-request.minimum: unknown field; known are action, exemptible, kinds, selector, ignoreContainers',
    ],
    [
      team('checks: { grace-period: { action: deny, minDrainSeconds: "10" } }'),
      'gracegate.yaml:4: profiles.team.checks.grace-period.minDrainSeconds: must be integer, not "10"',
    ],
    [
      team('checks: { grace-period: { action: deny, minDrainSeconds: 1.5 } }'),
      'gracegate.yaml:4: profiles.team.checks.grace-period.minDrainSeconds: must be integer, not 1.5',
    ],
    [
      team('checks: { grace-period: { action: deny, minDrainSeconds: -1 } }'),
      'gracegate.yaml:4: profiles.team.checks.grace-period.minDrainSeconds: must be >= 0',
    ],
    [
      team('checks: { grace-period: { action: deny, minDrainSeconds: 3601 } }'),
      'gracegate.yaml:4: profiles.team.checks.grace-period.minDrainSeconds: must be <= 3600',
    ],
    [
      team('mutations: { sleep: {} }'),
      'gracegate.yaml:4: profiles.team.mutations.sleep: unknown field; known are limit-range, pre-stop-sleep, grace-period',
    ],
    [
      team('mutations: { pre-stop-sleep: { method: http } }'),
      'gracegate.yaml:4: profiles.team.mutations.pre-stop-sleep.method: must be one of sleep, exec, not "http"',
    ],
    [
      written('exemptions:\n  users: [eve]\n'),
      'gracegate.yaml:4: exemptions.users: unknown field; known are usernames, groups, namespaces, runtimeClasses',
    ],
    [
      written('exemptions:\n  groups: oncall\n'),
      'gracegate.yaml:4: exemptions.groups: must be array, not "oncall"',
    ],
    [
      written('exemptions:\n  groups: [""]\n'),
      'gracegate.yaml:4: exemptions.groups.0: must NOT have fewer than 1 characters',
    ],
    [
      written('exemptions:\n  namespaces: ["*-system"]\n'),
      'gracegate.yaml:4: exemptions.namespaces.0: "*-system" is not of the form that is asked here (^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$)',
    ],
    [
      written('defaults:\n  deny: baseline\n'),
      'gracegate.yaml:4: defaults.deny: unknown field; known are mutate, enforce, warn, audit',
    ],
    [written('defaults:\n  enforce:\n'), 'gracegate.yaml:4: defaults.enforce: must be string, not null'],
    [
      written('defaults:\n  enforce: nobody\n'),
      'gracegate.yaml:4: defaults.enforce: there is no profile nobody',
    ],
    [written('defaults:\n  enforce: "off"\n'), 'gracegate.yaml:4: defaults.enforce: there is no profile off'],
  ])('%j: %s', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it('is reported with every other one, each with its line', () => {
    const body =
      'profiles:\n  team:\n    pods: refuse\n    checks:\n      cpu-request: {}\n      memory-request: deny\n';
    expect(refusal(written(body)).split('\n')).toEqual([
      'gracegate.yaml:5: profiles.team.pods: must be one of deny, warn, not "refuse"',
      'gracegate.yaml:8: profiles.team.checks.memory-request: must be object, not "deny"',
    ]);
  });

  it('is data as well as text', () => {
    expect(() => parseConfiguration(team('pods: refuse'), 'gracegate.yaml')).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        problems: [
          {
            path: ['profiles', 'team', 'pods'],
            line: 4,
            message: 'must be one of deny, warn, not "refuse"',
          },
        ],
      }),
    );
  });
});

describe('limits that an API server would refuse in a LimitRange', () => {
  const at = 'gracegate.yaml:8: profiles.team.mutations.limit-range.limits.0';

  it.each([
    ['default: { cpu: 1 }', `${at}.type: must be set`],
    ['type: PersistentVolumeClaim', `${at}.type: must be one of Container, Pod, not "PersistentVolumeClaim"`],
    ['type: Pod, default: { cpu: 1 }', `${at}.default: cannot be set for type Pod`],
    ['type: Pod, defaultRequest: { cpu: 1 }', `${at}.defaultRequest: cannot be set for type Pod`],
    ['type: Pod, min: { cpu: 2 }, max: { cpu: 1 }', `${at}.min.cpu: 2 is above max, 1`],
    [
      'type: Container, min: { cpu: 2 }, defaultRequest: { cpu: 1 }',
      `${at}.min.cpu: 2 is above defaultRequest, 1`,
    ],
    [
      'type: Container, min: { cpu: 2 }, default: { cpu: 1 }, defaultRequest: { cpu: 2 }',
      `${at}.defaultRequest.cpu: 2 is above default, 1\n${at}.min.cpu: 2 is above default, 1`,
    ],
    [
      'type: Container, max: { cpu: 1 }, defaultRequest: { cpu: 2 }, default: { cpu: 2 }',
      `${at}.defaultRequest.cpu: 2 is above max, 1\n${at}.default.cpu: 2 is above max, 1`,
    ],
    [
      'type: Container, default: { memory: 1Gi }, defaultRequest: { memory: 1.5Gi }',
      `${at}.defaultRequest.memory: 1536Mi is above default, 1Gi`,
    ],
    [
      'type: Container, maxLimitRequestRatio: { cpu: 0.5 }',
      `${at}.maxLimitRequestRatio.cpu: must be at least 1`,
    ],
    [
      'type: Pod, min: { cpu: 1 }, max: { cpu: 2 }, maxLimitRequestRatio: { cpu: 3 }',
      `${at}.maxLimitRequestRatio.cpu: 3 is above max/min, 2`,
    ],
  ])('%s', (item, message) => {
    expect(refusal(limits(item))).toBe(message);
  });

  it.each(['much', '"-1"', '-1', '"1e999"', 'true', '[1]', '""'])('%s is not an amount', (amount) => {
    expect(refusal(limits(`type: Container, default: { cpu: ${amount} }`))).toMatch(
      /^gracegate\.yaml:8: profiles\.team\.mutations\.limit-range\.limits\.0\.default\.cpu: /,
    );
  });

  it.each(['0', '1', '0.5', '.5', '"5."', '100m', '1.5Gi', '1e3', '"1E3"'])('%s is an amount', (amount) => {
    expect(refusal(limits(`type: Container, default: { cpu: ${amount} }`))).toBe('accepted');
  });

  it('a type that is there twice', () => {
    expect(refusal(team('mutations: { limit-range: { limits: [{ type: Pod }, { type: Pod }] } }'))).toBe(
      'gracegate.yaml:4: profiles.team.mutations.limit-range.limits.1.type: type Pod is there twice',
    );
  });

  it.each(['example.com/device', 'a~b', '~1'])('names the resource %s as it is written', (resource) => {
    expect(refusal(limits(`type: Container, default: { ${resource}: much }`))).toContain(
      `${at}.default.${resource}: "much" is not of the form`,
    );
  });

  it('names the line of a resource with dots in its name', () => {
    const item = `type: Container
            default:
              cpu: 1
              example.com/device: 1
            defaultRequest:
              cpu: 1
              example.com/device: 2`;
    expect(
      refusal(
        written(
          `profiles:\n  team:\n    mutations:\n      limit-range:\n        limits:\n          - ${item}\n`,
        ),
      ),
    ).toMatch(/^gracegate\.yaml:14: .*defaultRequest\.example\.com\/device: 2 is above default, 1$/);
  });
});

describe('a configuration', () => {
  it('may be the example', () => {
    const text = readFileSync(new URL('../../../examples/configuration.yaml', import.meta.url), 'utf8');
    const example = parseConfiguration(text, 'examples/configuration.yaml');
    expect(example.exemptions.groups).toEqual(['oncall']);
    expect(profileNamed('behind-alb', example).mutations).toMatchObject({
      'pre-stop-sleep': { seconds: 120, containers: 'with-ports', method: 'sleep' },
      'grace-period': { drainSeconds: 30, maxSeconds: 600 },
    });
  });

  it('may be JSON', () => {
    const body = {
      apiVersion: 'gracegate.dev/v1alpha1',
      kind: 'GracegateConfiguration',
      defaults: { warn: 'strict' },
    };
    expect(parseConfiguration(JSON.stringify(body), 'gracegate.json').defaults).toEqual({ warn: 'strict' });
  });

  it('names who is exempt, and nobody else', () => {
    expect(configured('exemptions: { usernames: [eve], namespaces: [legacy] }').exemptions).toEqual({
      usernames: ['eve'],
      groups: [],
      namespaces: ['legacy'],
      runtimeClasses: [],
    });
  });

  it('may default to a profile of its own', () => {
    const { defaults } = configured('defaults: { enforce: team }\nprofiles: { team: {} }');
    expect(defaults).toEqual({ enforce: 'team' });
  });

  it('may say off without quotes, which kubectl would read as false', () => {
    const profile = profileNamed(
      'team',
      configured('profiles: { team: { extends: strict, checks: { grace-period: { action: off } } } }'),
    );
    expect(checksOf(profile).map(({ check }) => check.id)).not.toContain('grace-period');
  });
});
