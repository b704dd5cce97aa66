import type { Configuration } from '../config/configuration.ts';
import type { Mode } from '../config/spec.ts';
import { namedProfile } from '../config/namespace-labels.ts';
import type { Budget } from './budget.ts';
import type {
  LimitRangeSource,
  NamespaceInfo,
  NamespaceSource,
  Recorder,
  RelatedSource,
  WorkloadSource,
} from './ports.ts';

/** Everything that the handlers of reviews share. */
export interface AdmissionContext {
  /** The configuration that is running; a reload changes what this returns. */
  configuration(): Configuration;
  readonly namespaces: NamespaceSource;
  readonly limitRanges: LimitRangeSource;
  /** The minor version of the API server, as 34 in 1.34; undefined where it is not known. */
  serverMinor(): number | undefined;
  /** Undefined without a cluster: then a namespace's label can be checked, but its workloads cannot be counted. */
  readonly workloads: WorkloadSource | undefined;
  /** Undefined without a cluster: then checks that look up other objects say nothing. */
  readonly related: RelatedSource | undefined;
  readonly recorder: Recorder;
  /** The namespace that Gracegate runs in, if it runs in a cluster. */
  readonly ownNamespace: string | undefined;
}

/**
 * The labels of a namespace, given that the API server's selector has matched `mode`: when the cache does not show that
 * label yet (a namespace and its workload often come in one apply), the namespace is read live.
 *
 * Answers at once where the cache will do, so that a review costs no turn of the event loop. Rejects when the live read
 * fails: whether that lets the request pass is then for the webhook's failurePolicy to say.
 */
export function namespaceFor(
  mode: Mode,
  name: string,
  budget: () => Budget,
  context: AdmissionContext,
): NamespaceInfo | Promise<NamespaceInfo> {
  const cached = context.namespaces.get(name);
  if (cached !== undefined && namedProfile(cached.labels, mode, context.configuration()) !== undefined)
    return cached;
  return readNamespace(name, budget(), context);
}

/** The namespace as it is now. One that is gone has no labels. */
export async function readNamespace(
  name: string,
  budget: Budget,
  context: AdmissionContext,
): Promise<NamespaceInfo> {
  context.recorder.liveRead('namespaces');
  return (await budget.wait(context.namespaces.read(name))) ?? { name, labels: {} };
}
