import { ApiError, type KubeClient } from '../kube/client.ts';
import { ClusterPolicyReports } from '../kube/policy-reports.ts';
import { counted } from '../report/naming.ts';
import { PolicyReports, reportLabels } from '../report/policy-reports.ts';
import type { ReportedObject, ReportEnd } from '../report/report.ts';
import type { AuditRecord } from './audit-records.ts';

/** `--write-policy-reports`: the reports of this audit take the place of those of the one before, by the same profile. */
export class PolicyReportsRecord implements AuditRecord {
  readonly #reports = new PolicyReports();
  readonly #onCluster: ClusterPolicyReports;
  readonly #namespace: string | undefined;

  private constructor(onCluster: ClusterPolicyReports, namespace: string | undefined) {
    this.#onCluster = onCluster;
    this.#namespace = namespace;
  }

  /** @param namespace that the audit is of; all when undefined */
  static async open(
    client: KubeClient,
    profile: string,
    namespace: string | undefined,
  ): Promise<PolicyReportsRecord> {
    const labels = reportLabels(profile);
    return new PolicyReportsRecord(await ClusterPolicyReports.find(client, { namespace, labels }), namespace);
  }

  object(object: ReportedObject): void {
    this.#reports.add(object);
  }

  async write(end: ReportEnd): Promise<string> {
    // A quota or a webhook may refuse the reports of one namespace, which costs none of the others.
    const refusals: ApiError[] = [];
    for (const report of this.#reports.all(end)) {
      // What an audit of one namespace could not read is no matter of the report of the cluster.
      if (this.#namespace !== undefined && report.metadata.namespace !== this.#namespace) continue;
      try {
        await this.#onCluster.write(report);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status === undefined) throw error;
        refusals.push(error);
      }
    }
    const written = `wrote ${counted(this.#onCluster.written, 'policy report')}`;
    const [refusal] = refusals;
    if (refusal !== undefined)
      throw new ApiError(
        `${written}, and could not write ${refusals.length}; none was deleted: ${refusal.message}`,
        refusal.status,
        { cause: refusal },
      );
    // What is missing from this audit may be what could not be read.
    if (end.errors.length > 0) return `${written}; none was deleted, because not all could be read`;
    return `${written}, deleted ${await this.#onCluster.deleteRest()} of earlier audits`;
  }
}
