import { existsSync, readdirSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { audit } from '../../../../src/audit/audit.ts';
import { flatten } from '../../../../src/audit/objects.ts';
import { builtinProfiles } from '../../../../src/config/builtin.ts';
import { defaultConfiguration } from '../../../../src/config/load.ts';
import { parseManifests } from '../../../../src/manifests/parse.ts';
import { topics } from '../../../../src/policy/check.ts';
import { checks } from '../../../../src/policy/checks/registry.ts';
import type { Finding } from '../../../../src/policy/evaluate.ts';
import { describeViolation } from '../../../../src/policy/words.ts';
import { profileOf } from '../profiles.ts';

const source = new URL('../../../../src/policy/checks/', import.meta.url);

/** The messages of checks with `needs` that hold whatever else an apply brings. All others are marked. */
const certainMessages: Readonly<Record<string, readonly string[]>> = {
  // A ResourceQuota that is there refuses pods in any order.
  'quota-fit': ['must-specify', 'too-large', 'too-many', 'no-room-left', 'object-count'],
  // These the object says itself.
  'rollout-downtime': ['recreate', 'everything'],
  'topology-spread': ['none', 'other-pods'],
  'pdb-blocks': ['removed-version', 'no-numbers', 'nothing-unavailable', 'all-available'],
  'hpa-target': [
    'removed-version',
    'unknown-version',
    'field-of-v1',
    'field-of-v2',
    'incomplete',
    'no-api-version',
    'malformed-version',
    'wrong-group',
    'unknown-kind',
    'wrong-case',
    'not-scalable',
  ],
  // The type of a Secret is not read at admission, which does not judge Ingresses and Services either.
  'tls-reference': ['wrong-type', 'no-certificate', 'no-tls-port'],
};

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

  it('has a page for every check, and none for a check that is gone', () => {
    const pages = new URL('../../../../docs/checks/', import.meta.url);
    expect(names(pages, '.md').toSorted()).toEqual(['README', ...ids].toSorted());
  });

  it('reports in the order of the topics', () => {
    const order = checks.map(({ topic }) => topics.indexOf(topic));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('marks every message that rests on other objects, so that it never denies at admission', () => {
    const denying = checks
      .filter(({ needs = [] }) => needs.length > 0)
      .map(({ id, messages }) => {
        const certain = Object.entries(messages).filter(([, { absence, atMost }]) => !absence && !atMost);
        return [id, certain.map(([message]) => message)] as const;
      });
    expect(Object.fromEntries(denying.filter(([, messages]) => messages.length > 0))).toEqual(
      certainMessages,
    );
  });

  it.each(Object.entries(builtinProfiles))('is mentioned in full by profile %s', (_name, profile) => {
    expect(Object.keys(profile.checks ?? {})).toEqual(ids);
  });
});

describe.each(checks)('check $id', (check) => {
  const { id, title, rationale, symptom, remediation, source: origin, messages, examples } = check;

  it('is a module with its own id', async () => {
    expect(existsSync(new URL(`${id}.ts`, source))).toBe(true);
    const exported = (await import(new URL(`${id}.ts`, source).href)) as object;
    expect(Object.values(exported)).toEqual([expect.objectContaining({ id })]);
  });

  it('says why, and what to do', () => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    for (const sentence of [rationale, remediation]) expect(sentence).toMatch(/^[A-Z].*\.$/s);
    // May begin with a command.
    expect(symptom).toMatch(/^\w.*\.$/s);
    expect(origin).not.toBe('');
  });

  it('has messages that stand in one line', () => {
    expect(Object.keys(messages)).not.toEqual([]);
    for (const { problem, advice } of Object.values(messages)) {
      for (const text of [problem, advice]) expect(text).toMatch(/^[^\n.;][^\n]*[^\n.;]$/);
    }
  });

  it('objects to its bad example, and only with what it looks for', () => {
    const found = findingsIn(examples.bad);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map((finding) => finding.check)).toEqual(found.map(() => id));
  });

  it('has nothing against its good example', () => {
    expect(findingsIn(examples.good).map(describeViolation)).toEqual([]);
  });

  /** What the check finds in an example, as the command line would. */
  function findingsIn(example: string): Finding[] {
    const { objects, errors } = audit(parseManifests(example, 'example').manifests.flatMap(flatten), {
      configuration: defaultConfiguration(),
      profile: profileOf({ check }),
      namespace: 'shop',
    });
    expect(errors).toEqual([]);
    return objects.flatMap(({ verdict }) => verdict.findings);
  }
});
