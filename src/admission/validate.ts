import { deepEqual } from '../policy/json.ts';
import type { LimitRange } from '../policy/limit-range.ts';
import { readWorkload, type Workload } from '../policy/workload-kinds.ts';
import { answer } from './answer.ts';
import { namespaceFor, readNamespace, type AdmissionContext } from './context.ts';
import { exemptionOf } from './exemptions.ts';
import { judge, type Judgement, type ValidatingPath } from './judge.ts';
import { refuses } from './leniency.ts';
import type { NamespaceInfo } from './ports.ts';
import { allow, type AdmissionResponse } from './response.ts';
import type { AdmissionRequest } from './review.ts';

/** Answers a review of `enforce`, `warn` or `audit.gracegate.dev`. */
export function validate(
  path: ValidatingPath,
  request: AdmissionRequest,
  context: AdmissionContext,
): AdmissionResponse | Promise<AdmissionResponse> {
  const { recorder } = context;
  const workload = judgeable(request);
  if (workload === undefined) {
    recorder.reviewed({ path, decision: 'allow' });
    return allow(request.uid);
  }
  const exemption = exemptionOf(request, context.configuration());
  if (exemption !== undefined) {
    recorder.exempted(exemption);
    recorder.reviewed({ path, decision: 'exempt' });
    return allow(request.uid, { auditAnnotations: { exempt: exemption } });
  }
  const namespace = namespaceFor(path, request.namespace, context);
  return namespace instanceof Promise
    ? namespace.then((found) => validateIn(found, path, request, workload, context))
    : validateIn(namespace, path, request, workload, context);
}

/** The workload, where there is something to judge: a new or changed one, or a resize of a pod. */
function judgeable(request: AdmissionRequest): Workload | undefined {
  const isResize = request.subResource === 'resize' && request.kind === 'Pod';
  if (request.subResource !== '' && !isResize) return undefined;
  if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return undefined;
  // Of a running pod nothing can change that we judge, but for its resources.
  if (request.kind === 'Pod' && request.operation === 'UPDATE' && !isResize) return undefined;
  return readWorkload(request.object);
}

function validateIn(
  namespace: NamespaceInfo,
  path: ValidatingPath,
  request: AdmissionRequest,
  workload: Workload,
  context: AdmissionContext,
): AdmissionResponse | Promise<AdmissionResponse> {
  const limitRanges = context.limitRanges.list(request.namespace);
  const judgement = judge(path, request, workload, namespace, limitRanges, context);
  return refuses(judgement, request, workload)
    ? judgeAgain(path, request, workload, { namespace, limitRanges, judgement }, context)
    : answer(path, request, workload, judgement, context.recorder);
}

/**
 * Before anything is refused, what the verdict rests on is read live: Namespace, LimitRange and Deployment often come in
 * one apply, and the caches lag behind the API server.
 */
async function judgeAgain(
  path: ValidatingPath,
  request: AdmissionRequest,
  workload: Workload,
  cached: Cached,
  context: AdmissionContext,
): Promise<AdmissionResponse> {
  context.recorder.liveRead('limitranges');
  const [namespace, limitRanges] = await Promise.all([
    readNamespace(request.namespace, context),
    context.limitRanges.read(request.namespace),
  ]);
  const isUnchanged =
    deepEqual(namespace.labels, cached.namespace.labels) && isSame(limitRanges, cached.limitRanges);
  const judgement = isUnchanged
    ? cached.judgement
    : judge(path, request, workload, namespace, limitRanges, context);
  return answer(path, request, workload, judgement, context.recorder);
}

/** What a first judgement, by what the caches say, rested on. */
interface Cached {
  readonly namespace: NamespaceInfo;
  readonly limitRanges: readonly LimitRange[];
  readonly judgement: Judgement;
}

/** Mostly there are none. */
function isSame(a: readonly LimitRange[], b: readonly LimitRange[]): boolean {
  return a === b || (a.length === 0 && b.length === 0);
}
