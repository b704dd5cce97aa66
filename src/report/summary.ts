import type { AuditResult } from '../audit/audit.ts';

/** The numbers of an audit. */
export interface Summary {
  readonly workloads: number;
  readonly workloadsWithViolations: number;
  readonly deny: number;
  readonly warn: number;
  readonly exempted: number;
  /** Documents that could not be read or are no Kubernetes objects. */
  readonly errors: number;
}

/** Counts. `errors` are those of reading beside those of the audit itself. */
export function summarize({ workloads, errors }: AuditResult, readErrors: number): Summary {
  const findings = workloads.flatMap(({ verdict }) => verdict.findings);
  return {
    workloads: workloads.length,
    workloadsWithViolations: workloads.filter(({ verdict }) => verdict.findings.length > 0).length,
    deny: findings.filter(({ action }) => action === 'deny').length,
    warn: findings.filter(({ action }) => action === 'warn').length,
    exempted: workloads.reduce((sum, { verdict }) => sum + verdict.exempted.length, 0),
    errors: errors.length + readErrors,
  };
}
