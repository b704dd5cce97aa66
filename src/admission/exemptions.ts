import type { Configuration } from '../config/configuration.ts';
import { hasExemptRuntimeClass } from '../config/exempt.ts';
import { hasMirrorAnnotation } from '../policy/objects/at-rest.ts';
import type { AdmissionRequest } from './review.ts';

export type ExemptionReason = 'username' | 'group' | 'namespace' | 'runtime-class' | 'mirror-pod';

/** Why a request is not judged at all; undefined when it is. As in Pod Security Admission, plus groups. */
export function exemptionOf(
  request: AdmissionRequest,
  configuration: Configuration,
): ExemptionReason | undefined {
  const { exemptions, workloads } = configuration;
  if (exemptions.usernames.includes(request.username)) return 'username';
  if (exemptions.groups.length > 0 && request.groups.some((group) => exemptions.groups.includes(group)))
    return 'group';
  if (exemptions.namespaces.includes(request.namespace)) return 'namespace';
  const workload = exemptions.runtimeClasses.length > 0 ? workloads.read(request.object) : undefined;
  if (workload !== undefined && hasExemptRuntimeClass(workload, configuration)) return 'runtime-class';
  // Anyone can write the annotation; only a kubelet creates mirror pods.
  if (isMirrorPod(request) && request.groups.includes('system:nodes')) return 'mirror-pod';
  return undefined;
}

/** The shadow of a static pod. The kubelet deletes one that was changed, so it is never mutated. */
export function isMirrorPod({ kind, object }: AdmissionRequest): boolean {
  return kind === 'Pod' && object !== undefined && hasMirrorAnnotation(object);
}
