/** Reviews as an API server writes them, of objects in the namespace shop. */
import { readReview, type AdmissionRequest } from '../../../src/admission/review.ts';
import { asString, isObject, type JsonObject } from '../../../src/policy/json.ts';
import { objectKinds } from '../../../src/policy/objects/object-kinds.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';

/** An AdmissionReview of the creation of an object; `over` replaces fields of its request. */
export function review(object: JsonObject, over: JsonObject = {}): JsonObject {
  const kind = asString(object['kind']) ?? '';
  const known = [...workloadKinds, ...objectKinds].find((candidate) => candidate.kind === kind);
  const { group = '', version = 'v1', resource = `${kind.toLowerCase()}s` } = known ?? {};
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'the-uid',
      kind: { group, version, kind },
      resource: { group, version, resource },
      operation: 'CREATE',
      namespace: 'shop',
      name: 'web',
      userInfo: { username: 'jane', groups: ['developers', 'system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
      ...over,
    },
  };
}

/** The request of such a review. */
export function requestOf(object: JsonObject, over: JsonObject = {}): AdmissionRequest {
  const request = readReview(review(object, over));
  if ('problem' in request) throw new Error(request.problem);
  return request;
}

/** The request of an update. */
export function updateOf(oldObject: JsonObject, object: JsonObject, over: JsonObject = {}): AdmissionRequest {
  return requestOf(object, { operation: 'UPDATE', oldObject, ...over });
}

/** The same object with an owner that made it. */
export function madeByController(object: JsonObject, uid = 'owner'): JsonObject {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid, controller: true };
  return withMetadata(object, { ownerReferences: [owner] });
}

export function withMetadata(object: JsonObject, over: JsonObject): JsonObject {
  const { metadata } = object;
  return { ...object, metadata: { ...(isObject(metadata) && metadata), ...over } };
}
