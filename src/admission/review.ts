import { asString, isObject, type Json, type JsonObject } from '../policy/json.ts';

/** The request of an AdmissionReview, read as far as Gracegate uses it. Source: k8s.io/api/admission/v1. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: string;
  readonly resource: string;
  readonly subResource: string;
  readonly operation: string;
  readonly namespace: string;
  /** Empty where the name is still to be generated (before 1.37). */
  readonly name: string;
  readonly username: string;
  readonly groups: readonly string[];
  readonly dryRun: boolean;
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
}

/** Why a body is not a review, in one sentence. */
export interface InvalidReview {
  readonly problem: string;
}

export const reviewApiVersion = 'admission.k8s.io/v1';

/** Reads the body of a call. What is not a review is answered with 400; nothing here throws. */
export function readReview(body: Json | undefined): AdmissionRequest | InvalidReview {
  if (!isObject(body)) return { problem: 'the body is not an AdmissionReview: it is not a JSON object' };
  if (body['kind'] !== 'AdmissionReview')
    return { problem: 'the body is not an AdmissionReview: kind differs' };
  if (body['apiVersion'] !== reviewApiVersion) {
    return { problem: `only ${reviewApiVersion} is understood; set admissionReviewVersions to ["v1"]` };
  }
  const request = body['request'];
  if (!isObject(request)) return { problem: 'the AdmissionReview has no request' };
  const uid = asString(request['uid']);
  if (uid === undefined || uid === '') return { problem: 'the request has no uid' };
  const operation = asString(request['operation']);
  const kind = nameIn(request['kind'], 'kind');
  const resource = nameIn(request['resource'], 'resource');
  if (operation === undefined || kind === undefined || resource === undefined) {
    return { problem: 'the request lacks operation, kind or resource' };
  }
  const namespace = asString(request['namespace']) ?? '';
  if (!isPathSegment(namespace)) return { problem: 'the namespace of the request is no name' };
  const user = isObject(request['userInfo']) ? request['userInfo'] : {};
  const groups = user['groups'];
  return {
    uid,
    kind,
    resource,
    operation,
    subResource: asString(request['subResource']) ?? '',
    namespace,
    name: asString(request['name']) ?? '',
    username: asString(user['username']) ?? '',
    groups: Array.isArray(groups)
      ? (groups as readonly Json[]).filter((group) => typeof group === 'string')
      : [],
    dryRun: request['dryRun'] === true,
    object: isObject(request['object']) ? request['object'] : undefined,
    oldObject: isObject(request['oldObject']) ? request['oldObject'] : undefined,
  };
}

/** What would lead a URL elsewhere is no name. */
function isPathSegment(name: string): boolean {
  return name === '' || /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name);
}

function nameIn(value: Json | undefined, field: string): string | undefined {
  return isObject(value) ? asString(value[field]) : undefined;
}
