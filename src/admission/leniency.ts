import { evaluateObject } from '../policy/evaluate.ts';
import { unknownSurroundings } from '../policy/graph.ts';
import { deepEqual, valueAt } from '../policy/json.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import { readObject } from '../policy/objects/object-kinds.ts';
import { isPod, isWorkload, type Workload } from '../policy/objects/workload-kinds.ts';
import { denials, type Judgement, type ModeVerdict } from './judge.ts';
import type { AdmissionRequest } from './review.ts';

/** Why violations of an enforced profile do not refuse a request. */
export type Leniency = 'template-unchanged' | 'not-worse' | 'pods-warn';

/** Undefined when violations of the profile refuse the request. */
export function leniencyFor(
  request: AdmissionRequest,
  target: KubeObject,
  judged: ModeVerdict,
): Leniency | undefined {
  if (!isWorkload(target)) return isNotWorse(request, judged) ? 'not-worse' : undefined;
  if (request.operation === 'UPDATE' && !isPod(target) && isTemplateUnchanged(request, target)) {
    return 'template-unchanged';
  }
  // What a controller made (a Job of a CronJob, say) stands with the pods. Anyone can claim an owner, but gains nothing
  // by it: under `pods: warn` the pods themselves are let through anyway. A resize is the act of a person.
  if (
    judged.profile.pods === 'warn' &&
    request.operation === 'CREATE' &&
    (isPod(target) || target.controlled)
  ) {
    return 'pods-warn';
  }
  return undefined;
}

/** Scaling and pausing make no new pods of another kind, so they are never refused. */
function isTemplateUnchanged({ oldObject }: AdmissionRequest, { kind, template }: Workload): boolean {
  return oldObject !== undefined && deepEqual(valueAt(oldObject, kind.templatePath), template);
}

/**
 * An update is refused only for what the object did not have already, by check: who raises maxReplicas of an autoscaler
 * need not mend all of it. What the old object had is known by itself alone, so a refusal that rests on another object
 * stands.
 */
function isNotWorse(
  { operation, oldObject, namespace }: AdmissionRequest,
  { profile, verdict }: ModeVerdict,
): boolean {
  const before = operation === 'UPDATE' ? readObject(oldObject) : undefined;
  if (before === undefined) return false;
  const graph = unknownSurroundings;
  const old = denials(evaluateObject({ object: before, namespace, graph }, profile, { orderIsFree: true }));
  const had = new Set(old.map(({ check }) => check));
  return denials(verdict).every(({ check }) => had.has(check));
}

/** True when the judgement would refuse the request. */
export function refuses({ verdicts }: Judgement, request: AdmissionRequest, target: KubeObject): boolean {
  const enforced = verdicts.find(({ mode }) => mode === 'enforce');
  return (
    enforced !== undefined &&
    denials(enforced.verdict).length > 0 &&
    leniencyFor(request, target, enforced) === undefined
  );
}
