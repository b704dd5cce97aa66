/** The part of an audit that talks to a cluster. Loaded only where it does: the client is the largest part of the program. */
import { pMapIterable } from 'p-map';
import { systemNamespaces } from '../admission/labels.ts';
import type { AuditOptions } from '../audit/audit.ts';
import { auditCluster } from '../audit/cluster.ts';
import type { PodTrial, TrialResult } from '../audit/ports.ts';
import { tryPod } from '../audit/try-pod.ts';
import type { KubeClient, PageRead } from '../kube/client.ts';
import { ClusterReader } from '../kube/cluster-reader.ts';
import { ClusterPodTrial } from '../kube/pod-trial.ts';
import { readServerMinor } from '../kube/server-version.ts';
import type { Kind } from '../policy/objects/kube-object.ts';
import { isWorkload } from '../policy/objects/workload-kinds.ts';
import type { Audited } from './audit-input.ts';
import type { Progress } from './progress.ts';
import { userClient } from './user-client.ts';

/** Pods that the API server is asked about at the same time: it has others to serve. */
const trialConcurrency = 8;

/** The cluster that an audit is about, or that it asks about pods. */
export class AuditedCluster {
  readonly #client: KubeClient;
  readonly #progress: Progress;

  /** @throws UserError where there is no cluster to talk to */
  constructor(kubeconfig: string | undefined, progress: Progress) {
    this.#client = userClient(kubeconfig);
    this.#progress = progress;
  }

  /** Who may not ask for it gets the newest; how to judge for another says --kubernetes-version. */
  async serverMinor(): Promise<number | undefined> {
    return readServerMinor(this.#client).catch(() => undefined);
  }

  /**
   * Its objects with their verdicts.
   * @param namespace all but those that are never judged when undefined
   */
  async *audit(namespace: string | undefined, options: AuditOptions): AsyncGenerator<Audited> {
    const reader = new ClusterReader(this.#client, namespace, (kind, page) =>
      this.#progress.say(readingSentence(kind, page)),
    );
    const without =
      namespace === undefined ? [...systemNamespaces, ...(options.withoutNamespaces ?? [])] : [];
    yield* auditCluster(reader, { ...options, withoutNamespaces: new Set(without) });
  }

  /** What it says of a pod of each object, in the same order. */
  tried(audited: AsyncIterable<Audited>): AsyncIterable<Tried> {
    const trial = new ClusterPodTrial(this.#client);
    return pMapIterable(audited, (one) => tryOne(one, trial), { concurrency: trialConcurrency });
  }
}

export interface Tried {
  readonly audited: Audited;
  /** Undefined for what makes no pods. */
  readonly trial?: TrialResult | undefined;
}

async function tryOne(audited: Audited, trial: PodTrial): Promise<Tried> {
  if (typeof audited === 'string' || 'message' in audited) return { audited };
  const { object, namespace } = audited;
  const template = audited.template();
  if (template === undefined || !isWorkload(object)) return { audited };
  const isApplied = audited.file === undefined;
  return { audited, trial: await tryPod(trial, object, { namespace, template, isApplied }) };
}

function readingSentence({ resource }: Kind, { read, remaining = 0 }: PageRead): string {
  return `reading ${resource}: ${read}${remaining === 0 ? '' : ` of about ${read + remaining}`}`;
}
