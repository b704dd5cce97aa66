import { mutate as mutatePod } from '../policy/mutate.ts';
import type { Budget } from './budget.ts';
import { namespaceFor, type AdmissionContext } from './context.ts';
import { exemptionOf, isMirrorPod } from './exemptions.ts';
import { selectProfile } from './labels.ts';
import type { NamespaceInfo } from './ports.ts';
import { allow, patched, type AdmissionResponse } from './response.ts';
import type { AdmissionRequest } from './review.ts';

/**
 * Answers a review of `mutate.gracegate.dev`: fills what is absent in a new pod. Only Pods and only on CREATE: templates
 * are left alone, so that GitOps sees no drift, and hardly anything of a running pod can change.
 */
export function mutate(
  request: AdmissionRequest,
  budget: () => Budget,
  context: AdmissionContext,
): AdmissionResponse | Promise<AdmissionResponse> {
  const { uid, object } = request;
  const { recorder } = context;
  const isNewPod = request.kind === 'Pod' && request.operation === 'CREATE' && request.subResource === '';
  if (!isNewPod || object === undefined || isMirrorPod(request)) {
    recorder.reviewed({ path: 'mutate', decision: 'allow' });
    return allow(uid);
  }
  const exemption = exemptionOf(request, context.configuration());
  if (exemption !== undefined) {
    recorder.exempted(exemption);
    recorder.reviewed({ path: 'mutate', decision: 'exempt' });
    return allow(uid, { auditAnnotations: { exempt: exemption } });
  }
  const namespace = namespaceFor('mutate', request.namespace, budget, context);
  return namespace instanceof Promise
    ? namespace.then((found) => mutateIn(found, request, context))
    : mutateIn(namespace, request, context);
}

function mutateIn(
  namespace: NamespaceInfo,
  request: AdmissionRequest,
  context: AdmissionContext,
): AdmissionResponse {
  const { uid, object = {} } = request;
  const { recorder } = context;
  const { profile, warning } = selectProfile(namespace.labels, 'mutate', context.configuration());
  // What throws is counted as an error, and only as that.
  const mutated = profile === undefined ? undefined : mutatePod(object, profile.mutations);
  recorder.reviewed({ path: 'mutate', decision: 'allow' });
  if (profile === undefined || mutated === undefined)
    return allow(uid, warning === undefined ? {} : { warnings: [warning] });
  const { patch, records, applied, warnings } = mutated;
  if (patch.length === 0) return allow(uid, { warnings });
  for (const mutation of applied) recorder.mutated(mutation);
  return patched(uid, patch, {
    warnings,
    auditAnnotations: { 'mutate-profile': profile.name, mutations: records.join('; ') },
  });
}
