import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Cluster } from './cluster.ts';
import type { ServeOptions } from './serve.ts';

const attempts = 10;
const retryMs = 500;

/**
 * Takes the webhook configurations away when the namespace that this runs in is being deleted. They belong to no
 * namespace, so they would stay, and refuse pods all over the cluster with nobody there to ask. (An ownerReference to the
 * Namespace would do it as well, but Argo CD does not prune what has an owner.)
 */
export function endWithNamespace(
  { ownNamespace, certificates: { webhookConfiguration } }: ServeOptions,
  client: KubeClient | undefined,
  cluster: Cluster,
  logger: Logger,
): void {
  if (ownNamespace === undefined || webhookConfiguration === undefined || client === undefined) return;
  cluster.onNamespaceDeletion(ownNamespace, () => void end(client, webhookConfiguration, logger));
}

async function end(client: KubeClient, name: string, logger: Logger): Promise<void> {
  const { unregister } = await import('../kube/register.ts');
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      await unregister(client, name);
      logger.warn({ name }, 'the own namespace is being deleted, so the webhook configurations were removed');
      return;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      logger.error({ name, error: message }, 'the webhook configurations cannot be removed');
      await sleep(retryMs, undefined, { ref: false });
    }
  }
}
