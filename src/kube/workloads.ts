import type { WorkloadSource } from '../admission/ports.ts';
import type { Json, JsonObject } from '../policy/json.ts';
import { apiVersionOf, workloadKinds, type WorkloadKind } from '../policy/workload-kinds.ts';
import type { KubeClient } from './client.ts';

/** Lists the workloads and pods of a namespace from the API server, page by page. */
export class ClusterWorkloads implements WorkloadSource {
  readonly #client: KubeClient;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  async *list(namespace: string, signal: AbortSignal): AsyncGenerator<Json> {
    const lists = inOrder.map((kind) => this.#listOf(kind, namespace, signal));
    // The first pages are asked for all at once: `kubectl label ns --all` waits for every namespace in turn.
    const firsts = lists.map((list) => list.next());
    for (const first of firsts) first.catch(() => undefined);
    for (const [index, list] of lists.entries()) {
      let result = await firsts[index];
      while (result !== undefined && result.done !== true) {
        yield result.value;
        result = await list.next();
      }
    }
  }

  #listOf(kind: WorkloadKind, namespace: string, signal: AbortSignal): AsyncGenerator<JsonObject> {
    const apiVersion = apiVersionOf(kind);
    const root = kind.group === '' ? '/api' : '/apis';
    const path = `${root}/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/${kind.resource}`;
    return this.#client.list(path, { apiVersion, kind: kind.kind }, signal);
  }
}

/** Pods last: there are the most of them, and what creates them tells more. */
const inOrder = workloadKinds.toSorted((a, b) => Number(a.kind === 'Pod') - Number(b.kind === 'Pod'));
