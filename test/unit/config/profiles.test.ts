import { describe, expect, it } from 'vitest';

import { checksOf, type Profile } from '../../../src/policy/profile.ts';
import { containerView } from '../policy/objects.ts';
import { configured, profileNamed } from './configurations.ts';

function profile(body: string, name = 'team'): Profile {
  return profileNamed(name, configured(`profiles:\n${body}`));
}

const actions = (from: Profile): Record<string, string> =>
  Object.fromEntries(checksOf(from).map(({ check, action }) => [check.id, action]));

const ignores = (from: Profile, name: string): boolean => from.ignores(containerView(`name: ${name}`));

/** What the golden file of the built-in profiles holds. */
const baselineActions = actions(profile('  team: {}', 'baseline'));

describe('a profile of its own', () => {
  it('has nothing on that it does not name', () => {
    expect(profile('  team: {}')).toMatchObject({
      name: 'team',
      pods: 'deny',
      workloadChecks: [],
      objectChecks: [],
      mutations: {},
      limits: [],
    });
  });

  it('leaves alone what other webhooks inject, unless it says otherwise', () => {
    expect(ignores(profile('  team: {}'), 'istio-proxy')).toBe(true);
    expect(ignores(profile('  team: { ignoreContainers: {} }'), 'istio-proxy')).toBe(false);
    expect(ignores(profile('  team: { ignoreContainers: { names: [agent-*] } }'), 'agent-7')).toBe(true);
  });

  it('has its checks in the order of the registry, with their defaults', () => {
    const { workloadChecks: checks } = profile(
      '  team: { checks: { grace-period: { action: warn }, cpu-request: { action: deny } } }',
    );
    expect(checks).toMatchObject([
      { check: { id: 'cpu-request' }, action: 'deny', exemptible: false, parameters: {}, ignores: undefined },
      {
        check: { id: 'grace-period' },
        action: 'warn',
        exemptible: false,
        parameters: { minDrainSeconds: 10 },
      },
    ]);
  });

  it('may set a parameter, and ignore containers for one check', () => {
    const { workloadChecks: checks } = profile(
      '  team: { checks: { grace-period: { action: deny, minDrainSeconds: 0, exemptible: true, ignoreContainers: { images: ["*/agent:*"] } } } }',
    );
    expect(checks).toMatchObject([{ exemptible: true, parameters: { minDrainSeconds: 0 } }]);
    expect(checks[0]?.ignores?.(containerView('image: "example.com/agent:1"'))).toBe(true);
    expect(checks[0]?.ignores?.(containerView('name: app'))).toBe(false);
  });

  it('has its mutations with their defaults', () => {
    expect(
      profile('  team: { mutations: { pre-stop-sleep: {}, grace-period: { drainSeconds: 5 } } }').mutations,
    ).toEqual({
      'pre-stop-sleep': { seconds: 15, containers: 'all', method: 'sleep' },
      'grace-period': { drainSeconds: 5, maxSeconds: 600 },
    });
  });

  it('has limits that name it, for the mutation and for the check', () => {
    const { mutations, limits } = profile(
      '  team: { mutations: { limit-range: { limits: [{ type: Pod, max: { cpu: 4 } }] } } }',
    );
    expect(mutations['limit-range']).toMatchObject({ source: 'profile team', items: [{ type: 'Pod' }] });
    expect(limits).toEqual([mutations['limit-range']]);
  });
});

