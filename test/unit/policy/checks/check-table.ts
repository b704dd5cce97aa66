/**
 * A table of valid and invalid pods for one check. The check is asked the way the engine asks it: about the pod that
 * would come out of the template of a Deployment, after API defaults and LimitRanges.
 */
import { describe, expect, it } from 'vitest';

import type { Check, ParameterValues } from '../../../../src/policy/check.ts';
import { evaluate, type Finding } from '../../../../src/policy/evaluate.ts';
import { predictPod } from '../../../../src/policy/predict.ts';
import { readPod } from '../../../../src/policy/view.ts';
import { describeViolation, fieldPath } from '../../../../src/policy/words.ts';
import { readWorkload } from '../../../../src/policy/workload-kinds.ts';
import { limitRanges, podOf, workloadOf } from '../objects.ts';
import { profileOf } from '../profiles.ts';

interface Case {
  /** `spec` of the pod template, in YAML. */
  readonly pod: string;
  /** Deployment when absent. */
  readonly kind?: string;
  /** Items of `spec.limits` of a LimitRange in the namespace, in YAML. */
  readonly limits?: string;
  /** Parameters of the check, instead of its defaults. */
  readonly parameters?: ParameterValues;
}

interface InvalidCase extends Case {
  readonly violations: readonly ExpectedViolation[];
}

export interface ExpectedViolation {
  /** Key of the check's `messages`. */
  readonly message: string;
  /** Name of the container; absent for the pod as a whole. */
  readonly container?: string;
  /** From the pod, for example `spec.containers[0].readinessProbe`. */
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

function findingsOf(
  check: Check,
  { pod, kind = 'Deployment', limits, parameters }: Case,
): readonly Finding[] {
  const workload = readWorkload(workloadOf(kind, podOf(pod)));
  if (workload === undefined) throw new Error('the case is not a workload');
  const ranges = limitRanges(limits);
  const predicted = predictPod(workload.template, { limitRanges: ranges, mutations: undefined });
  const judged = { workload, pod: readPod(predicted.pod), limitRanges: ranges };
  return evaluate(judged, profileOf({ check, ...(parameters && { parameters }) })).findings;
}

function summaryOf(finding: Finding, expected: ExpectedViolation | undefined): ExpectedViolation {
  return {
    message: finding.message,
    ...(finding.container && { container: finding.container.name }),
    path: fieldPath(finding.path),
    ...(expected?.words !== undefined && { words: describeViolation(finding) }),
  };
}
