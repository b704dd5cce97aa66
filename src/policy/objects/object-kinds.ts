import { asObject, asString, type Json } from '../json.ts';
import { groupOf, objectOf, type Kind, type KubeObject } from './kube-object.ts';

/** A kind beside the workloads that checks judge, or look up to judge another. */
export interface ObjectKind extends Kind {
  readonly kind: ObjectKindName;
  /** Whether the webhooks are sent it. The rest is judged by the command line, on files and on a cluster. */
  readonly admitted: boolean;
  /** A custom resource: a cluster may not have it, and then there are none. */
  readonly custom?: true;
  /** Only `metadata` is of interest, so nothing else is asked of the API server. */
  readonly metadataOnly?: true;
}

export type ObjectKindName =
  | 'HorizontalPodAutoscaler'
  | 'VerticalPodAutoscaler'
  | 'PodDisruptionBudget'
  | 'ResourceQuota'
  | 'Service'
  | 'Ingress'
  | 'Secret'
  | 'Certificate';

/** Decide about pods rather than being judged, and are read apart from the table. */
export const namespaceKind: Kind = { group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces' };
export const limitRangeKind: Kind = { group: '', version: 'v1', kind: 'LimitRange', resource: 'limitranges' };

/** The one table of kinds that are no workloads. */
export const objectKinds: readonly ObjectKind[] = [
  {
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    resource: 'horizontalpodautoscalers',
    admitted: true,
  },
  {
    group: 'autoscaling.k8s.io',
    version: 'v1',
    kind: 'VerticalPodAutoscaler',
    resource: 'verticalpodautoscalers',
    admitted: false,
    custom: true,
  },
  {
    group: 'policy',
    version: 'v1',
    kind: 'PodDisruptionBudget',
    resource: 'poddisruptionbudgets',
    admitted: true,
  },
  { group: '', version: 'v1', kind: 'ResourceQuota', resource: 'resourcequotas', admitted: false },
  { group: '', version: 'v1', kind: 'Service', resource: 'services', admitted: false },
  { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', resource: 'ingresses', admitted: false },
  { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', admitted: false, metadataOnly: true },
  {
    group: 'cert-manager.io',
    version: 'v1',
    kind: 'Certificate',
    resource: 'certificates',
    admitted: false,
    custom: true,
  },
];

/** Kinds of the table that the webhooks are sent. */
export const admittedKinds: ReadonlySet<string> = new Set(
  objectKinds.filter(({ admitted }) => admitted).map(({ kind }) => kind),
);

const byGroup = new Map(objectKinds.map((kind) => [`${kind.group} ${kind.kind}`, kind]));

/** Ingress has moved; what is written in the old group is still an Ingress to an author. */
const formerGroups = new Map([['extensions Ingress', 'networking.k8s.io Ingress']]);

/** Reads an object of the table, in whatever version of its group. Undefined for any other. */
export function readObject(value: Json | undefined): KubeObject | undefined {
  const object = asObject(value);
  const name = `${groupOf(asString(object['apiVersion']) ?? '')} ${asString(object['kind'])}`;
  const kind = byGroup.get(formerGroups.get(name) ?? name);
  return kind === undefined ? undefined : objectOf(kind, object);
}

/** Kinds of the table by name. */
export function objectKind(name: ObjectKindName): ObjectKind {
  const found = objectKinds.find(({ kind }) => kind === name);
  if (found === undefined) throw new Error(`no kind ${name} in the table`);
  return found;
}
