import { asArray, asNumber, asObject, asString, type JsonObject } from '../policy/json.ts';
import { apiVersionOf, controllerOf } from '../policy/objects/kube-object.ts';
import { isPod, type Workload } from '../policy/objects/workload-kinds.ts';

/** Of an owner that has none, because it is in a file. */
const noUid = '00000000-0000-0000-0000-000000000000';

/** Which kind makes the pods, where it is not the workload itself. */
const makers: Readonly<Record<string, { readonly apiVersion: string; readonly kind: string }>> = {
  'apps Deployment': { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  'batch CronJob': { apiVersion: 'batch/v1', kind: 'Job' },
};

/**
 * The Pod to send for a workload, as its controller would: with an owner, because webhooks may tell pods of controllers from
 * those of people. Of labels and tolerations that only a controller adds it has those of a StatefulSet, which may make its
 * pods invalid; the node affinity of a DaemonSet, the hash of a ReplicaSet and the labels of a Job are left out.
 * @param template of the workload, or the pod itself
 */
export function trialPod(workload: Workload, namespace: string, template: JsonObject): JsonObject {
  if (isPod(workload)) return podAgain(workload, namespace, template);
  const metadata = asObject(template['metadata']);
  const own = {
    namespace,
    labels: asObject(metadata['labels']),
    annotations: asObject(metadata['annotations']),
    ownerReferences: [controllerReference(workload)],
  };
  const spec = asObject(template['spec']);
  if (workload.kind.kind === 'StatefulSet' && workload.kind.group === 'apps')
    return pod(...ofStatefulSet(workload, own, spec));
  return pod({ ...own, generateName: `${workload.name.replace(/[-*]+$/, '')}-` }, spec);
}

function pod(metadata: JsonObject, spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

function controllerReference({ kind, name, object }: Workload): JsonObject {
  const uid = asString(asObject(object['metadata'])['uid']) ?? noUid;
  const itself = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  const maker = makers[`${kind.group} ${kind.kind}`] ?? itself;
  return { ...maker, name, uid, controller: true, blockOwnerDeletion: false };
}

/**
 * The first pod, with its name and the volumes of its claims in place of those of the same name
 * (pkg/controller/statefulset/stateful_set_utils.go, newStatefulSetPod and updateStorage).
 */
function ofStatefulSet(
  { name, object }: Workload,
  metadata: JsonObject & { readonly labels: JsonObject },
  spec: JsonObject,
): [metadata: JsonObject, spec: JsonObject] {
  const set = asObject(object['spec']);
  const ordinal = asNumber(asObject(set['ordinals'])['start']) ?? 0;
  const podName = `${name}-${ordinal}`;
  const claims = asArray(set['volumeClaimTemplates']).flatMap(
    (claim) => asString(asObject(asObject(claim)['metadata'])['name']) ?? [],
  );
  const others = asArray(spec['volumes']).filter(
    (volume) => !claims.includes(asString(asObject(volume)['name']) ?? ''),
  );
  const claimed = claims.map((claim) => ({
    name: claim,
    persistentVolumeClaim: { claimName: `${claim}-${podName}` },
  }));
  const labels = {
    ...metadata.labels,
    'statefulset.kubernetes.io/pod-name': podName,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  const volumes = [...others, ...claimed];
  const named = { ...spec, hostname: podName, subdomain: asString(set['serviceName']) ?? '' };
  return [{ ...metadata, labels, name: podName }, volumes.length === 0 ? named : { ...named, volumes }];
}

/** A pod that is there already, without what admission and the scheduler have written, which nobody creates it with. */
function podAgain({ name }: Workload, namespace: string, { metadata, spec }: JsonObject): JsonObject {
  const { labels, annotations } = asObject(metadata);
  const owner = controllerOf(asObject(metadata));
  return pod(
    {
      generateName: `${name.replace(/[-*]+$/, '')}-`,
      namespace,
      labels: asObject(labels),
      annotations: asObject(annotations),
      ...(owner !== undefined && { ownerReferences: [{ ...owner, blockOwnerDeletion: false }] }),
    },
    withoutAdmitted(asObject(spec)),
  );
}

/** Of plug-ins that refuse a value of their own that is no longer the one they would write, and of the scheduler. */
const writtenByOthers = new Set([
  'nodeName',
  'ephemeralContainers',
  'priority',
  'preemptionPolicy',
  'overhead',
]);

function withoutAdmitted(spec: JsonObject): JsonObject {
  const kept = Object.entries(spec).filter(([key]) => !writtenByOthers.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, accessTo(key, value)]));
}

/** Without the volume that each pod gets for the token of its ServiceAccount, and its mounts. */
function accessTo(key: string, value: JsonObject[string]): JsonObject[string] {
  const isToken = (entry: JsonObject[string]): boolean =>
    /^kube-api-access-[a-z0-9]{5}$/.test(asString(asObject(entry)['name']) ?? '');
  if (key === 'volumes') return asArray(value).filter((volume) => !isToken(volume));
  if (key !== 'containers' && key !== 'initContainers') return value;
  return asArray(value).map((container) => {
    const { volumeMounts, ...rest } = asObject(container);
    if (volumeMounts === undefined) return rest;
    return { ...rest, volumeMounts: asArray(volumeMounts).filter((mount) => !isToken(mount)) };
  });
}
