/** What people name on a command line: a profile, checks. */
import type { Configuration } from '../config/configuration.ts';
import { checks } from '../policy/checks/registry.ts';
import type { Profile } from '../policy/profile.ts';
import { UserError } from './errors.ts';

/**
 * @param flag what it was named by, for the message
 * @throws UserError for a name that is no profile
 */
export function profileNamed(name: string, { profiles }: Configuration, flag: string): Profile {
  const profile = profiles.get(name);
  if (profile === undefined)
    throw new UserError(`${flag}: there is no profile ${name}; known are ${[...profiles.keys()].join(', ')}`);
  return profile;
}

/**
 * The ids of `--check`; undefined when it was not given.
 * @throws UserError for an id that is no check
 */
export function selectedChecks(ids: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (ids === undefined) return undefined;
  const known = checks.map(({ id }) => id);
  for (const id of ids) {
    if (!known.includes(id))
      throw new UserError(`--check: there is no check ${id}; known are ${known.join(', ')}`);
  }
  return new Set(ids);
}
