import { describe, expect, it } from 'vitest';

import { builtinProfiles } from '../../../src/config/builtin.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import type { LimitRangeItem } from '../../../src/policy/resources/limit-range.ts';
import { checksOf, type CheckSetting, type Profile } from '../../../src/policy/profile.ts';
import { formatQuantity } from '../../../src/policy/resources/quantity.ts';
import { profileNamed } from './configurations.ts';

/** A resolved profile as JSON, so that everything that it does is in the golden file. */
function serialised(profile: Profile): object {
  const { 'limit-range': limits, ...mutations } = profile.mutations;
  return {
    pods: profile.pods,
    ignoreContainers: builtinProfiles[profile.name]?.ignoreContainers,
    mutations: { ...(limits && { 'limit-range': limits.items.map(serialisedItem) }), ...mutations },
    checks: Object.fromEntries(
      checksOf(profile).map(({ check, action, exemptible, parameters }) => [
        check.id,
        { action, exemptible, ...parameters },
      ]),
    ),
  };
}

function serialisedItem(item: LimitRangeItem): object {
  const amounts = Object.entries(item).flatMap(([field, value]) =>
    value instanceof Map && value.size > 0
      ? [[field, Object.fromEntries([...value].map(([name, amount]) => [name, formatQuantity(amount)]))]]
      : [],
  );
  return { type: item.type, ...Object.fromEntries(amounts) };
}

describe('the built-in profiles', () => {
  const configuration = defaultConfiguration();

  // A check that is new here enters as `warn`. Update with: npx vitest run --project unit test/unit/config -u
  it('are those of the golden file', async () => {
    const all = Object.fromEntries(
      [...configuration.profiles].map(([name, profile]) => [name, serialised(profile)]),
    );
    await expect(`${JSON.stringify(all, null, 2)}\n`).toMatchFileSnapshot(
      '../../fixtures/golden/builtin-profiles.json',
    );
  });

  it('are all that there is without a file', () => {
    expect(configuration).toMatchObject({
      defaults: {},
      exemptions: { usernames: [], groups: [], namespaces: [], runtimeClasses: [] },
    });
    expect([...configuration.profiles.keys()]).toEqual(['baseline', 'strict']);
  });

  it('can not be changed by those who use them', () => {
    const baseline = profileNamed('baseline', configuration);
    const pieces = [
      configuration,
      configuration.defaults,
      configuration.exemptions,
      baseline,
      baseline.workloadChecks,
      baseline.objectChecks,
    ];
    expect(pieces.map(Object.isFrozen)).toEqual(pieces.map(() => true));
  });

  it('exempt nobody in strict, and only from probes in baseline', () => {
    expect(idsOf('baseline', ({ exemptible }) => exemptible)).toEqual(['readiness-probe', 'liveness-probe']);
    expect(idsOf('strict', ({ exemptible }) => exemptible)).toEqual([]);
  });

  it('refuse in strict whatever baseline refuses', () => {
    const denied = idsOf('baseline', ({ action }) => action === 'deny');
    expect(idsOf('strict', ({ action }) => action === 'deny')).toEqual(expect.arrayContaining(denied));
  });

  function idsOf(name: string, select: (setting: CheckSetting) => boolean): string[] {
    return checksOf(profileNamed(name, configuration))
      .filter(select)
      .map(({ check }) => check.id);
  }
});
