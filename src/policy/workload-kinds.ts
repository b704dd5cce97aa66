import { asObject, asString, isObject, valueAt, type Json, type JsonObject } from './json.ts';

/** A kind that is a pod or makes pods, and where its pod template lies. */
export interface WorkloadKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural name in URLs and admission rules. */
  readonly resource: string;
  /** Path from the object to what has the shape of a pod: `metadata` and `spec`. Empty for a Pod. */
  readonly templatePath: readonly string[];
}

const podTemplate = ['spec', 'template'] as const;

/** The one table of kinds. Everything that asks "is this a workload?" asks it here. */
export const workloadKinds: readonly WorkloadKind[] = [
  { group: '', version: 'v1', kind: 'Pod', resource: 'pods', templatePath: [] },
  {
    group: '',
    version: 'v1',
    kind: 'ReplicationController',
    resource: 'replicationcontrollers',
    templatePath: podTemplate,
  },
  { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', templatePath: podTemplate },
  { group: 'apps', version: 'v1', kind: 'ReplicaSet', resource: 'replicasets', templatePath: podTemplate },
  { group: 'apps', version: 'v1', kind: 'StatefulSet', resource: 'statefulsets', templatePath: podTemplate },
  { group: 'apps', version: 'v1', kind: 'DaemonSet', resource: 'daemonsets', templatePath: podTemplate },
  { group: 'batch', version: 'v1', kind: 'Job', resource: 'jobs', templatePath: podTemplate },
  {
    group: 'batch',
    version: 'v1',
    kind: 'CronJob',
    resource: 'cronjobs',
    templatePath: ['spec', 'jobTemplate', 'spec', 'template'],
  },
];

const kindsByApiVersion = new Map(workloadKinds.map((kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind]));

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(kind: Pick<WorkloadKind, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** An object that is a pod or makes pods. */
export interface Workload {
  readonly kind: WorkloadKind;
  /** Undefined in a manifest that leaves the namespace to the command line. */
  readonly namespace: string | undefined;
  /** The name; `NAME*` where only generateName is known. */
  readonly name: string;
  readonly object: JsonObject;
  /** The pod template, or the pod itself: an object with `metadata` and `spec`. */
  readonly template: JsonObject;
  /** True when a controller made the object. Says nothing of trust: anyone can write ownerReferences. */
  readonly controlled: boolean;
}

/** Reads a workload. Undefined for any other object, and for a workload without a pod template. */
export function readWorkload(value: Json | undefined): Workload | undefined {
  const object = asObject(value);
  const kind = kindsByApiVersion.get(`${asString(object['apiVersion'])} ${asString(object['kind'])}`);
  if (kind === undefined) return undefined;
  const template = valueAt(object, kind.templatePath);
  if (!isObject(template) || !isObject(template['spec'])) return undefined;
  const metadata = asObject(object['metadata']);
  const generateName = asString(metadata['generateName']);
  return {
    kind,
    namespace: asString(metadata['namespace']),
    name: asString(metadata['name']) ?? (generateName === undefined ? '' : `${generateName}*`),
    object,
    template,
    controlled: controllerUid(metadata) !== undefined,
  };
}

/** The uid of the controller in `metadata.ownerReferences`, if there is one. */
export function controllerUid(metadata: JsonObject): string | undefined {
  const owners = metadata['ownerReferences'];
  if (!Array.isArray(owners)) return undefined;
  for (const owner of owners as readonly Json[]) {
    if (isObject(owner) && owner['controller'] === true) return asString(owner['uid']) ?? '';
  }
  return undefined;
}
