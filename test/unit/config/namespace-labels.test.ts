import { describe, expect, it } from 'vitest';

import { modeLabels, modes, namedProfile } from '../../../src/config/namespace-labels.ts';

describe('namedProfile', () => {
  it.each<[string, Record<string, string>, Record<string, string>, string | undefined]>([
    ['nothing', {}, {}, undefined],
    ['the label', { 'gracegate.dev/warn': 'strict' }, {}, 'strict'],
    ['the default', {}, { warn: 'baseline' }, 'baseline'],
    ['the label before the default', { 'gracegate.dev/warn': 'strict' }, { warn: 'baseline' }, 'strict'],
    ['off, against the default', { 'gracegate.dev/warn': 'off' }, { warn: 'baseline' }, undefined],
    ['not that of another mode', { 'gracegate.dev/enforce': 'strict' }, { audit: 'baseline' }, undefined],
    ['a name that nobody configured', { 'gracegate.dev/warn': 'typo' }, {}, 'typo'],
    ['an empty label', { 'gracegate.dev/warn': '' }, { warn: 'baseline' }, ''],
  ])('%s', (_name, labels, defaults, profile) => {
    expect(namedProfile(labels, 'warn', { defaults })).toBe(profile);
  });
});

it('every mode has a label', () => {
  expect(modeLabels).toEqual(Object.fromEntries(modes.map((mode) => [mode, `gracegate.dev/${mode}`])));
});