describe('extends', () => {
  it('takes over everything', () => {
    const team = profile('  team: { extends: baseline }');
    const baseline = profile('  team: {}', 'baseline');
    expect(team.name).toBe('team');
    expect(actions(profile('  team: { extends: baseline }'))).toEqual(baselineActions);
    expect(JSON.stringify(checksOf(team))).toBe(JSON.stringify(checksOf(baseline)));
    expect(Object.keys(team.mutations)).toEqual(Object.keys(baseline.mutations));
    expect(team.mutations['limit-range']?.source).toBe('profile team');
  });

  it('wins field by field of each check and mutation', () => {
    const team = profile(`  team:
    extends: baseline
    pods: warn
    checks: { readiness-probe: { action: warn }, memory-request: { action: deny } }
    mutations: { grace-period: { maxSeconds: 60 } }`);
    expect(team.pods).toBe('warn');
    expect(actions(team)).toEqual({
      ...baselineActions,
      'readiness-probe': 'warn',
      'memory-request': 'deny',
    });
    expect(team.workloadChecks.find(({ check }) => check.id === 'readiness-probe')?.exemptible).toBe(true);
    expect(team.mutations['grace-period']).toEqual({ drainSeconds: 30, maxSeconds: 60 });
  });

  it('may switch off', () => {
    const team = profile(`  team:
    extends: baseline
    checks: { cpu-request: { action: "off" } }
    mutations: { pre-stop-sleep: { enabled: false }, limit-range: { enabled: false } }`);
    expect(Object.keys(actions(team))).not.toContain('cpu-request');
    expect(Object.keys(team.mutations)).toEqual(['grace-period']);
    expect(team.limits).toEqual([]);
  });

  it('adds ignored containers to those of the other', () => {
    const team = profile('  team: { extends: baseline, ignoreContainers: { names: [agent] } }');
    expect([ignores(team, 'agent'), ignores(team, 'istio-proxy'), ignores(team, 'app')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('ignores only its own where the other says nothing of it', () => {
    const team = profile('  team: { extends: other, ignoreContainers: { names: [agent] } }\n  other: {}');
    expect([ignores(team, 'agent'), ignores(team, 'istio-proxy')]).toEqual([true, false]);
  });

  it('goes up a chain, whatever the order in the file', () => {
    const chain = `  team: { extends: middle, checks: { cpu-request: { action: warn } } }
  middle: { extends: top, pods: warn }
  top: { extends: baseline, checks: { memory-request: { action: deny } } }`;
    const team = profile(chain);
    expect(team.pods).toBe('warn');
    expect(actions(team)).toEqual({ ...baselineActions, 'cpu-request': 'warn', 'memory-request': 'deny' });
  });
});

describe('a profile with a built-in name', () => {
  it('replaces the built-in one', () => {
    expect(actions(profile('  baseline: { checks: { cpu-request: { action: warn } } }', 'baseline'))).toEqual(
      {
        'cpu-request': 'warn',
      },
    );
  });

  it('refines it by extending its own name', () => {
    const body = '  baseline: { extends: baseline, checks: { cpu-request: { action: warn } } }';
    expect(actions(profile(body, 'baseline'))).toEqual({ ...baselineActions, 'cpu-request': 'warn' });
  });

  it('is what others then extend', () => {
    const body =
      '  baseline: { extends: baseline, checks: { cpu-request: { action: warn } } }\n  team: { extends: baseline }';
    expect(actions(profile(body))).toEqual({ ...baselineActions, 'cpu-request': 'warn' });
  });
});

const problems = (body: string): string[] => {
  try {
    profile(body);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
};

describe('profiles that cannot be resolved', () => {
  it.each([
    ['  team: { extends: nobody }', ['test.yaml:4: profiles.team.extends: there is no profile nobody']],
    [
      '  team: { extends: constructor }',
      ['test.yaml:4: profiles.team.extends: there is no profile constructor'],
    ],
    [
      '  team: { extends: other }\n  other: { extends: nobody }',
      ['test.yaml:5: profiles.other.extends: there is no profile nobody'],
    ],
    [
      '  team: { extends: team }',
      ['test.yaml:4: profiles.team.extends: profiles extend each other in a circle: team -> team'],
    ],
    [
      '  team: { extends: other }\n  other: { extends: team }',
      [
        'test.yaml:5: profiles.other.extends: profiles extend each other in a circle: team -> other -> team',
        'test.yaml:4: profiles.team.extends: profiles extend each other in a circle: other -> team -> other',
      ],
    ],
    [
      '  baseline: { extends: strict }\n  strict: { extends: baseline }',
      [
        'test.yaml:5: profiles.strict.extends: profiles extend each other in a circle: baseline -> strict -> baseline',
        'test.yaml:4: profiles.baseline.extends: profiles extend each other in a circle: strict -> baseline -> strict',
      ],
    ],
  ])('%j', (body, messages) => {
    expect(problems(body)).toEqual(messages);
  });
});

describe('a preStop sleep that no grace period may be long enough for', () => {
  const mutations = (text: string): string => `  x: { extends: baseline, mutations: { ${text} } }`;

  it.each([
    ['pre-stop-sleep: { seconds: 571 }', [571, 30, 601, 600]],
    ['grace-period: { drainSeconds: 586 }', [15, 586, 601, 600]],
    ['grace-period: { maxSeconds: 44 }', [15, 30, 45, 44]],
  ])('is refused with its numbers: %s', (text, [sleep, drain, needed, most]) => {
    expect(() => profile(mutations(text), 'x')).toThrow(
      `profiles.x.mutations.pre-stop-sleep.seconds: a sleep of ${sleep} s and grace-period.drainSeconds ${drain} need a grace ` +
        `period of ${needed} s, above grace-period.maxSeconds ${most}, so the sleep would be left out: ` +
        `set maxSeconds to ${needed}, or lower the sleep or drainSeconds`,
    );
  });

  it.each([
    'pre-stop-sleep: { seconds: 570 }',
    'pre-stop-sleep: { seconds: 571 }, grace-period: { maxSeconds: 601 }',
    'pre-stop-sleep: { seconds: 3600 }, grace-period: { drainSeconds: 3600, maxSeconds: 7200 }',
    // Either is off, so that it depends on the grace period of the pod.
    'pre-stop-sleep: { seconds: 571 }, grace-period: { enabled: false }',
    'pre-stop-sleep: { seconds: 601 }, grace-period: { drainSeconds: 0 }',
    'pre-stop-sleep: { seconds: 0 }, grace-period: { maxSeconds: 1 }',
    'pre-stop-sleep: { enabled: false }, grace-period: { maxSeconds: 1 }',
  ])('is not %s', (text) => {
    expect(profile(mutations(text), 'x').name).toBe('x');
  });
});
