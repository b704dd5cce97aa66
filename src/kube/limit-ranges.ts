import type { LimitRangeSource } from '../admission/ports.ts';
import { asObject, asString, type JsonObject } from '../policy/json.ts';
import { limitRangeKind } from '../policy/objects/object-kinds.ts';
import { readLimitRange, type LimitRange } from '../policy/resources/limit-range.ts';
import { isUnauthorized, type KubeClient } from './client.ts';
import { coalesced } from './coalesce.ts';
import { collectionPath } from './collections.ts';
import { Watched } from './watched.ts';

const kind = { apiVersion: 'v1', kind: 'LimitRange' };
const none: readonly LimitRange[] = [];

/** The LimitRanges of a cluster: a watched cache, and live reads. */
export class ClusterLimitRanges implements LimitRangeSource {
  readonly #client: KubeClient;
  readonly #byNamespace = new Map<string, Map<string, LimitRange>>();
  /** What {@link list} answers, made anew only when something changes. */
  readonly #lists = new Map<string, readonly LimitRange[]>();
  readonly watched: Watched;

  constructor(client: KubeClient, onError: (error: unknown) => void) {
    this.#client = client;
    this.watched = new Watched(
      client,
      { path: collectionPath(limitRangeKind, undefined), kind, onError },
      { set: (object) => this.#set(object), delete: (object) => this.#delete(object) },
    );
  }

  list(namespace: string): readonly LimitRange[] {
    return this.#lists.get(namespace) ?? none;
  }

  readonly read = coalesced(async (namespace: string): Promise<readonly LimitRange[]> => {
    const found: LimitRange[] = [];
    const path = collectionPath(limitRangeKind, namespace);
    try {
      for await (const object of this.#client.list(path, kind)) found.push(readLimitRange(object));
      return found;
    } catch (error) {
      if (isUnauthorized(error) && this.watched.isFilled) return this.list(namespace);
      throw error;
    }
  });

  #set(object: JsonObject): void {
    const { namespace, name } = keyOf(object);
    const ranges = this.#byNamespace.get(namespace) ?? new Map<string, LimitRange>();
    ranges.set(name, readLimitRange(object));
    this.#byNamespace.set(namespace, ranges);
    this.#lists.set(namespace, [...ranges.values()]);
  }

  #delete(object: JsonObject): void {
    const { namespace, name } = keyOf(object);
    const ranges = this.#byNamespace.get(namespace);
    ranges?.delete(name);
    if (ranges === undefined || ranges.size === 0) {
      this.#byNamespace.delete(namespace);
      this.#lists.delete(namespace);
    } else {
      this.#lists.set(namespace, [...ranges.values()]);
    }
  }
}

function keyOf(object: JsonObject): { namespace: string; name: string } {
  const metadata = asObject(object['metadata']);
  return { namespace: asString(metadata['namespace']) ?? '', name: asString(metadata['name']) ?? '' };
}
