import { asArray, asNumber, asObject, asString, isObject, own, type JsonObject } from '../json.ts';
import { annotationsOf, type KubeObject } from '../objects/kube-object.ts';

/** Where `kubectl apply` on the client keeps the manifest. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The `spec.replicas` that stands in the manifest of a workload; undefined where it leaves them out, or where nobody can
 * tell. The API server fills an absent one in, and an autoscaler writes its own, so an object that comes from a server
 * (which has a uid) shows it only by what was applied: the manifest that kubectl keeps in an annotation, or the field
 * that a server-side apply owns. Webhooks see no managedFields (they are dropped from reviews).
 */
export function writtenReplicas({ object }: Pick<KubeObject, 'object'>): number | undefined {
  const metadata = asObject(object['metadata']);
  if (asString(metadata['uid']) === undefined) return replicasOf(object);
  const manifest = appliedManifest(object);
  return (manifest && replicasOf(manifest)) ?? (ownsReplicas(metadata) ? replicasOf(object) : undefined);
}

function replicasOf(object: JsonObject): number | undefined {
  return asNumber(asObject(object['spec'])['replicas']);
}

function appliedManifest(object: JsonObject): JsonObject | undefined {
  const text = asString(own(annotationsOf({ object }), lastApplied));
  if (text === undefined) return undefined;
  try {
    const manifest = JSON.parse(text) as JsonObject;
    return isObject(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** True when someone applies the field. Updates, such as those of the scale subresource, are not repeated. */
function ownsReplicas(metadata: JsonObject): boolean {
  return asArray(metadata['managedFields']).some((value) => {
    const entry = asObject(value);
    if (entry['operation'] !== 'Apply' || (asString(entry['subresource']) ?? '') !== '') return false;
    return asObject(asObject(entry['fieldsV1'])['f:spec'])['f:replicas'] !== undefined;
  });
}
