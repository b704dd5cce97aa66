import type { AuditResult } from '../audit/audit.ts';
import { describeProblem, fieldPath } from '../policy/words.ts';
import type { Summary } from './summary.ts';

/** The audit as one JSON document. */
export function jsonReport({ workloads }: AuditResult, summary: Summary): string {
  const report = {
    workloads: workloads.map(({ workload, apiVersion, namespace, file, line, verdict }) => ({
      apiVersion,
      kind: workload.kind.kind,
      namespace,
      name: workload.name,
      file,
      line,
      violations: verdict.findings.map((finding) => ({
        check: finding.check,
        action: finding.action,
        container: finding.container?.name ?? null,
        path: fieldPath([...workload.kind.templatePath, ...finding.path]),
        message: describeProblem(finding),
      })),
    })),
    summary,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
