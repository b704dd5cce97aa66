import type { Configuration } from '../config/configuration.ts';
import { asObject, asString, own, valueAt } from '../policy/json.ts';
import type { AdmissionRequest } from './review.ts';

export type ExemptionReason = 'username' | 'group' | 'namespace' | 'runtime-class' | 'mirror-pod';

/** Why a request is not judged at all; undefined when it is. As in Pod Security Admission, plus groups. */
export function exemptionOf(
  request: AdmissionRequest,
  { exemptions, workloads }: Configuration,
): ExemptionReason | undefined {
  if (exemptions.usernames.includes(request.username)) return 'username';
  if (exemptions.groups.length > 0 && request.groups.some((group) => exemptions.groups.includes(group)))
    return 'group';
  if (exemptions.namespaces.includes(request.namespace)) return 'namespace';
  if (exemptions.runtimeClasses.length > 0) {
    const runtimeClass = asString(
      valueAt(workloads.read(request.object)?.template, ['spec', 'runtimeClassName']),
    );
    if (runtimeClass !== undefined && exemptions.runtimeClasses.includes(runtimeClass))
      return 'runtime-class';
  }
  // Anyone can write the annotation; only a kubelet creates mirror pods.
  if (isMirrorPod(request) && request.groups.includes('system:nodes')) return 'mirror-pod';
  return undefined;
}

/** The shadow of a static pod. The kubelet deletes one that was changed, so it is never mutated. */
export function isMirrorPod({ kind, object }: AdmissionRequest): boolean {
  if (kind !== 'Pod' || object === undefined) return false;
  const annotations = asObject(asObject(object['metadata'])['annotations']);
  return own(annotations, 'kubernetes.io/config.mirror') !== undefined;
}
