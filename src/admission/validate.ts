import { deepEqual } from '../policy/json.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import type { LimitRange } from '../policy/resources/limit-range.ts';
import { admittedKinds, readObject } from '../policy/objects/object-kinds.ts';
import type { WorkloadTable } from '../policy/objects/workload-kinds.ts';
import { answer } from './answer.ts';
import type { Budget } from './budget.ts';
import { namespaceFor, readNamespace, type AdmissionContext } from './context.ts';
import { exemptionOf } from './exemptions.ts';
import { judge, profilesFor, type Judgement, type ValidatingPath } from './judge.ts';
import type { NamespaceInfo, Related } from './ports.ts';
import { allow, type AdmissionResponse } from './response.ts';
import type { AdmissionRequest } from './review.ts';
import { looksAround, readRelated, type Surroundings } from './surroundings.ts';

/** Answers a review of `enforce`, `warn` or `audit.gracegate.dev`. */
export function validate(
  path: ValidatingPath,
  request: AdmissionRequest,
  budget: () => Budget,
  context: AdmissionContext,
): AdmissionResponse | Promise<AdmissionResponse> {
  const { recorder } = context;
  const configuration = context.configuration();
  const target = judgeable(request, configuration.workloads);
  if (target === undefined) {
    recorder.reviewed({ path, decision: 'allow' });
    return allow(request.uid);
  }
  const exemption = exemptionOf(request, configuration);
  if (exemption !== undefined) {
    recorder.exempted(exemption);
    recorder.reviewed({ path, decision: 'exempt' });
    return allow(request.uid, { auditAnnotations: { exempt: exemption } });
  }
  const review = new Review(path, request, target, budget, context);
  const namespace = namespaceFor(path, request.namespace, budget, context);
  return namespace instanceof Promise ? namespace.then((live) => review.in(live)) : review.in(namespace);
}

/** The object, where there is something to judge: a new or changed one, or a resize of a pod. */
function judgeable(request: AdmissionRequest, workloads: WorkloadTable): KubeObject | undefined {
  const isResize = request.subResource === 'resize' && request.kind === 'Pod';
  if (request.subResource !== '' && !isResize) return undefined;
  if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return undefined;
  // Of a running pod nothing can change that we judge, but for its resources.
  if (request.kind === 'Pod' && request.operation === 'UPDATE' && !isResize) return undefined;
  const workload = workloads.read(request.object);
  if (workload !== undefined || !admittedKinds.has(request.kind)) return workload;
  return readObject(request.object);
}

/** A review of an object that is judged. */
class Review {
  readonly #path: ValidatingPath;
  readonly #request: AdmissionRequest;
  readonly #target: KubeObject;
  readonly #budget: () => Budget;
  readonly #context: AdmissionContext;

  constructor(
    path: ValidatingPath,
    request: AdmissionRequest,
    target: KubeObject,
    budget: () => Budget,
    context: AdmissionContext,
  ) {
    this.#path = path;
    this.#request = request;
    this.#target = target;
    this.#budget = budget;
    this.#context = context;
  }

  /** Judges in a namespace as it is known so far. Synchronous where nothing has to be read. */
  in(namespace: NamespaceInfo): AdmissionResponse | Promise<AdmissionResponse> {
    const profiles = profilesFor(this.#path, namespace, this.#context);
    if (this.#context.related === undefined || !looksAround(this.#target, profiles))
      return this.#among(namespace, undefined);
    const related = readRelated(
      this.#target,
      this.#request.namespace,
      profiles,
      this.#budget(),
      this.#context,
    );
    return related.then((found) => this.#among(namespace, found));
  }

  #among(
    namespace: NamespaceInfo,
    related: Related | undefined,
  ): AdmissionResponse | Promise<AdmissionResponse> {
    const limitRanges = this.#context.limitRanges.list(this.#request.namespace);
    const surroundings = { namespace, limitRanges, related };
    const judgement = this.#judge(surroundings);
    return judgement.ruling.refused.length > 0
      ? this.#judgeAgain(surroundings, judgement)
      : this.#answer(judgement);
  }

  /**
   * Before anything is refused, what the verdict rests on is read live: Namespace, LimitRange and Deployment often come in
   * one apply, and the caches lag behind the API server.
   */
  async #judgeAgain(cached: Surroundings, judgement: Judgement): Promise<AdmissionResponse> {
    const { recorder, limitRanges: source } = this.#context;
    const place = this.#request.namespace;
    const budget = this.#budget();
    recorder.liveRead('limitranges');
    const [namespace, limitRanges] = await Promise.all([
      readNamespace(place, budget, this.#context),
      budget.wait(source.read(place)),
    ]);
    const isUnchanged =
      deepEqual(namespace.labels, cached.namespace.labels) && isSame(limitRanges, cached.limitRanges);
    return this.#answer(isUnchanged ? judgement : this.#judge({ ...cached, namespace, limitRanges }));
  }

  #judge(surroundings: Surroundings): Judgement {
    return judge(this.#path, this.#request, this.#target, surroundings, this.#context);
  }

  #answer(judgement: Judgement): AdmissionResponse {
    return answer(this.#path, this.#request, this.#target, judgement, this.#context.recorder);
  }
}

/** Mostly there are none. */
function isSame(a: readonly LimitRange[], b: readonly LimitRange[]): boolean {
  return a === b || (a.length === 0 && b.length === 0);
}
