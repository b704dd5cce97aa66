import { parseConfiguration } from '../../../src/config/load.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import type { CheckSetting, Profile } from '../../../src/policy/profile.ts';

/** A configuration file with this below its first two lines. */
export function written(body: string): string {
  return `apiVersion: gracegate.dev/v1alpha1\nkind: GracegateConfiguration\n${body}`;
}

/** Reads a configuration of which only the body is given. */
export function configured(body: string): Configuration {
  return parseConfiguration(written(body), 'test.yaml');
}

/** A profile of a configuration. */
export function profileNamed(name: string, { profiles }: Configuration): Profile {
  const profile = profiles.get(name);
  if (profile === undefined) throw new Error(`no profile ${name}`);
  return profile;
}

/** A few checks of several topics, whose verdicts the tests of admission and of the audit are written for. */
export const fewChecks: ReadonlySet<string> = new Set([
  'cpu-request',
  'memory-request',
  'limit-range',
  'readiness-probe',
  'liveness-probe',
  'grace-period',
]);

/**
 * A configuration whose profiles have these few checks and those that the text names, so that a test is about what it is
 * about and not about a dozen findings of the built-in profiles.
 */
export function configuredWithFewChecks(body: string): Configuration {
  const configuration = configured(body);
  const isWanted = ({ check: { id } }: CheckSetting): boolean => fewChecks.has(id) || body.includes(id);
  const profiles = [...configuration.profiles].map(([name, profile]): [string, Profile] => [
    name,
    {
      ...profile,
      workloadChecks: profile.workloadChecks.filter(isWanted),
      objectChecks: profile.objectChecks.filter(isWanted),
    },
  ]);
  return { ...configuration, profiles: new Map(profiles) };
}
