/** What admission needs from outside. Adapters live in `kube`, `telemetry` and `cli`; tests bring their own. */
import type { RelatedKind } from '../policy/graph.ts';
import type { Json } from '../policy/json.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import type { LimitRange } from '../policy/resources/limit-range.ts';
import type { WorkloadKind, WorkloadTable } from '../policy/objects/workload-kinds.ts';

export interface NamespaceInfo {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface NamespaceSource {
  /** From the cache; undefined when the cache does not have it (yet). */
  get(name: string): NamespaceInfo | undefined;
  /** From the API server, now; undefined when there is none. Rejects when the API server cannot be asked. */
  read(name: string): Promise<NamespaceInfo | undefined>;
}

export interface LimitRangeSource {
  /** The LimitRanges of a namespace, from the cache. */
  list(namespace: string): readonly LimitRange[];
  /** From the API server, now. Rejects when the API server cannot be asked. */
  read(namespace: string): Promise<readonly LimitRange[]>;
}

export interface WorkloadSource {
  /** Every workload and pod of a namespace, page by page, as raw objects. Ends early when the signal is aborted. */
  list(namespace: string, table: WorkloadTable, signal: AbortSignal): AsyncIterable<Json>;
}

/** What is looked up for a review. */
export interface RelatedQuery {
  readonly namespace: string;
  readonly kinds: ReadonlySet<RelatedKind>;
  /** What counts as `workloads`. */
  readonly workloads: WorkloadTable;
  /** Of the workloads only this one is of interest. */
  readonly only: { readonly kind: WorkloadKind; readonly name: string } | undefined;
}

export interface Related {
  readonly objects: readonly KubeObject[];
  /** Kinds that were not asked for or could not be read. */
  readonly unknown: ReadonlySet<RelatedKind>;
}

export interface RelatedSource {
  /** From the API server, now. A kind that cannot be read is named in `unknown`. */
  read(query: RelatedQuery): Promise<Related>;
}

/** The path of a webhook, which is also what the API server's selector has already guaranteed. */
/** What became of a review. */
export type Decision = 'allow' | 'deny' | 'exempt' | 'error';

export type WebhookPath = 'mutate' | 'enforce' | 'warn' | 'audit' | 'namespaces';

export interface ReviewFacts {
  readonly path: WebhookPath;
  /** exempt: let through by an exemption; error: could not be judged. */
  readonly decision: Decision;
}

export interface RefusalFacts {
  readonly uid: string;
  readonly user: string;
  readonly operation: string;
  readonly dryRun: boolean;
  /** `Deployment shop/web`. */
  readonly object: string;
  readonly profile: string;
  /** The message that the client gets. */
  readonly reason: string;
}

/** Where admission reports what happened, for metrics and logs. Must not throw and must be cheap. */
export interface Recorder {
  reviewed(facts: ReviewFacts): void;
  refused(facts: RefusalFacts): void;
  violation(check: string, action: 'deny' | 'warn' | 'audit' | 'exempt'): void;
  mutated(mutation: string): void;
  exempted(reason: 'username' | 'group' | 'namespace' | 'runtime-class' | 'mirror-pod' | 'annotation'): void;
  liveRead(resource: 'namespaces' | 'limitranges' | 'related'): void;
  failed(message: string, error: unknown): void;
}
