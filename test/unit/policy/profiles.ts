import type { Check, ObjectCheck, WorkloadCheck } from '../../../src/policy/check.ts';
import type { CheckSetting, Profile } from '../../../src/policy/profile.ts';

/** How a test uses a check; what it does not say is as in a profile that denies. */
export interface UsedCheck extends Partial<CheckSetting> {
  readonly check: Check;
}

/** A profile called `test` with these checks, that ignores nothing and sets nothing. */
export function profileOf(...used: readonly UsedCheck[]): Profile {
  const settings = used.map(({ check, ...setting }): CheckSetting => ({
    check,
    action: 'deny',
    exemptible: false,
    parameters: defaultParameters(check),
    ignores: undefined,
    asks: undefined,
    ...setting,
  }));
  return {
    name: 'test',
    pods: 'deny',
    ignores: () => false,
    workloadChecks: settings.filter((setting) => isForWorkloads(setting)),
    objectChecks: settings.filter((setting) => isForObjects(setting)),
    mutations: {},
    limits: [],
  };
}

const isForWorkloads = (setting: CheckSetting): setting is CheckSetting<WorkloadCheck> =>
  setting.check.judges === 'workloads';

const isForObjects = (setting: CheckSetting): setting is CheckSetting<ObjectCheck> =>
  setting.check.judges !== 'workloads';

function defaultParameters({ parameters }: Check): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, schema]) => [name, schema.default]));
}
