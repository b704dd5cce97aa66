/**
 * A table of valid and invalid objects for one check. The check is asked the way the engine asks it: about the pod that
 * would come out of a template, after API defaults and LimitRanges, with the objects that stand beside it.
 */
import { describe, expect, it } from 'vitest';

import type { Check, ParameterValues } from '../../../../src/policy/check.ts';
import { audit } from '../../../../src/audit/audit.ts';
import type { ManifestItem } from '../../../../src/audit/objects.ts';
import { defaultConfiguration } from '../../../../src/config/load.ts';
import type { Finding } from '../../../../src/policy/evaluate.ts';
import type { RelatedKind } from '../../../../src/policy/graph.ts';
import type { JsonObject } from '../../../../src/policy/json.ts';
import { containerMatcher } from '../../../../src/policy/objects/container-matcher.ts';
import { describeViolation, fieldPath } from '../../../../src/policy/words.ts';
import { withNamesakes } from '../graphs.ts';
import { limitRangeObject, limitRanges, podOf, workloadOf, yamlObjects } from '../objects.ts';
import { profileOf } from '../profiles.ts';

interface Case {
  /** `spec` of the pod template of a workload called shop/web, in YAML. */
  readonly pod?: string;
  /** The kind of that workload; Deployment when absent. */
  readonly kind?: string;
  /** Instead of `pod`: the whole object, in YAML. What names no namespace is in shop. */
  readonly object?: string;
  /** Other objects, in YAML, several divided by `---`. */
  readonly beside?: string;
  /** Kinds of which nothing is known. */
  readonly unknown?: readonly RelatedKind[];
  /** Items of `spec.limits` of a LimitRange in the namespace, in YAML. */
  readonly limits?: string;
  /** The same of a LimitRange that the profile has of its own. */
  readonly profileLimits?: string;
  /** Of the API server; the newest known when absent. */
  readonly serverMinor?: number;
  /** Parameters of the check, instead of its defaults. */
  readonly parameters?: ParameterValues;
  /** Names of containers that the check leaves alone. */
  readonly ignored?: readonly string[];
}

interface InvalidCase extends Case {
  readonly violations: readonly ExpectedViolation[];
}

export interface ExpectedViolation {
  /** Key of the check's `messages`. */
  readonly message: string;
  /** Name of the container; absent for the pod as a whole. */
  readonly container?: string;
  /** From the pod or, where the check judges the object as a whole, from the object. */
  readonly path: string;
  /** The sentence, where more than the message is worth holding. */
  readonly words?: string;
}

export interface CheckTable {
  /** A string is the pod. */
  readonly valid: Readonly<Record<string, Case | string>>;
  readonly invalid: Readonly<Record<string, InvalidCase>>;
}

/** Declares the tests of a check. Every message of the check needs an invalid case that shows it. */
export function testCheck(check: Check, { valid, invalid }: CheckTable): void {
  describe(`${check.id} passes`, () => {
    it.each(Object.entries(valid))('%s', (_name, written) => {
      const findings = findingsOf(check, typeof written === 'string' ? { pod: written } : written);
      expect(findings.map(describeViolation)).toEqual([]);
    });
  });

  describe(`${check.id} objects to`, () => {
    it.each(Object.entries(invalid))('%s', (_name, written) => {
      const findings = findingsOf(check, written);
      expect(findings.map((finding, index) => summaryOf(finding, written.violations[index]))).toEqual(
        written.violations,
      );
      expect(findings.map((finding) => finding.check)).toEqual(findings.map(() => check.id));
    });
  });

  describe(`the words of ${check.id}`, () => {
    const findings = Object.values(invalid).flatMap((written) => findingsOf(check, written));

    it.each(Object.keys(check.messages))('%s is shown by a case', (message) => {
      expect(findings.map((finding) => finding.message)).toContain(message);
    });

    it('have every placeholder filled', () => {
      expect(findings.map(describeViolation).filter((words) => /[{}]/.test(words))).toEqual([]);
    });
  });
}

/** What the check finds in the object, and not in what stands beside it. */
function findingsOf(check: Check, written: Case): readonly Finding[] {
  const { object, pod = '{}', kind = 'Deployment', beside = '', limits, parameters, unknown = [] } = written;
  const ignores = containerMatcher({ names: written.ignored ?? [] });
  const judged = object === undefined ? [workloadOf(kind, podOf(pod))] : yamlObjects(object);
  const around = [...yamlObjects(beside), ...(limits === undefined ? [] : [limitRangeObject(limits)])];
  const items = [...judged.map((one) => item(one, 'judged')), ...around.map((one) => item(one, 'beside'))];
  const { objects, errors } = audit(items, {
    configuration: { ...defaultConfiguration(), workloads: withNamesakes },
    profile: {
      ...profileOf({ check, ignores, ...(parameters && { parameters }) }),
      limits: limitRanges(written.profileLimits),
    },
    namespace: 'shop',
    unknown: new Set(unknown),
    serverMinor: written.serverMinor,
  });
  expect(errors).toEqual([]);
  return objects.filter(({ file }) => file === 'judged').flatMap(({ verdict }) => verdict.findings);
}

function item(object: JsonObject, file: string): ManifestItem {
  return { object, file, line: 1, lineAt: () => 1 };
}

function summaryOf(finding: Finding, expected: ExpectedViolation | undefined): ExpectedViolation {
  return {
    message: finding.message,
    ...(finding.container && { container: finding.container.name }),
    path: fieldPath(finding.path),
    ...(expected?.words !== undefined && { words: describeViolation(finding) }),
  };
}
