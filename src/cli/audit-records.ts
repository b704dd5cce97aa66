/** What an audit leaves on the cluster that it was of, beside the report that it prints. */
import type { KubeClient } from '../kube/client.ts';
import type { ReportedObject, ReportEnd } from '../report/report.ts';
import type { ObjectName } from './arguments.ts';
import { UserError } from './errors.ts';

export interface AuditRecord {
  object(object: ReportedObject): void;
  /** Called once, last. Resolves to a sentence that says what was written. */
  write(end: ReportEnd): Promise<string>;
}

export interface RecordOptions {
  readonly cluster?: boolean | undefined;
  readonly kubeconfig?: string | undefined;
  /** Of the audit; all namespaces when undefined. */
  readonly namespace?: string | undefined;
  readonly checks?: readonly string[] | undefined;
  readonly sinceBaseline?: string | undefined;
  readonly writePolicyReports?: boolean | undefined;
  /** The ConfigMap that metrics are made of. */
  readonly writeMetrics?: ObjectName | undefined;
}

/**
 * Those that were asked for, in the order in which they are written: the metrics last, because they say that all is done.
 * What can be found wrong at once is, rather than after an audit of many minutes.
 */
export async function openRecords(options: RecordOptions, profile: string): Promise<readonly AuditRecord[]> {
  const { namespace, writePolicyReports = false, writeMetrics } = options;
  const flag = writePolicyReports
    ? '--write-policy-reports'
    : writeMetrics === undefined
      ? undefined
      : '--write-metrics';
  if (flag === undefined) return [];
  const part =
    options.checks !== undefined
      ? '--check'
      : options.sinceBaseline !== undefined
        ? '--since-baseline'
        : undefined;
  if (part !== undefined)
    throw new UserError(
      `${flag} takes the place of what a whole audit has left; it does not go with ${part}`,
    );
  const client = await clientOf(options, flag);
  const records: AuditRecord[] = [];
  if (writePolicyReports) {
    const { PolicyReportsRecord } = await import('./audit-policy-reports.ts');
    records.push(await PolicyReportsRecord.open(client, profile, namespace));
  }
  if (writeMetrics !== undefined) {
    const { SummaryRecord } = await import('./audit-summary.ts');
    records.push(new SummaryRecord(client, writeMetrics));
  }
  return records;
}

async function clientOf({ cluster, kubeconfig }: RecordOptions, flag: string): Promise<KubeClient> {
  // Of files nobody knows whether, and as what, they are on a cluster.
  if (cluster !== true) throw new UserError(`${flag} is for what was found on a cluster; give --cluster`);
  const { userClient } = await import('./user-client.ts');
  return userClient(kubeconfig);
}
