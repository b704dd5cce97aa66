import type { AuditResult } from '../audit/audit.ts';
import type { Finding } from '../policy/evaluate.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import { describeProblem, fieldPath, pathFromObject } from '../policy/words.ts';
import type { Summary } from './summary.ts';

/** The audit as one JSON document. */
export function jsonReport({ objects }: AuditResult, summary: Summary): string {
  const report = {
    objects: objects.map(({ object, apiVersion, namespace, file, line, verdict }) => ({
      apiVersion,
      kind: object.kind.kind,
      namespace,
      name: object.name,
      file: file ?? null,
      line: line ?? null,
      violations: verdict.findings.map((finding) => violation(finding, object)),
      exempted: verdict.exempted.map((finding) => ({
        ...violation(finding, object),
        reason: verdict.exemptReason,
      })),
      notices: verdict.notices,
    })),
    summary,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function violation(finding: Finding, object: KubeObject): object {
  return {
    check: finding.check,
    action: finding.action,
    container: finding.container?.name ?? null,
    path: fieldPath(pathFromObject(finding, object)),
    message: describeProblem(finding),
  };
}
