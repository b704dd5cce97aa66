/** Texts for the tests of fixes: a Deployment whose pods have these lines as their spec. */
import { readdirSync } from 'node:fs';
import { workloadExample } from '../../../../src/policy/example.ts';
import { fixedWith } from '../fixing.ts';

/** Ids of the fixes by the names of their files. */
export function fixFiles(): string[] {
  return readdirSync(new URL('../../../../src/fix/fixes/', import.meta.url))
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((name) => name !== 'registry')
    .toSorted();
}

export const leftAlone = 'left alone';

/** What a profile of only these lines makes of a text, and of that once more. */
export function mended(profile: string, text: string): string {
  const { after, errors } = fixedWith(profile, text);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const again = fixedWith(profile, after).after;
  if (again !== after) throw new Error(`a second time it becomes ${again}`);
  return after === text ? leftAlone : after;
}

export const deployment = (podSpec: string): string => workloadExample(podSpec);
