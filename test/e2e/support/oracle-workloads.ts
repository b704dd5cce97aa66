/** Workloads whose pods are told apart by their names: those of manifests.ts share one label. */
import { bareContainer } from './manifests.ts';
import type { Manifest } from './oracle-create.ts';

export interface WorkloadOptions {
  readonly replicas?: number;
  /** Fields of the pod's spec. */
  readonly pod?: object;
  /** Further labels of the pods. */
  readonly labels?: Readonly<Record<string, string>>;
}

const apiVersions: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicationController: 'v1',
  Job: 'batch/v1',
};

/** A workload with the label `app` that is its name. */
export function workload(kind: string, name: string, options: WorkloadOptions = {}): Manifest {
  const { replicas = 1, pod = {}, labels = {} } = options;
  const apiVersion = apiVersions[kind];
  if (apiVersion === undefined) throw new Error(`no workload of kind ${kind}`);
  const template = {
    metadata: { labels: { app: name, ...labels } },
    spec: { containers: [bareContainer], ...(kind === 'Job' && { restartPolicy: 'Never' }), ...pod },
  };
  return { apiVersion, kind, metadata: { name }, spec: { template, ...scaleOf(kind, name, replicas) } };
}

function scaleOf(kind: string, name: string, replicas: number): object {
  const matchLabels = { app: name };
  if (kind === 'Job') return { parallelism: replicas, completions: replicas };
  if (kind === 'DaemonSet') return { selector: { matchLabels } };
  if (kind === 'ReplicationController') return { selector: matchLabels, replicas };
  // Else the second pod of a StatefulSet would wait for the first to be Ready.
  const order = kind === 'StatefulSet' ? { podManagementPolicy: 'Parallel' } : {};
  return { selector: { matchLabels }, replicas, ...order };
}

/** A pod with the label `app` that is its name. */
export function barePod(name: string, spec: object = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { containers: [bareContainer], ...spec },
  };
}

/** A container with resources. */
export function container(
  name: string,
  resources: { readonly requests?: object; readonly limits?: object } = {},
  more: object = {},
): object {
  return { name, image: 'registry.example.com/app:1', resources, ...more };
}
