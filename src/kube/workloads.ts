import type { WorkloadSource } from '../admission/ports.ts';
import type { Json, JsonObject } from '../policy/json.ts';
import type { WorkloadKind, WorkloadTable } from '../policy/objects/workload-kinds.ts';
import type { KubeClient } from './client.ts';
import { listObjects } from './collections.ts';

/** Lists the workloads and pods of a namespace from the API server, page by page. */
export class ClusterWorkloads implements WorkloadSource {
  readonly #client: KubeClient;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  async *list(namespace: string, table: WorkloadTable, signal: AbortSignal): AsyncGenerator<Json> {
    const lists = inOrder(table).map((kind) => this.#listOf(kind, namespace, signal));
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
    return listObjects(this.#client, kind, { namespace, signal });
  }
}

/** Pods last: there are the most of them, and what creates them tells more. */
function inOrder({ kinds }: WorkloadTable): WorkloadKind[] {
  return kinds.toSorted((a, b) => Number(a.kind === 'Pod') - Number(b.kind === 'Pod'));
}
