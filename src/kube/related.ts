import type { Related, RelatedQuery, RelatedSource } from '../admission/ports.ts';
import type { RelatedKind } from '../policy/graph.ts';
import type { JsonObject } from '../policy/json.ts';
import { apiVersionOf, type Kind, type KubeObject } from '../policy/objects/kube-object.ts';
import { objectKinds, readObject, type ObjectKind } from '../policy/objects/object-kinds.ts';
import { isPod, type WorkloadTable } from '../policy/objects/workload-kinds.ts';
import { coalesced } from './coalesce.ts';
import { collectionPath, listObjects } from './collections.ts';
import { ApiError, deadlineIn, type KubeClient } from './client.ts';

/** Milliseconds for a whole list. A review waits little longer than that for all of them. */
const timeoutMs = 1000;

/** Objects of one list. A namespace with more is not held in memory for a review. */
const maxObjects = 2000;

/** Kinds, each in its namespace, that are remembered as reported. */
const maxReported = 1000;

/** Looks up what stands beside an object under review. Reviews that come together share a read. */
export class ClusterRelated implements RelatedSource {
  readonly #client: KubeClient;
  readonly #onError: (resource: string, error: unknown) => void;
  /** What has been reported, by kind and namespace. */
  readonly #unreadable = new Set<string>();
  readonly #lists = new Map<string, (namespace: string) => Promise<readonly JsonObject[]>>();

  /** @param onError called once for each namespace with a kind that cannot be read, such as one that RBAC keeps from us */
  constructor(client: KubeClient, onError: (resource: string, error: unknown) => void) {
    this.#client = client;
    this.#onError = onError;
  }

  async read(query: RelatedQuery): Promise<Related> {
    const wanted = objectKinds.filter(({ kind }) => query.kinds.has(kind));
    // A namespace is known to the review already.
    const asked = new Set<RelatedKind>(['Namespace', ...wanted.map(({ kind }) => kind)]);
    const unknown = new Set(everyRelatedKind.filter((kind) => !asked.has(kind)));
    const reads = wanted.map((kind) => this.#objects(kind, query.namespace, unknown));
    if (query.kinds.has('workloads')) {
      unknown.delete('workloads');
      reads.push(this.#workloads(query, unknown));
    }
    return { objects: (await Promise.all(reads)).flat(), unknown };
  }

  async #objects(
    kind: ObjectKind,
    namespace: string,
    unknown: Set<RelatedKind>,
  ): Promise<readonly KubeObject[]> {
    const objects = await this.#try(kind, namespace, unknown, kind.kind, () => this.#list(kind, namespace));
    return objects.map(readObject).filter((object) => object !== undefined);
  }

  async #workloads(
    { namespace, workloads, only }: RelatedQuery,
    unknown: Set<RelatedKind>,
  ): Promise<readonly KubeObject[]> {
    const reads =
      only === undefined
        ? listed(workloads).map((kind) =>
            this.#try(kind, namespace, unknown, 'workloads', () => this.#list(kind, namespace)),
          )
        : [
            this.#try(only.kind, namespace, unknown, 'workloads', () =>
              this.#one(only.kind, namespace, only.name),
            ),
          ];
    const objects = (await Promise.all(reads)).flat();
    return objects.map((object) => workloads.read(object)).filter((workload) => workload !== undefined);
  }

  async #one(kind: Kind, namespace: string, name: string): Promise<JsonObject[]> {
    const object = await this.#client.find(collectionPath(kind, namespace, name));
    return object === undefined ? [] : [object];
  }

  #list(kind: ObjectKind | Kind, namespace: string): Promise<readonly JsonObject[]> {
    const key = `${apiVersionOf(kind)}/${kind.resource}`;
    let list = this.#lists.get(key);
    if (list === undefined) {
      list = coalesced((place) => this.#read(kind, place));
      this.#lists.set(key, list);
    }
    return list(namespace);
  }

  async #read(kind: ObjectKind | Kind, namespace: string): Promise<readonly JsonObject[]> {
    const metadataOnly = 'metadataOnly' in kind && kind.metadataOnly;
    const found: JsonObject[] = [];
    const { signal, clear } = deadlineIn(timeoutMs);
    try {
      const options = { namespace, metadataOnly, signal, timeoutMs };
      for await (const object of listObjects(this.#client, kind, options)) {
        if (found.length === maxObjects)
          throw new ApiError(
            `there are more than ${maxObjects} ${kind.resource} in the namespace ${namespace}`,
          );
        found.push(object);
      }
    } finally {
      clear();
    }
    return found;
  }

  /** Nothing, and noted as unknown, where a read fails. */
  async #try(
    kind: Kind,
    namespace: string,
    unknown: Set<RelatedKind>,
    name: RelatedKind,
    read: () => Promise<readonly JsonObject[]>,
  ): Promise<readonly JsonObject[]> {
    const key = `${apiVersionOf(kind)}/${kind.resource} ${namespace}`;
    try {
      const objects = await read();
      this.#unreadable.delete(key);
      return objects;
    } catch (error) {
      unknown.add(name);
      // Said once until it can be read again: every review would say it.
      if (!this.#unreadable.has(key)) {
        if (this.#unreadable.size >= maxReported) this.#unreadable.clear();
        this.#unreadable.add(key);
        this.#onError(kind.resource, error);
      }
      return [];
    }
  }
}

const everyRelatedKind: readonly RelatedKind[] = [
  'workloads',
  'Pod',
  'Namespace',
  ...objectKinds.map(({ kind }) => kind),
];

/** Pods are left out: there are the most of them, and what makes them tells more. */
function listed({ kinds }: WorkloadTable): Kind[] {
  return kinds.filter((kind) => !isPod({ kind }));
}
