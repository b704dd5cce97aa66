/** What admission needs from outside. Adapters live in `kube`, `telemetry` and `cli`; tests bring their own. */
import type { Json } from '../policy/json.ts';
import type { LimitRange } from '../policy/limit-range.ts';

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
  list(namespace: string, signal: AbortSignal): AsyncIterable<Json>;
}

/** The path of a webhook, which is also what the API server's selector has already guaranteed. */
export type WebhookPath = 'mutate' | 'enforce' | 'warn' | 'audit' | 'namespaces';

export interface ReviewFacts {
  readonly path: WebhookPath;
  /** exempt: let through by an exemption; error: could not be judged. */
  readonly decision: 'allow' | 'deny' | 'exempt' | 'error';
}

export interface RefusalFacts {
  readonly uid: string;
  readonly user: string;
  readonly operation: string;
  readonly dryRun: boolean;
  /** `Deployment shop/web`. */
  readonly workload: string;
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
  liveRead(resource: 'namespaces' | 'limitranges'): void;
  failed(message: string, error: unknown): void;
}
