import { deepEqual, valueAt } from '../policy/json.ts';
import type { Finding } from '../policy/evaluate.ts';
import type { Workload } from '../policy/workload-kinds.ts';
import { describeRefusal, describeViolation, describeWorkload, limitLines } from '../policy/words.ts';
import type { AdmissionContext } from './context.ts';
import { denials, type Judgement, type ModeVerdict, type ValidatingPath } from './judge.ts';
import { allow, deny, type AdmissionResponse } from './response.ts';
import type { AdmissionRequest } from './review.ts';

/** True when the judgement would refuse the request. */
export function refuses({ verdicts }: Judgement, request: AdmissionRequest, workload: Workload): boolean {
  const enforced = verdicts.find(({ mode }) => mode === 'enforce');
  return (
    enforced !== undefined &&
    leniencyFor(request, workload, enforced) === undefined &&
    enforced.verdict.findings.some(({ action }) => action === 'deny')
  );
}

/** Why violations of an enforced profile do not refuse this request; undefined when they do. */
type Leniency = 'template-unchanged' | 'pods-warn';

function leniencyFor(
  request: AdmissionRequest,
  workload: Workload,
  { profile }: ModeVerdict,
): Leniency | undefined {
  const isPod = workload.kind.kind === 'Pod';
  if (request.operation === 'UPDATE' && !isPod && isTemplateUnchanged(request, workload))
    return 'template-unchanged';
  // What a controller made (a Job of a CronJob, say) stands with the pods. Anyone can claim an owner, but gains nothing
  // by it: under `pods: warn` the pods themselves are let through anyway. A resize is the act of a person.
  if (profile.pods === 'warn' && request.operation === 'CREATE' && (isPod || workload.controlled))
    return 'pods-warn';
  return undefined;
}

/** Scaling and pausing make no new pods of another kind, so they are never refused. */
function isTemplateUnchanged({ oldObject }: AdmissionRequest, { kind, template }: Workload): boolean {
  return oldObject !== undefined && deepEqual(valueAt(oldObject, kind.templatePath), template);
}

/** Turns a judgement into the answer: a refusal, warnings, audit annotations, and what metrics and logs get to know. */
export function answer(
  path: ValidatingPath,
  request: AdmissionRequest,
  workload: Workload,
  { verdicts, labelWarnings }: Judgement,
  context: AdmissionContext,
): AdmissionResponse {
  const { recorder } = context;
  const name = describeWorkload(workload, request.namespace);
  const warnings = [...labelWarnings];
  const auditAnnotations: Record<string, string> = {};
  const said = new Set<string>();
  let refusal: string | undefined;
  for (const verdict of verdicts) {
    const { mode, profile } = verdict;
    noteExempted(verdict, auditAnnotations, context);
    if (mode === 'audit') {
      noteAudit(verdict, auditAnnotations, context);
      continue;
    }
    const denied = denials(verdict.verdict);
    const leniency = mode === 'enforce' ? leniencyFor(request, workload, verdict) : undefined;
    if (mode === 'enforce' && leniency === undefined && denied.length > 0) {
      refusal = describeRefusal(name, profile.name, denied);
      for (const finding of denied) recorder.violation(finding.check, 'deny');
      recorder.refused({
        uid: request.uid,
        user: request.username,
        operation: request.operation,
        dryRun: request.dryRun,
        workload: name,
        profile: profile.name,
        reason: refusal,
      });
    }
    // The one who is refused under one profile need not hear what another would say.
    if (mode === 'warn' && refusal !== undefined) continue;
    const spoken =
      refusal === undefined ? verdict.verdict.findings : verdict.verdict.findings.filter(isWarning);
    if (leniency === 'template-unchanged' && denied.length > 0) {
      warnings.push(
        `gracegate/${profile.name}: ${name}: let through, its template is unchanged; but its new pods would be refused`,
      );
    }
    warnings.push(...warningsFor(name, verdict, spoken, said, context));
  }
  recorder.reviewed({ path, decision: refusal === undefined ? 'allow' : 'deny' });
  return refusal === undefined
    ? allow(request.uid, { warnings, auditAnnotations })
    : deny(request.uid, refusal, { warnings, auditAnnotations });
}

const isWarning = ({ action }: Finding): boolean => action === 'warn';

/** Warnings of one mode, each once: what enforce has said, warn need not say again. */
function warningsFor(
  workload: string,
  { profile, verdict }: ModeVerdict,
  findings: readonly Finding[],
  said: Set<string>,
  { recorder }: AdmissionContext,
): string[] {
  const news = findings.filter((finding) => !said.has(identityOf(finding)));
  for (const finding of news) {
    recorder.violation(finding.check, 'warn');
    said.add(identityOf(finding));
  }
  const lines = [...limitLines(news, describeViolation), ...verdict.notices];
  return lines.map((line) => `gracegate/${profile.name}: ${workload}: ${line}`);
}

/** A violation is known by its check and its container, never by its text. */
const identityOf = ({ check, container }: Finding): string => `${check} ${container?.name ?? ''}`;

function noteAudit(
  { profile, verdict }: ModeVerdict,
  annotations: Record<string, string>,
  { recorder }: AdmissionContext,
): void {
  const denied = denials(verdict);
  if (denied.length === 0) return;
  for (const finding of denied) recorder.violation(finding.check, 'audit');
  annotations['audit-violations'] = `would be refused under profile ${profile.name}: ${listed(denied)}`;
}

function noteExempted(
  { verdict, mode }: ModeVerdict,
  annotations: Record<string, string>,
  { recorder }: AdmissionContext,
): void {
  if (verdict.exempted.length === 0) return;
  recorder.exempted('annotation');
  for (const finding of verdict.exempted) recorder.violation(finding.check, 'exempt');
  annotations[`${mode}-exempted`] = listed(verdict.exempted);
}

function listed(findings: readonly Finding[]): string {
  return limitLines(findings, describeViolation).join('; ');
}
