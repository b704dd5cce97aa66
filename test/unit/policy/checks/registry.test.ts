import { existsSync, readdirSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { builtinProfiles } from '../../../../src/config/builtin.ts';
import { checks } from '../../../../src/policy/checks/registry.ts';

const source = new URL('../../../../src/policy/checks/', import.meta.url);

/** The names without ending, without the registry itself. */
function names(folder: URL, ending: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .filter((name) => name !== 'registry');
}

describe('the registry of checks', () => {
  const ids = checks.map(({ id }) => id);

  it('has unique ids', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names every file of the folder by its id', () => {
    expect(names(source, '.ts').toSorted()).toEqual(ids.toSorted());
  });

  it('has a table of cases for every check, and none for a check that is gone', () => {
    expect(names(new URL('.', import.meta.url), '.test.ts').toSorted()).toEqual(ids.toSorted());
  });

  it('reports resources, then starting, then stopping', () => {
    expect(ids).toEqual([
      'cpu-request',
      'memory-request',
      'limit-range',
      'readiness-probe',
      'liveness-probe',
      'grace-period',
    ]);
  });

  it.each(Object.entries(builtinProfiles))('is mentioned in full by profile %s', (_name, profile) => {
    expect(Object.keys(profile.checks ?? {})).toEqual(ids);
  });
});

describe.each(checks)('check $id', ({ id, title, rationale, remediation, source: origin, messages }) => {
  it('is a module with its own id', async () => {
    expect(existsSync(new URL(`${id}.ts`, source))).toBe(true);
    const exported = (await import(new URL(`${id}.ts`, source).href)) as object;
    expect(Object.values(exported)).toEqual([expect.objectContaining({ id })]);
  });

  it('says why, and what to do', () => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    for (const sentence of [rationale, remediation]) expect(sentence).toMatch(/^[A-Z].*\.$/s);
    expect(origin).not.toBe('');
  });

  it('has messages that stand in one line', () => {
    expect(Object.keys(messages)).not.toEqual([]);
    for (const { problem, advice } of Object.values(messages)) {
      for (const text of [problem, advice]) expect(text).toMatch(/^[^\n.;][^\n]*[^\n.;]$/);
    }
  });
});
