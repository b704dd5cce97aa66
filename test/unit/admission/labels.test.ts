import { describe, expect, it } from 'vitest';

import { selectProfile } from '../../../src/admission/labels.ts';
import type { Mode } from '../../../src/config/spec.ts';
import { configured } from '../config/configurations.ts';
import { labelsOf } from './contexts.ts';

const modes = ['mutate', 'enforce', 'warn', 'audit'] as const satisfies readonly Mode[];

describe.each(modes)('the label %s', (mode) => {
  it.each<[string, string | undefined, string, string | undefined]>([
    ['absent', undefined, '', undefined],
    ['a profile', 'baseline', '', 'baseline'],
    ['off', 'off', '', undefined],
    ['absent, with a default', undefined, 'strict', 'strict'],
    ['another profile than the default', 'baseline', 'strict', 'baseline'],
    ['off, in spite of a default', 'off', 'strict', undefined],
    ['a profile of the configuration', 'team', 'strict', 'team'],
  ])('%s', (_name, label, fallback, expected) => {
    const labels = label === undefined ? {} : labelsOf({ [mode]: label });
    const defaults = fallback === '' ? '' : `defaults: { ${mode}: ${fallback} }\n`;
    const configuration = configured(`${defaults}profiles: { team: {} }`);
    const profile = expected === undefined ? undefined : configuration.profiles.get(expected);
    expect(selectProfile(labels, mode, configuration)).toEqual(profile === undefined ? {} : { profile });
  });

  it('does not follow the default of another mode', () => {
    const defaults = modes.filter((other) => other !== mode).map((other) => `${other}: strict`);
    expect(selectProfile({}, mode, configured(`defaults: { ${defaults.join(', ')} }`))).toEqual({});
  });
});

describe('a name that is no profile', () => {
  it.each<[Mode, string, string | undefined, string]>([
    [
      'enforce',
      'typo',
      'strict',
      'namespace label gracegate.dev/enforce=typo names no profile; strict is enforced instead',
    ],
    [
      'enforce',
      '',
      'strict',
      'namespace label gracegate.dev/enforce= names no profile; strict is enforced instead',
    ],
    [
      'enforce',
      'constructor',
      'strict',
      'namespace label gracegate.dev/enforce=constructor names no profile; strict is enforced instead',
    ],
    ['warn', 'typo', undefined, 'namespace label gracegate.dev/warn=typo names no profile; it is ignored'],
    ['audit', 'typo', undefined, 'namespace label gracegate.dev/audit=typo names no profile; it is ignored'],
    [
      'mutate',
      'typo',
      undefined,
      'namespace label gracegate.dev/mutate=typo names no profile; it is ignored',
    ],
  ])('in %s=%s means %s', (mode, name, profile, warning) => {
    const selected = selectProfile(labelsOf({ [mode]: name }), mode, configured(''));
    expect({ profile: selected.profile?.name, warning: selected.warning }).toEqual({ profile, warning });
  });
});
