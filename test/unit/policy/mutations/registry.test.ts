import { existsSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { builtinProfiles } from '../../../../src/config/builtin.ts';
import { mutations } from '../../../../src/policy/mutations/registry.ts';

const source = new URL('../../../../src/policy/mutations/', import.meta.url);

describe('the registry of mutations', () => {
  it('runs them in an order in which the grace period is fitted last', () => {
    expect(mutations.map(({ id }) => id)).toEqual(['limit-range', 'pre-stop-sleep', 'grace-period']);
  });

  it.each(mutations)(
    '$id has a file, a test and words of its own',
    ({ id, title, rationale, source: origin }) => {
      expect(existsSync(new URL(`${id}.ts`, source))).toBe(true);
      expect(existsSync(new URL(`${id}.test.ts`, import.meta.url))).toBe(true);
      for (const text of [title, rationale, origin]) expect(text).not.toBe('');
    },
  );

  it.each(Object.entries(builtinProfiles))('profile %s says how each is set', (_name, profile) => {
    expect(Object.keys(profile.mutations ?? {})).toEqual(mutations.map(({ id }) => id));
  });
});
