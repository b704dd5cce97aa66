import type { AuditResult } from '../audit/audit.ts';

/** The numbers of an audit. */
export interface Summary {
  /** Workloads, and other objects that were judged. */
  readonly objects: number;
  readonly objectsWithViolations: number;
  readonly deny: number;
  readonly warn: number;
  readonly exempted: number;
  /** Documents that could not be read or are no Kubernetes objects, and kinds of a cluster that could not be read. */
  readonly errors: number;
}

/** Counts. `errors` are those of reading beside those of the audit itself. */
export function summarize({ objects, errors }: AuditResult, readErrors: number): Summary {
  const findings = objects.flatMap(({ verdict }) => verdict.findings);
  return {
    objects: objects.length,
    objectsWithViolations: objects.filter(({ verdict }) => verdict.findings.length > 0).length,
    deny: findings.filter(({ action }) => action === 'deny').length,
    warn: findings.filter(({ action }) => action === 'warn').length,
    exempted: objects.reduce((sum, { verdict }) => sum + verdict.exempted.length, 0),
    errors: errors.length + readErrors,
  };
}
