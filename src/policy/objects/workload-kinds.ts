import { asObject, asString, isObject, valueAt, type Json, type JsonObject } from '../json.ts';
import { apiVersionOf, controllerOf, groupOf, objectOf, type Kind, type KubeObject } from './kube-object.ts';

/** A kind that is a pod or makes pods, and where its pod template lies. */
export interface WorkloadKind extends Kind {
  /** Path from the object to what has the shape of a pod: `metadata` and `spec`. Empty for a Pod. */
  readonly templatePath: readonly string[];
}

const podTemplate = ['spec', 'template'] as const;

/** The kinds of Kubernetes itself; a configuration may add others (`workloads`). */
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

/** An object that is a pod or makes pods. */
export interface Workload extends KubeObject {
  readonly kind: WorkloadKind;
  /** The pod template, or the pod itself: an object with `metadata` and `spec`. */
  readonly template: JsonObject;
  /** True when a controller made the object. Says nothing of trust: anyone can write ownerReferences. */
  readonly controlled: boolean;
  /** True when that controller is a workload itself, which is judged in its own right, rather than an operator's resource. */
  readonly madeByWorkload: boolean;
}

export function isWorkload(object: KubeObject): object is Workload {
  return 'template' in object;
}

/** A Pod itself, rather than something that makes pods. */
export function isPod({ kind }: Pick<Workload, 'kind'>): boolean {
  return kind.templatePath.length === 0;
}

/** The one table of workloads. Everything that asks "is this a workload?" asks it here. */
export class WorkloadTable {
  readonly kinds: readonly WorkloadKind[];
  readonly #byApiVersion: ReadonlyMap<string, WorkloadKind>;
  readonly #byGroup: ReadonlyMap<string, WorkloadKind>;

  /** @param added kinds besides those of Kubernetes itself */
  constructor(added: readonly WorkloadKind[] = []) {
    this.kinds = [...workloadKinds, ...added];
    this.#byApiVersion = new Map(this.kinds.map((kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind]));
    this.#byGroup = new Map(this.kinds.map((kind) => [`${kind.group} ${kind.kind}`, kind]));
  }

  /** The kind of that name in a group, whatever its version: so does a scaleTargetRef name its target. */
  find(group: string, kind: string): WorkloadKind | undefined {
    return this.#byGroup.get(`${group} ${kind}`);
  }

  /** Reads a workload. Undefined for any other object, and for a workload without a pod template. */
  read(value: Json | undefined): Workload | undefined {
    const object = asObject(value);
    const kind = this.#byApiVersion.get(`${asString(object['apiVersion'])} ${asString(object['kind'])}`);
    if (kind === undefined) return undefined;
    const template = valueAt(object, kind.templatePath);
    if (!isObject(template) || !isObject(template['spec'])) return undefined;
    const controller = controllerOf(asObject(object['metadata']));
    return {
      ...objectOf(kind, object),
      kind,
      template,
      controlled: controller !== undefined,
      madeByWorkload: controller !== undefined && this.#isWorkload(controller),
    };
  }

  #isWorkload(reference: JsonObject): boolean {
    const group = groupOf(asString(reference['apiVersion']) ?? '');
    return this.find(group, asString(reference['kind']) ?? '') !== undefined;
  }
}

/** The table without what a configuration adds. */
export const builtinWorkloads = new WorkloadTable();

/** Reads a workload of a kind of Kubernetes itself. */
export function readWorkload(value: Json | undefined): Workload | undefined {
  return builtinWorkloads.read(value);
}
