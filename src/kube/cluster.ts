import type {
  LimitRangeSource,
  NamespaceInfo,
  NamespaceSource,
  RelatedSource,
  WorkloadSource,
} from '../admission/ports.ts';
import { KubeClient } from './client.ts';
import { kubeConfigFromFile, kubeConfigInCluster, kubeConfigOfUser } from './kubeconfig.ts';
import { ClusterLimitRanges } from './limit-ranges.ts';
import { ClusterNamespaces } from './namespaces.ts';
import { ClusterRelated } from './related.ts';
import { ServerVersion } from './server-version.ts';
import { ClusterWorkloads } from './workloads.ts';

/**
 * A client for the cluster of a kubeconfig file, or of the pod that this runs in when there is no file; undefined when
 * this is no pod either. Does not connect yet.
 */
export function connect(kubeconfig: string | undefined): KubeClient | undefined {
  const config = kubeconfig === undefined ? kubeConfigInCluster() : kubeConfigFromFile(kubeconfig);
  return config === undefined ? undefined : new KubeClient(config);
}

/** A client for a person at a terminal: the file, or what kubectl would use, or the pod that this runs in. */
export function connectAsUser(kubeconfig: string | undefined): KubeClient | undefined {
  if (kubeconfig !== undefined) return connect(kubeconfig);
  const config = kubeConfigOfUser() ?? kubeConfigInCluster();
  return config === undefined ? undefined : new KubeClient(config);
}

/** What admission needs of an API server, watched. */
export interface WatchedCluster {
  readonly namespaces: NamespaceSource & { all(): Iterable<NamespaceInfo> };
  readonly limitRanges: LimitRangeSource;
  readonly workloads: WorkloadSource;
  readonly related: RelatedSource;
  /** The minor version of the API server, where it says. */
  serverMinor(): number | undefined;
  /** True when every cache has had its first list. */
  isFilled(): boolean;
  /** Calls back once when the deletion of a namespace begins. */
  onNamespaceDeletion(name: string, listener: () => void): void;
  close(): Promise<void>;
}

/**
 * Begins to watch and returns at once: an API server that is not there yet is waited for.
 * @param onError called with every failure of a watch; it goes on by itself
 * @param onUnreadable called with each kind that a review looked up in vain, and with `version` where the API server does
 *   not tell its own
 */
export function watchCluster(
  client: KubeClient,
  onError: (resource: string, error: unknown) => void,
  onUnreadable: (resource: string, error: unknown) => void,
): WatchedCluster {
  const namespaces = new ClusterNamespaces(client, (error) => onError('namespaces', error));
  const limitRanges = new ClusterLimitRanges(client, (error) => onError('limitranges', error));
  const watches = [namespaces.watched, limitRanges.watched];
  const version = new ServerVersion(client, (error) => onUnreadable('version', error));
  for (const part of [...watches, version]) part.start();
  return {
    namespaces,
    limitRanges,
    workloads: new ClusterWorkloads(client),
    related: new ClusterRelated(client, onUnreadable),
    serverMinor: () => version.minor,
    isFilled: () => version.isRead && watches.every(({ isFilled }) => isFilled),
    onNamespaceDeletion: (name, listener) => namespaces.onDeletion(name, listener),
    close: async () => {
      version.stop();
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  };
}
