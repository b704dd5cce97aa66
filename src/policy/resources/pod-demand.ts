/** How many pods a workload wants at once, and how many of them are there: what is held against a ResourceQuota. */
import type { Graph } from '../graph.ts';
import { asNumber, asObject, asString, valueAt, type Path } from '../json.ts';
import { specOf, type KubeObject } from '../objects/kube-object.ts';
import { expectedReplicas, replicasField } from '../scaling/replicas.ts';
import { isPod, type Workload } from '../objects/workload-kinds.ts';

export interface PodDemand {
  /** The fewest pods that it is content with in the long run. */
  readonly pods: number;
  /** How words name what says so. */
  readonly field: string;
  /** From the object. */
  readonly path: Path;
}

/**
 * The pods that a workload wants side by side. Undefined where that depends on nodes (DaemonSet), on a custom controller,
 * or is somebody else's to say: a controlled object has the number that its controller gives it.
 */
export function podDemand(workload: Workload, graph: Graph, namespace: string): PodDemand | undefined {
  if (workload.controlled || isPod(workload)) return undefined;
  const jobPath = jobSpecPaths.get(`${workload.kind.group} ${workload.kind.kind}`);
  if (jobPath !== undefined) return jobDemand(workload, jobPath);
  const replicas = expectedReplicas(workload, graph, namespace);
  if (replicas === undefined) return undefined;
  const { min, autoscaler } = replicas;
  const field =
    autoscaler === undefined ? 'spec.replicas' : `minReplicas of HorizontalPodAutoscaler ${autoscaler.name}`;
  return { pods: min, field, path: replicasPath };
}

const replicasPath: Path = ['spec', 'replicas'];

const jobSpecPaths: ReadonlyMap<string, readonly string[]> = new Map([
  ['batch Job', ['spec']],
  ['batch CronJob', ['spec', 'jobTemplate', 'spec']],
]);

/** A Job runs `parallelism` pods, and never more than there is left to complete (pkg/controller/job). */
function jobDemand({ object }: Workload, jobPath: readonly string[]): PodDemand {
  const spec = asObject(valueAt(object, jobPath));
  const parallelism = count(spec['parallelism']) ?? 1;
  const completions = count(spec['completions']) ?? parallelism;
  const path = [...jobPath, 'parallelism'];
  return { pods: Math.min(parallelism, completions), field: path.join('.'), path };
}

/** What of a workload's demand can be held against what is used at this moment. */
export interface PresentDemand {
  /** The pods that it wants now; undefined where that depends on nodes. */
  readonly pods: number | undefined;
  /** Those of them that are there, and so in what is used. */
  readonly present: number;
  /** To what says how many it wants, from the object. */
  readonly path: Path;
}

/**
 * Undefined where it cannot be told which of the pods that use up a quota are the workload's own: in a file, which may
 * have been applied before, and in the midst of a change. It can be told of what is being created, and of a Deployment or
 * StatefulSet whose pods are all of the present template.
 */
export function presentDemand(workload: Workload): PresentDemand | undefined {
  const stage = stageOf(workload);
  if (stage === 'stored') return settledDemand(workload);
  if (stage === 'written') return undefined;
  if (isPod(workload)) return { pods: 1, present: 0, path: ['spec'] };
  if (workload.controlled) return undefined;
  const { group, kind } = workload.kind;
  // Their pods come later, when other things are used.
  if (kind === 'CronJob' || (kind === 'Job' && specOf(workload)['suspend'] === true)) return undefined;
  const jobPath = jobSpecPaths.get(`${group} ${kind}`);
  if (jobPath !== undefined) return { ...jobDemand(workload, jobPath), present: 0 };
  const pods = replicasField(workload);
  return { pods, present: 0, path: pods === undefined ? workload.kind.templatePath : replicasPath };
}

/**
 * How far an object is: written in a file, on its way into the API server, which has given it a uid, or stored there,
 * with a resourceVersion.
 */
export function stageOf({ object }: KubeObject): 'written' | 'created' | 'stored' {
  const { uid, resourceVersion } = asObject(object['metadata']);
  if ((asString(resourceVersion) ?? '') !== '') return 'stored';
  return asString(uid) === undefined ? 'written' : 'created';
}

/** Source: status of pkg/controller/deployment/sync.go and pkg/controller/statefulset; numbers of 0 are left out. */
function settledDemand(workload: Workload): PresentDemand | undefined {
  const { group, kind } = workload.kind;
  if (group !== 'apps' || (kind !== 'Deployment' && kind !== 'StatefulSet')) return undefined;
  const status = asObject(workload.object['status']);
  const generation = asNumber(asObject(workload.object['metadata'])['generation']);
  if (generation === undefined || status['observedGeneration'] !== generation) return undefined;
  const present = count(status['replicas']) ?? 0;
  if ((count(status['updatedReplicas']) ?? 0) !== present) return undefined;
  return { pods: replicasField(workload), present, path: replicasPath };
}

function count(value: Parameters<typeof asNumber>[0]): number | undefined {
  const number = asNumber(value);
  return number !== undefined && Number.isInteger(number) && number >= 0 ? number : undefined;
}
