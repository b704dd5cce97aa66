/** What an audit asks of a cluster; src/kube has it. */
import type { JsonObject } from '../policy/json.ts';
import type { Kind } from '../policy/objects/kube-object.ts';

/** The objects of a cluster. */
export interface ClusterObjects {
  /** Those of a kind, page by page. Rejects with {@link KindUnreadable} where the kind may not be read. */
  list(kind: Kind, how: ReadHow): AsyncIterable<JsonObject>;
}

export interface ReadHow {
  /** Only `metadata` of each object: a list of Secrets must not bring their data. */
  readonly metadataOnly?: boolean | undefined;
  /** A kind that the cluster does not have is unreadable; else it has no objects. */
  readonly mustExist?: boolean | undefined;
}

/** A kind that the cluster keeps from us; any other failure is the end of the audit. */
export class KindUnreadable extends Error {}

/** Asks an API server for pods that are not made. */
export interface PodTrial {
  /** @param pod as `trialPod` makes it */
  try(namespace: string, pod: JsonObject): Promise<TrialResult>;
}

/** What the API server says of a pod. */
export type TrialResult =
  | { readonly outcome: 'accepted'; readonly warnings: readonly string[] }
  | { readonly outcome: 'refused'; readonly message: string; readonly warnings: readonly string[] }
  /** It could not be asked, so nothing follows: the same sentence for all pods that share the reason. */
  | { readonly outcome: 'unknown'; readonly problem: string };
