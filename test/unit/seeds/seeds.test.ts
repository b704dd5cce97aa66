/**
 * Every fixture gets exactly the verdict that is written beside it: the manifests of the documents from which the checks
 * come, and one of every kind of workload.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { audit, type AuditedObject } from '../../../src/audit/audit.ts';
import { flatten } from '../../../src/audit/objects.ts';
import { defaultConfiguration } from '../../../src/config/load.ts';
import { parseManifests } from '../../../src/manifests/parse.ts';
import { checks } from '../../../src/policy/checks/registry.ts';

interface Violation {
  readonly workload: string;
  readonly check: string;
  readonly container: string | null;
  readonly action: 'deny' | 'warn';
}

/** An entry of a verdicts.yaml; the head of the file says what the fields mean. */
interface Verdict {
  readonly why: string;
  readonly errors?: readonly string[];
  readonly workloads: readonly string[];
  readonly baseline: readonly Violation[];
  readonly strict: readonly Violation[];
  readonly later: readonly string[];
}

const fields = ['why', 'errors', 'workloads', 'baseline', 'strict', 'later'];
const verdictsFile = 'verdicts.yaml';
const profileNames = ['baseline', 'strict'] as const;

describe.each(['seeds', 'workloads'])('the fixtures of %s', (name) => {
  const folder = fileURLToPath(new URL(`../../fixtures/${name}/`, import.meta.url));
  const verdicts = readVerdicts(folder);
  const fixtures = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml') && file !== verdictsFile)
    .toSorted();

  it('have a verdict each, and every verdict has its fixture', () => {
    expect(Object.keys(verdicts).toSorted()).toEqual(fixtures);
  });

  it.each(Object.entries(verdicts))('%s has a verdict that is complete', (_, verdict) => {
    expect(fields).toEqual(expect.arrayContaining(Object.keys(verdict)));
    expect(verdict.why.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(verdicts))('%s waits for no check that exists', (_, { later }) => {
    const known = new Set(checks.map(({ id }) => id));
    expect(later.filter((id) => known.has(id))).toEqual([]);
  });

  describe.each(profileNames)('under %s', (profileName) => {
    it.each(Object.entries(verdicts))('%s', (file, expected) => {
      const { errors, workloads } = auditFixture(readFileSync(`${folder}${file}`, 'utf8'), file, profileName);
      expect({
        errors,
        workloads: workloads.map(nameOf),
        violations: workloads.flatMap(violationsOf),
      }).toEqual({
        errors: (expected.errors ?? []).map((part): unknown => expect.stringContaining(part)),
        workloads: expected.workloads,
        violations: expected[profileName],
      });
    });
  });
});

function readVerdicts(folder: string): Readonly<Record<string, Verdict>> {
  const { manifests, errors } = parseManifests(
    readFileSync(`${folder}${verdictsFile}`, 'utf8'),
    verdictsFile,
  );
  expect(errors).toEqual([]);
  return manifests[0]?.value as unknown as Readonly<Record<string, Verdict>>;
}

/** As `gracegate audit -f FILE --profile NAME` does it. */
function auditFixture(text: string, file: string, profileName: string) {
  const configuration = defaultConfiguration();
  const profile = configuration.profiles.get(profileName);
  if (profile === undefined) throw new Error(`there is no profile ${profileName}`);
  const { manifests, errors } = parseManifests(text, file);
  const result = audit(manifests.flatMap(flatten), { configuration, profile, namespace: 'default' });
  return {
    errors: [...errors, ...result.errors].map(({ message }) => message),
    workloads: result.objects,
  };
}

function nameOf({ object }: AuditedObject): string {
  return `${object.kind.kind}/${object.name}`;
}

function violationsOf(audited: AuditedObject): Violation[] {
  return audited.verdict.findings.map(({ check, container, action }) => ({
    workload: nameOf(audited),
    check,
    container: container?.name ?? null,
    action,
  }));
}
