import { buildGraph, unknownSurroundings, type Graph, type RelatedKind } from '../policy/graph.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import type { LimitRange } from '../policy/resources/limit-range.ts';
import { predictPod, type Surroundings as PredictedIn } from '../policy/predict.ts';
import { checksOf, type Profile } from '../policy/profile.ts';
import { isKindName, scaleTarget } from '../policy/scaling/scale-target.ts';
import { readPod, type PodView } from '../policy/objects/view.ts';
import { isPod, isWorkload, type Workload } from '../policy/objects/workload-kinds.ts';
import type { Budget } from './budget.ts';
import type { AdmissionContext } from './context.ts';
import { selectProfile } from './labels.ts';
import type { NamespaceInfo, Related } from './ports.ts';

/** What a verdict rests on besides the object and the configuration. */
export interface Surroundings {
  readonly namespace: NamespaceInfo;
  readonly limitRanges: readonly LimitRange[];
  /** Other objects, where checks look them up. */
  readonly related: Related | undefined;
}

/**
 * At most this long for other objects, in milliseconds, and this share of the time that there is: what they are asked for
 * only warns, mostly, and the namespace and its LimitRanges, without which nothing can be refused, are read after it.
 */
const relatedMs = 1000;
const relatedShare = 0.4;

/**
 * Reads the objects that the checks look up; undefined where they look up none. Never rejects: a check says nothing of
 * what could not be read, because an apply must not fail for an object that it does not touch.
 */
export async function readRelated(
  target: KubeObject,
  namespace: string,
  profiles: readonly Profile[],
  budget: Budget,
  context: AdmissionContext,
): Promise<Related | undefined> {
  const kinds = neededKinds(target, profiles);
  if (context.related === undefined || kinds.size === 0) return undefined;
  const { workloads } = context.configuration();
  context.recorder.liveRead('related');
  try {
    return await budget.wait(
      context.related.read({ namespace, kinds, workloads, only: scaledWorkload(target, context) }),
      Math.min(relatedMs, budget.left * relatedShare),
    );
  } catch (error) {
    context.recorder.failed(
      `looking up what stands beside ${target.kind.kind} ${namespace}/${target.name}`,
      error,
    );
    return undefined;
  }
}

/** True when the checks of the profiles look up other objects for this one. */
export function looksAround(target: KubeObject, profiles: readonly Profile[]): boolean {
  return neededKinds(target, profiles).size > 0;
}

/** Of pods, and of what a controller made, the owner has been asked. */
function neededKinds(target: KubeObject, profiles: readonly Profile[]): Set<RelatedKind> {
  const kinds = new Set<RelatedKind>();
  if (isWorkload(target) && (isPod(target) || target.controlled)) return kinds;
  for (const { check } of profiles.flatMap(checksOf)) {
    const isAsked =
      check.judges === 'workloads'
        ? isWorkload(target)
        : (check.judges as readonly string[]).includes(target.kind.kind);
    if (isAsked) for (const kind of check.needs ?? []) kinds.add(kind);
  }
  return kinds;
}

/** The one workload that an autoscaler is about, so that not all of a namespace are read for it. */
function scaledWorkload(target: KubeObject, context: AdmissionContext) {
  if (target.kind.kind !== 'HorizontalPodAutoscaler') return undefined;
  const { group, kind, name } = scaleTarget(target);
  const { kinds } = context.configuration().workloads;
  const found = kinds.find((known) => known.group === group && isKindName(kind, known.kind));
  return found === undefined ? undefined : { kind: found, name };
}

/** The graph that checks look things up in. */
export function graphOf({ namespace, limitRanges, related }: Surroundings, context: AdmissionContext): Graph {
  if (related === undefined) return unknownSurroundings;
  const configuration = context.configuration();
  const { mutations } = selectProfile(namespace.labels, 'mutate', configuration).profile ?? {};
  return buildGraph({
    objects: related.objects,
    namespaces: new Map([[namespace.name, namespace.labels]]),
    defaultNamespace: namespace.name,
    unknown: related.unknown,
    predict: (workload) => podOf(workload, { limitRanges, mutations, serverMinor: context.serverMinor() }),
  });
}

/**
 * The pod to judge. A Pod is judged as it is: LimitRanger and our own mutations have run before validation. A template is
 * judged by the pod that would come out of it.
 */
export function podOf(workload: Workload, surroundings: PredictedIn): PodView {
  if (isPod(workload)) return readPod(workload.template);
  return readPod(predictPod(workload.template, surroundings).pod);
}
