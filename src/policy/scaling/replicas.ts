import type { Graph } from '../graph.ts';
import { asNumber } from '../json.ts';
import { specOf, type KubeObject } from '../objects/kube-object.ts';
import { autoscalersOf } from '../objects/relations.ts';
import type { Workload } from '../objects/workload-kinds.ts';

/** How many pods a workload keeps running. */
export interface Replicas {
  /** The fewest at any time, the most at any time: the same where nothing scales it. */
  readonly min: number;
  readonly max: number;
  /** The HorizontalPodAutoscaler that says so; undefined where `spec.replicas` does. */
  readonly autoscaler: KubeObject | undefined;
}

/** The kinds of Kubernetes itself that have a number of replicas: 1 where it is not written. */
const replicatedKinds = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);

/** The kinds of Kubernetes itself that have none: they run as many pods as there are nodes, or as a Job needs. */
const otherKinds = new Set(['Pod', 'DaemonSet', 'Job', 'CronJob']);

const ownGroups = new Set(['', 'apps', 'batch']);

/** `spec.replicas` as the object has it. On a cluster it always is there for kinds of Kubernetes itself: the server sets 1. */
export function replicasField(workload: Workload): number | undefined {
  if (hasNone(workload)) return undefined;
  const replicas = asNumber(specOf(workload)['replicas']);
  return replicas !== undefined && Number.isInteger(replicas) && replicas >= 0 ? replicas : undefined;
}

/**
 * How many pods a workload keeps running: what its HorizontalPodAutoscalers allow, and else `spec.replicas`. Undefined for
 * what has no such number, and for a custom kind that does not say. A workload at 0 is switched off, and an autoscaler
 * that does not scale to 0 itself leaves it there (reconcileAutoscaler in pkg/controller/podautoscaler/horizontal.go).
 * Undefined also where autoscalers are not known: any of them might say otherwise.
 */
export function expectedReplicas(workload: Workload, graph: Graph, namespace: string): Replicas | undefined {
  if (hasNone(workload) || !graph.knows('HorizontalPodAutoscaler')) return undefined;
  const replicas = replicasOf(workload);
  let expected: Replicas | undefined;
  for (const autoscaler of autoscalersOf(graph, workload, namespace)) {
    const bounds = boundsOf(autoscaler);
    if (replicas === 0 && bounds.min > 0) continue;
    // Two autoscalers on one workload are an error of their own, and then the lowest one is the worst case.
    const lowest = expected === undefined || bounds.min < expected.min ? bounds : expected;
    expected = { ...lowest, max: Math.max(bounds.max, expected?.max ?? 0) };
  }
  return expected ?? replicasAlone(workload);
}

/** How many pods `spec.replicas` asks for, for what may be said whatever an autoscaler makes of it. */
export function replicasAlone(workload: Workload): Replicas | undefined {
  const replicas = hasNone(workload) ? undefined : replicasOf(workload);
  return replicas === undefined ? undefined : { min: replicas, max: replicas, autoscaler: undefined };
}

function hasNone({ kind: { group, kind } }: Workload): boolean {
  return ownGroups.has(group) && otherKinds.has(kind);
}

function replicasOf(workload: Workload): number | undefined {
  const { group, kind } = workload.kind;
  const isWritten = (specOf(workload)['replicas'] ?? undefined) !== undefined;
  const hasDefault = ownGroups.has(group) && replicatedKinds.has(kind);
  return !isWritten && hasDefault ? 1 : replicasField(workload);
}

/** Source: SetDefaults_HorizontalPodAutoscaler in pkg/apis/autoscaling/v2/defaults.go: minReplicas is 1. */
function boundsOf(autoscaler: KubeObject): Replicas {
  const spec = specOf(autoscaler);
  const min = Math.max(0, asNumber(spec['minReplicas']) ?? 1);
  return { min, max: Math.max(min, asNumber(spec['maxReplicas']) ?? min), autoscaler };
}
