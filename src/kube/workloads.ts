import type { WorkloadSource } from '../admission/ports.ts';
import type { Json } from '../policy/json.ts';
import { apiVersionOf, workloadKinds } from '../policy/workload-kinds.ts';
import type { KubeClient } from './client.ts';

/** Lists the workloads and pods of a namespace from the API server, page by page. */
export class ClusterWorkloads implements WorkloadSource {
  readonly #client: KubeClient;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  async *list(namespace: string, signal: AbortSignal): AsyncGenerator<Json> {
    // Pods last: there are the most of them, and what creates them tells more.
    for (const kind of [
      ...workloadKinds.filter((one) => one.kind !== 'Pod'),
      ...workloadKinds.filter((one) => one.kind === 'Pod'),
    ]) {
      const apiVersion = apiVersionOf(kind);
      const root = kind.group === '' ? '/api' : '/apis';
      const path = `${root}/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/${kind.resource}`;
      yield* this.#client.list(path, { apiVersion, kind: kind.kind }, signal);
    }
  }
}
