import { KindUnreadable, type ClusterObjects, type ReadHow } from '../audit/ports.ts';
import type { JsonObject } from '../policy/json.ts';
import { apiVersionOf, type Kind } from '../policy/objects/kube-object.ts';
import { namespaceKind } from '../policy/objects/object-kinds.ts';
import { ApiError, type KubeClient, type PageRead } from './client.ts';
import { collectionPath, listObjects } from './collections.ts';
import { persistently } from './patient.ts';

/** A large cluster takes its time; a person waits. */
const timeoutMs = 60_000;

/** Reads the objects of an audit, of all namespaces or of one. */
export class ClusterReader implements ClusterObjects {
  readonly #client: KubeClient;
  readonly #namespace: string | undefined;
  readonly #onPage: (kind: Kind, page: PageRead) => void;

  /** @param onPage called with each page before its objects */
  constructor(
    client: KubeClient,
    namespace: string | undefined,
    onPage: (kind: Kind, page: PageRead) => void = () => undefined,
  ) {
    this.#client = client;
    this.#namespace = namespace;
    this.#onPage = onPage;
  }

  /** Throws ApiError where there is no answer at all, and for a namespace that is not there. */
  async *list(kind: Kind, how: ReadHow = {}): AsyncGenerator<JsonObject> {
    try {
      yield* this.#objects(kind, how);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === undefined) throw error;
      if (error.status === 403 && how.mustExist !== true && !(await this.#isServed(kind))) return;
      throw new KindUnreadable(error.message, { cause: error });
    }
  }

  /** RBAC answers before it is known whether the kind is there at all; the groups that are served may be read by everybody. */
  async #isServed(kind: Kind): Promise<boolean> {
    if (kind.group === '') return true;
    try {
      return (await this.#client.find(`/apis/${apiVersionOf(kind)}`, { timeoutMs })) !== undefined;
    } catch {
      // Who may not ask that either hears of what he may not read.
      return true;
    }
  }

  async *#objects(kind: Kind, how: ReadHow): AsyncGenerator<JsonObject> {
    if (kind === namespaceKind && this.#namespace !== undefined) {
      yield await this.#namespaceItself(this.#namespace);
      return;
    }
    yield* listObjects(this.#client, kind, {
      ...how,
      attempt: persistently,
      namespace: this.#namespace,
      timeoutMs,
      onPage: (page) => this.#onPage(kind, page),
    });
  }

  async #namespaceItself(name: string): Promise<JsonObject> {
    const path = collectionPath(namespaceKind, undefined, name);
    const found = await persistently(() => this.#client.find(path, { timeoutMs }));
    if (found === undefined) throw new ApiError(`there is no namespace ${name}`);
    return { ...found, apiVersion: 'v1', kind: 'Namespace' };
  }
}
