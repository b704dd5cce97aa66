import type { AuditedObject } from '../audit/audit.ts';
import type { TrialResult } from '../audit/ports.ts';
import { hasItsPods, serverDryRun } from '../audit/server-dry-run.ts';
import type { Finding } from '../policy/evaluate.ts';
import { asObject, asString } from '../policy/json.ts';
import { isWorkload } from '../policy/objects/workload-kinds.ts';
import { describeProblem, fieldPath, pathFromObject } from '../policy/words.ts';
import type { ReportedObject, ReportedViolation } from './report.ts';

/**
 * A verdict as reporters are given it.
 * @param trial what the API server says of a pod of it, where it was asked
 */
export function reportedObject(audited: AuditedObject, trial?: TrialResult): ReportedObject {
  const { object, apiVersion, namespace, verdict } = audited;
  const place = audited.place();
  const uid = place === undefined ? asString(asObject(object.object['metadata'])['uid']) : undefined;
  return {
    apiVersion,
    kind: object.kind.kind,
    namespace,
    name: object.name,
    ...(uid !== undefined && { uid }),
    ...(place !== undefined && { place }),
    violations: [
      ...verdict.findings.map((finding) => reportedViolation(finding, audited)),
      ...(trial?.outcome === 'refused' ? [refusedPod(trial.message, audited)] : []),
    ],
    exempted: verdict.exempted.map((finding) => ({
      ...reportedViolation(finding, audited),
      reason: verdict.exemptReason,
    })),
    notices: [...verdict.notices, ...warningsOf(trial)],
    ...(trial?.outcome === 'unknown' && { untried: trial.problem }),
    life: audited.life,
  };
}

function refusedPod(message: string, audited: AuditedObject): ReportedViolation {
  const { object } = audited;
  const path = isWorkload(object) ? object.kind.templatePath : [];
  const place = audited.place();
  const isOneTooMany = hasItsPods(object, message);
  return {
    check: serverDryRun.id,
    action: isOneTooMany ? 'warn' : 'deny',
    path: fieldPath(path),
    message: `the API server refuses ${isOneTooMany ? 'one pod more' : 'its pod'}: ${message}`,
    ...(place !== undefined && { place }),
  };
}

/** Those of Gracegate itself are what the checks have said already. */
function warningsOf(trial: TrialResult | undefined): string[] {
  if (trial === undefined || trial.outcome === 'unknown') return [];
  return trial.warnings
    .filter((warning) => !warning.startsWith('gracegate'))
    .map((warning) => `server dry run: ${warning}`);
}

function reportedViolation(finding: Finding, audited: AuditedObject): ReportedViolation {
  const { check, action, container } = finding;
  const place = audited.placeOf(finding);
  return {
    check,
    action,
    ...(container !== undefined && { container: container.name }),
    path: fieldPath(pathFromObject(finding, audited.object)),
    message: describeProblem(finding),
    ...(place !== undefined && { place }),
  };
}
