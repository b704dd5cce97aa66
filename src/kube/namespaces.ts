import { namespaceInfo } from '../admission/namespace-info.ts';
import type { NamespaceInfo, NamespaceSource } from '../admission/ports.ts';
import { asObject } from '../policy/json.ts';
import { namespaceKind } from '../policy/objects/object-kinds.ts';
import { isUnauthorized, type KubeClient } from './client.ts';
import { coalesced } from './coalesce.ts';
import { collectionPath } from './collections.ts';
import { Watched } from './watched.ts';

/** The namespaces of a cluster: a watched cache of their labels, and live reads. */
export class ClusterNamespaces implements NamespaceSource {
  readonly #client: KubeClient;
  readonly #byName = new Map<string, NamespaceInfo>();
  readonly #onDeletion = new Map<string, () => void>();
  readonly watched: Watched;

  constructor(client: KubeClient, onError: (error: unknown) => void) {
    this.#client = client;
    this.watched = new Watched(
      client,
      {
        path: collectionPath(namespaceKind, undefined),
        kind: { apiVersion: 'v1', kind: 'Namespace' },
        onError,
      },
      {
        set: (object) => {
          const info = namespaceInfo(object);
          this.#byName.set(info.name, info);
          if (asObject(object['metadata'])['deletionTimestamp'] !== undefined)
            this.#tellOfDeletion(info.name);
        },
        delete: (object) => this.#byName.delete(namespaceInfo(object).name),
      },
    );
  }

  get(name: string): NamespaceInfo | undefined {
    return this.#byName.get(name);
  }

  readonly read = coalesced(async (name: string): Promise<NamespaceInfo | undefined> => {
    try {
      const object = await this.#client.find(collectionPath(namespaceKind, undefined, name));
      return object === undefined ? undefined : namespaceInfo(object);
    } catch (error) {
      const cached = this.#byName.get(name);
      if (cached !== undefined && isUnauthorized(error)) return cached;
      throw error;
    }
  });

  all(): Iterable<NamespaceInfo> {
    return this.#byName.values();
  }

  /** Calls back once when the deletion of a namespace begins. */
  onDeletion(name: string, listener: () => void): void {
    this.#onDeletion.set(name, listener);
  }

  #tellOfDeletion(name: string): void {
    const listener = this.#onDeletion.get(name);
    this.#onDeletion.delete(name);
    listener?.();
  }
}
