/** The numbers of an audit on their way from `audit --write-metrics` to the metrics of `serve --audit-summary`. */
import type { KubeClient } from '../kube/client.ts';
import { AuditCounter, readSummary, SummaryError, summaryText } from '../report/audit-summary.ts';
import type { ReportedObject, ReportEnd } from '../report/report.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ObjectName } from './arguments.ts';
import type { AuditRecord } from './audit-records.ts';

/** The key of the ConfigMap. */
const key = 'summary.json';

/** `--write-metrics`. */
export class SummaryRecord implements AuditRecord {
  readonly #counter = new AuditCounter();
  readonly #client: KubeClient;
  readonly #configMap: ObjectName;

  constructor(client: KubeClient, configMap: ObjectName) {
    this.#client = client;
    this.#configMap = configMap;
  }

  object(object: ReportedObject): void {
    this.#counter.add(object);
  }

  async write(end: ReportEnd): Promise<string> {
    const { writeConfigMapKey } = await import('../kube/config-map.ts');
    const text = summaryText(this.#counter.summary(end));
    await writeConfigMapKey(this.#client, { ...this.#configMap, key }, text);
    const { namespace, name } = this.#configMap;
    return `wrote the numbers for metrics into the ConfigMap ${namespace}/${name}`;
  }
}

/** `--audit-summary`: shows the numbers in the ConfigMap as long as they are there. Never fails, and holds nothing up. */
export async function followSummary(
  client: KubeClient,
  configMap: ObjectName,
  logger: Logger,
  metrics: Pick<Metrics, 'audit' | 'watchFailed'>,
): Promise<{ close: () => Promise<void> }> {
  const { watchConfigMapKey } = await import('../kube/config-map.ts');
  const facts = { configMap: `${configMap.namespace}/${configMap.name}` };
  const watched = watchConfigMapKey(client, {
    ...configMap,
    key,
    onChange(seen) {
      if (seen === undefined) {
        metrics.audit.show(undefined);
        return;
      }
      const awaited = { awaitedSince: seen.created };
      try {
        metrics.audit.show(seen.text === undefined ? awaited : readSummary(seen.text));
      } catch (error) {
        if (!(error instanceof SummaryError)) throw error;
        // Nobody could tell old numbers from those of the last audit.
        metrics.audit.show(awaited);
        logger.warn({ ...facts, key, reason: error.message }, 'the summary of the last audit cannot be read');
      }
    },
    onError(error) {
      metrics.watchFailed('configmaps');
      const text = error instanceof Error ? error.message : String(error);
      logger.warn({ ...facts, error: text }, 'a watch broke and is started again');
    },
  });
  return { close: () => watched.stop() };
}
