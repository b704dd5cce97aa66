import type {
  LimitRangeSource,
  NamespaceInfo,
  NamespaceSource,
  RelatedSource,
  WorkloadSource,
} from '../admission/ports.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { fileCluster, textCluster, type FileCluster } from './file-cluster.ts';

/** What a server knows of a cluster, whatever it comes from. */
export interface Cluster {
  readonly namespaces: NamespaceSource & { all(): Iterable<NamespaceInfo> };
  readonly limitRanges: LimitRangeSource;
  readonly workloads: WorkloadSource | undefined;
  readonly related: RelatedSource | undefined;
  /** The minor version of the API server; undefined where there is none. */
  readonly serverMinor: () => number | undefined;
  /** True when the caches are filled. */
  readonly isFilled: () => boolean;
  /** Calls back once when the deletion of a namespace begins. */
  readonly onNamespaceDeletion: (name: string, listener: () => void) => void;
  readonly close: () => Promise<void>;
}

/** A cluster of manifests: no API server to ask. */
export async function clusterOfFile(file: string): Promise<Cluster> {
  return withoutServer(await fileCluster(file));
}

export function clusterOfText(text: string): Cluster {
  return withoutServer(textCluster(text));
}

function withoutServer(source: FileCluster): Cluster {
  return {
    ...source,
    workloads: undefined,
    related: undefined,
    serverMinor: () => undefined,
    isFilled: () => true,
    onNamespaceDeletion: () => undefined,
    close: () => Promise.resolve(),
  };
}

/**
 * A client for the API server. Loaded on demand, because it is the largest part of the program.
 * @param kubeconfig a file; undefined for the credentials of the pod that this runs in
 * @returns undefined when there is neither
 */
export async function clientOfServer(kubeconfig: string | undefined): Promise<KubeClient | undefined> {
  const { connect } = await import('../kube/cluster.ts');
  return connect(kubeconfig);
}

/** The cluster of an API server, watched. Returns at once; until the API server answers, the server is not ready. */
export async function clusterOfServer(
  client: KubeClient,
  logger: Logger,
  metrics: Metrics,
): Promise<Cluster> {
  const { watchCluster } = await import('../kube/cluster.ts');
  const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  return watchCluster(
    client,
    (resource, error) => {
      metrics.watchFailed(resource);
      logger.warn({ resource, error: text(error) }, 'a watch broke and is started again');
    },
    (resource, error) =>
      logger.warn({ resource, error: text(error) }, 'cannot be read, so what rests on it is not judged'),
  );
}
