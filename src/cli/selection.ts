/** What people name on a command line: a profile, checks, kinds. */
import type { Configuration } from '../config/configuration.ts';
import { checks } from '../policy/checks/registry.ts';
import { objectKinds, type ObjectKindName } from '../policy/objects/object-kinds.ts';
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

/**
 * The kinds of `--without`, which names them as kubectl does: `secrets`.
 * @throws UserError for one that can only be judged, or is not known
 */
export function leftOutKinds(resources: readonly string[] = []): ReadonlySet<ObjectKindName> {
  const kinds = new Map(objectKinds.map(({ resource, kind }) => [resource, kind]));
  return new Set(
    resources.map((resource) => {
      const kind = kinds.get(resource);
      if (kind !== undefined) return kind;
      throw new UserError(
        `--without: ${resource} cannot be left out; what can is ${[...kinds.keys()].join(', ')}`,
      );
    }),
  );
}
