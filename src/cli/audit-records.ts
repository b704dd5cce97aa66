/** What an audit leaves on the cluster that it was of, beside the report that it prints. */
import type { KubeClient } from '../kube/client.ts';
import type { ReportedObject, ReportEnd } from '../report/report.ts';
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
  readonly writePolicyReports?: boolean | undefined;
}

/** Those that were asked for. What can be found wrong at once is, rather than after an audit of many minutes. */
export async function openRecords(options: RecordOptions, profile: string): Promise<readonly AuditRecord[]> {
  const { namespace, writePolicyReports = false } = options;
  if (!writePolicyReports) return [];
  const client = await clientOf(options, '--write-policy-reports');
  const { PolicyReportsRecord } = await import('./audit-policy-reports.ts');
  return [await PolicyReportsRecord.open(client, profile, namespace)];
}

async function clientOf({ cluster, kubeconfig }: RecordOptions, flag: string): Promise<KubeClient> {
  // Of files nobody knows whether, and as what, they are on a cluster.
  if (cluster !== true) throw new UserError(`${flag} is for what was found on a cluster; give --cluster`);
  const { connectAsUser } = await import('../kube/cluster.ts');
  const client = connectAsUser(kubeconfig);
  if (client === undefined)
    throw new UserError('there is no cluster to audit: give --kubeconfig FILE, or set KUBECONFIG');
  return client;
}
