import type { AuditedObject } from '../audit/audit.ts';
import type { Finding } from '../policy/evaluate.ts';
import { asObject, asString } from '../policy/json.ts';
import { describeProblem, fieldPath, pathFromObject } from '../policy/words.ts';
import type { ReportedObject, ReportedViolation } from './report.ts';

/** A verdict as reporters are given it. */
export function reportedObject(audited: AuditedObject): ReportedObject {
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
    violations: verdict.findings.map((finding) => reportedViolation(finding, audited)),
    exempted: verdict.exempted.map((finding) => ({
      ...reportedViolation(finding, audited),
      reason: verdict.exemptReason,
    })),
    notices: verdict.notices,
    // Only a reporter that draws asks for it.
    get life() {
      return audited.life();
    },
  };
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
