import { parseConfiguration } from '../../../src/config/load.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import type { Profile } from '../../../src/policy/profile.ts';

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
