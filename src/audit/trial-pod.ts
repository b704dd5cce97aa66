import { asArray, asObject, asString, type JsonObject } from '../policy/json.ts';
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
 * those of people, and with the volumes that a StatefulSet makes of its claims
 * (pkg/controller/statefulset/stateful_set_utils.go, updateStorage). Node affinity and tolerations of a DaemonSet, and the
 * labels that only some controllers add, are left out: nobody admits or refuses by them.
 * @param predicted the pod that would come out of its template
 */
export function trialPod(workload: Workload, namespace: string, predicted: JsonObject): JsonObject {
  const metadata = asObject(predicted['metadata']);
  const owner = isPod(workload) ? controllerOf(metadata) : controllerReference(workload);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${workload.name.replace(/[-*]+$/, '')}-`,
      namespace,
      labels: asObject(metadata['labels']),
      annotations: asObject(metadata['annotations']),
      ...(owner !== undefined && { ownerReferences: [{ ...owner, blockOwnerDeletion: false }] }),
    },
    spec: specToSend(workload, asObject(predicted['spec'])),
  };
}

function controllerReference({ kind, name, object }: Workload): JsonObject {
  const uid = asString(asObject(object['metadata'])['uid']) ?? noUid;
  const itself = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  return { ...(makers[`${kind.group} ${kind.kind}`] ?? itself), name, uid, controller: true };
}

function specToSend({ kind, object }: Workload, spec: JsonObject): JsonObject {
  // A pod that runs has a node and perhaps debug containers, which nobody creates it with.
  const { nodeName: _nodeName, ephemeralContainers: _ephemeralContainers, ...rest } = spec;
  if (kind.kind !== 'StatefulSet' || kind.group !== 'apps') return rest;
  const claims = asArray(asObject(object['spec'])['volumeClaimTemplates']).flatMap(
    (claim) => asString(asObject(asObject(claim)['metadata'])['name']) ?? [],
  );
  const others = asArray(rest['volumes']).filter(
    (volume) => !claims.includes(asString(asObject(volume)['name']) ?? ''),
  );
  const name = asString(asObject(object['metadata'])['name']) ?? '';
  const claimed = claims.map((claim) => ({
    name: claim,
    persistentVolumeClaim: { claimName: `${claim}-${name}-0` },
  }));
  return { ...rest, ...(others.length + claimed.length > 0 && { volumes: [...others, ...claimed] }) };
}
