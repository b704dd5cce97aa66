import { deepEqual, valueAt } from '../policy/json.ts';
import type { Workload } from '../policy/workload-kinds.ts';
import { denials, type Judgement, type ModeVerdict } from './judge.ts';
import type { AdmissionRequest } from './review.ts';

/** Why violations of an enforced profile do not refuse a request. */
export type Leniency = 'template-unchanged' | 'pods-warn';

/** Undefined when violations of the profile refuse the request. */
export function leniencyFor(
  request: AdmissionRequest,
  workload: Workload,
  { profile }: ModeVerdict,
): Leniency | undefined {
  const isPod = workload.kind.kind === 'Pod';
  if (request.operation === 'UPDATE' && !isPod && isTemplateUnchanged(request, workload)) {
    return 'template-unchanged';
  }
  // What a controller made (a Job of a CronJob, say) stands with the pods. Anyone can claim an owner, but gains nothing
  // by it: under `pods: warn` the pods themselves are let through anyway. A resize is the act of a person.
  if (profile.pods === 'warn' && request.operation === 'CREATE' && (isPod || workload.controlled)) {
    return 'pods-warn';
  }
  return undefined;
}

/** Scaling and pausing make no new pods of another kind, so they are never refused. */
function isTemplateUnchanged({ oldObject }: AdmissionRequest, { kind, template }: Workload): boolean {
  return oldObject !== undefined && deepEqual(valueAt(oldObject, kind.templatePath), template);
}

/** True when the judgement would refuse the request. */
export function refuses({ verdicts }: Judgement, request: AdmissionRequest, workload: Workload): boolean {
  const enforced = verdicts.find(({ mode }) => mode === 'enforce');
  return (
    enforced !== undefined &&
    denials(enforced.verdict).length > 0 &&
    leniencyFor(request, workload, enforced) === undefined
  );
}
