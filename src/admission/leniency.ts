import type { Violation } from '../policy/check.ts';
import { evaluateObject, type Finding, type Verdict } from '../policy/evaluate.ts';
import { unknownSurroundings } from '../policy/graph.ts';
import { asObject, deepEqual, own, valueAt, type Json, type JsonObject } from '../policy/json.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import { readObject } from '../policy/objects/object-kinds.ts';
import { isPod, isWorkload, type Workload } from '../policy/objects/workload-kinds.ts';
import type { Profile } from '../policy/profile.ts';
import type { AdmissionRequest } from './review.ts';

/** What the denials of an enforced profile do to a request. */
export interface Ruling {
  /** Those that refuse it. */
  readonly refused: readonly Finding[];
  /** Why it passes in spite of denials; undefined where it does not, or where nothing need be said of it. */
  readonly letThrough?: string;
}

/** Judges by the same profile, in the surroundings of the request. */
export interface Judges {
  /** Reads what an object was before. */
  workload(object: Json | undefined): Workload | undefined;
  verdictOver(workload: Workload): Verdict;
  /** The verdict over the pods that would come out of a workload. */
  verdictOverPods(workload: Workload): Verdict;
}

/** The findings for which `enforce` refuses an object. */
export function denials({ findings }: Verdict): Finding[] {
  return findings.filter(({ action }) => action === 'deny');
}

/**
 * Decides which denials refuse a request. What is new is refused for all of them, and so is a new template, because its
 * pods would be; another update only for those that it brings.
 */
export function rule(
  request: AdmissionRequest,
  target: KubeObject,
  profile: Profile,
  verdict: Verdict,
  judges: Judges,
): Ruling {
  const denied = denials(verdict);
  if (denied.length === 0) return { refused: [] };
  if (isWorkload(target) && passesAsPod(request, target, profile)) return { refused: [] };
  const update = request.operation === 'UPDATE' ? updateOf(request, target, profile, judges) : undefined;
  if (update === undefined) return { refused: denied };
  const refused = denied.filter((finding) => !update.found(finding));
  return refused.length > 0 ? { refused } : { refused, letThrough: `let through, ${update.why()}` };
}

/**
 * Under `pods: warn` pods are let through, and with them what a controller made (a Job of a CronJob, say). Anyone can claim
 * an owner, but gains nothing by it. A resize stands with the pods: a new pod of that size would pass, so a refusal would
 * only make an autoscaler evict the pod instead of resizing it in place.
 */
function passesAsPod({ operation }: AdmissionRequest, target: Workload, { pods }: Profile): boolean {
  return pods === 'warn' && (isPod(target) || (target.controlled && operation === 'CREATE'));
}

/** An update that is refused only for what it brings. */
interface Update {
  /** True for what it has found, rather than brought. */
  found(finding: Finding): boolean;
  /** What is said of it where it has brought nothing. */
  why(): string;
}

function updateOf(
  request: AdmissionRequest,
  target: KubeObject,
  profile: Profile,
  judges: Judges,
): Update | undefined {
  if (!isWorkload(target)) return objectUpdate(request, profile);
  const before = judges.workload(request.oldObject);
  if (before === undefined) return undefined;
  if (isPod(target)) return resize(before, judges);
  return deepEqual(valueAt(before.object, target.kind.templatePath), target.template)
    ? sameTemplate(before, target, profile, judges)
    : undefined;
}

/**
 * Who raises maxReplicas of an autoscaler need not mend all of it. What the old object had is known by itself alone, so a
 * refusal that rests on another object stands.
 */
function objectUpdate({ oldObject, namespace }: AdmissionRequest, profile: Profile): Update | undefined {
  const object = readObject(oldObject);
  if (object === undefined) return undefined;
  const judged = { object, namespace, graph: unknownSurroundings };
  const had = byIdentity(denials(evaluateObject(judged, profile, { orderIsFree: true })));
  return {
    found: (finding) => had.has(identityOf(finding)),
    why: () => 'it was no better before; but a new one would be refused',
  };
}

/** An autoscaler that raises the memory of a pod need not give it the CPU request that it never had. */
function resize(before: Workload, judges: Judges): Update {
  const had = byIdentity(denials(judges.verdictOver(before)));
  return {
    found: (finding) => had.get(identityOf(finding))?.some((old) => isNoWorse(old, finding)) === true,
    // A new one may have been mutated, so nothing is said of it.
    why: () => 'the pod was no better before the resize',
  };
}

/**
 * Scaling and pausing are never refused. Where the template is the same, so are its pods, and what is found of the object
 * itself was there before, at this scale.
 */
function sameTemplate(before: Workload, target: Workload, profile: Profile, judges: Judges): Update {
  let had: Identified | undefined;
  const old = (): Identified =>
    (had ??= byIdentity(
      denials(judges.verdictOver({ ...before, object: atScaleOf(target, before.object) })),
    ));
  return {
    found: (finding) => finding.root !== 'object' || old().has(identityOf(finding)),
    why: () => {
      const why = 'its template is unchanged';
      if (profile.pods === 'deny' && denials(judges.verdictOverPods(target)).length > 0)
        return `${why}; but its new pods would be refused`;
      return profile.pods === 'warn' && target.controlled ? why : `${why}; but a new one would be refused`;
    },
  };
}

/** Fields of a spec that say how many pods there are now, and whether any are made. */
const scaleFields = ['replicas', 'paused', 'suspend', 'parallelism', 'completions'];

function atScaleOf({ object }: KubeObject, before: JsonObject): JsonObject {
  const now = asObject(object['spec']);
  const scale = Object.fromEntries(scaleFields.map((field) => [field, own(now, field)]));
  return { ...before, spec: { ...asObject(before['spec']), ...scale } };
}

/** Findings by what they are known by: thousands of containers are held against as many of before. */
type Identified = ReadonlyMap<string, readonly Finding[]>;

function byIdentity(findings: readonly Finding[]): Identified {
  return Map.groupBy(findings, identityOf);
}

/** A violation is known by its check and its container, never by its text. */
function identityOf({ check, container }: Finding): string {
  return container === undefined ? check : `${check} ${container.name}`;
}

/** False for what is wrong in another way, or in another resource, or further from what is asked than it was. */
function isNoWorse(before: Violation, now: Violation): boolean {
  return (
    now.message === before.message &&
    now.values?.['resource'] === before.values?.['resource'] &&
    (now.extent ?? 0) <= (before.extent ?? 0)
  );
}
