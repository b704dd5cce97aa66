import { asObject, asString } from '../policy/json.ts';
import { apiVersionOf, type Kind } from '../policy/objects/kube-object.ts';
import { apply } from './apply.ts';
import { ApiError, type KubeClient } from './client.ts';
import { collectionPath, partialList } from './collections.ts';
import { patiently } from './patient.ts';

const api = { group: 'wgpolicyk8s.io', version: 'v1alpha2' };

const kinds = {
  PolicyReport: { ...api, kind: 'PolicyReport', resource: 'policyreports' },
  ClusterPolicyReport: { ...api, kind: 'ClusterPolicyReport', resource: 'clusterpolicyreports' },
} as const satisfies Record<string, Kind>;

/** A report, as far as it must be known to write it. */
export interface WritableReport {
  readonly kind: keyof typeof kinds;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface PolicyReportsOptions {
  /** Only reports of this namespace; all when undefined. */
  readonly namespace?: string | undefined;
  /** Which all reports that are written have, and no others. */
  readonly labels: Readonly<Record<string, string>>;
}

const timeoutMs = 60_000;

/** Where the definitions can be had; those that the tests install are of the same release. */
const definitions =
  'https://raw.githubusercontent.com/kyverno/kyverno/v1.19.1/config/crds/policyreport/wgpolicyk8s.io';

/** The PolicyReports of a cluster that have certain labels, to be replaced by others. */
export class ClusterPolicyReports {
  readonly #client: KubeClient;
  /** Paths of those that were there. */
  readonly #before: ReadonlySet<string>;
  readonly #written = new Set<string>();

  private constructor(client: KubeClient, before: ReadonlySet<string>) {
    this.#client = client;
    this.#before = before;
  }

  /** Looks what is there. Throws ApiError where the cluster has no PolicyReports, or does not let us read them. */
  static async find(
    client: KubeClient,
    { namespace, labels }: PolicyReportsOptions,
  ): Promise<ClusterPolicyReports> {
    const before = new Set<string>();
    const searched =
      namespace === undefined ? [kinds.PolicyReport, kinds.ClusterPolicyReport] : [kinds.PolicyReport];
    for (const kind of searched) {
      for await (const path of labelled(client, kind, namespace, labels)) before.add(path);
    }
    return new ClusterPolicyReports(client, before);
  }

  /** Reports that were written. */
  get written(): number {
    return this.#written.size;
  }

  /** Writes a report, or replaces the one of its name. One of a namespace that has gone meanwhile is let go. */
  async write(report: WritableReport): Promise<void> {
    const { name, namespace } = report.metadata;
    const path = collectionPath(kinds[report.kind], namespace, name);
    try {
      await apply(this.#client, path, report);
      this.#written.add(path);
    } catch (error) {
      if (namespace === undefined || !isOfGoneNamespace(error)) throw explained(error);
    }
  }

  /** Deletes what was there and was not written again. Returns how many. */
  async deleteRest(): Promise<number> {
    const left = [...this.#before].filter((path) => !this.#written.has(path));
    for (const path of left) {
      try {
        await patiently(() => this.#client.call(path, { method: 'DELETE', timeoutMs }));
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw explained(error);
      }
    }
    return left.length;
  }
}

/** The paths of the reports with these labels. Their results, which may be large, stay where they are. */
async function* labelled(
  client: KubeClient,
  kind: Kind,
  namespace: string | undefined,
  labels: Readonly<Record<string, string>>,
): AsyncGenerator<string> {
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const query = new URLSearchParams({ labelSelector: selector.join(',') });
  const path = `${collectionPath(kind, namespace)}?${query.toString()}`;
  const named = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  try {
    const options = { accept: partialList, timeoutMs, attempt: patiently };
    for await (const { metadata } of client.list(path, named, options)) {
      const { name, namespace: place } = asObject(metadata);
      yield collectionPath(kind, asString(place), asString(name) ?? '');
    }
  } catch (error) {
    throw explained(error);
  }
}

/**
 * The text is that of plugin/pkg/admission/namespace/lifecycle/admission.go. A namespace that is gone altogether is not
 * found; that the API itself is there, the list before has shown.
 */
function isOfGoneNamespace(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return (
    error.status === 404 || (error.status === 403 && /because it is being terminated/.test(error.message))
  );
}

/** What to do about the two failures that everybody meets. */
function explained(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { status, message } = error;
  if (status === 404) {
    const files = Object.values(kinds).map(({ resource }) => `-f ${definitions}_${resource}.yaml`);
    const text = `the cluster does not know PolicyReports (${apiVersionOf(api)}); Kyverno brings them, or: kubectl apply ${files.join(' ')}`;
    return new ApiError(text, status, { cause: error });
  }
  // A quota and a webhook forbid as well, and it is no right that is missing then.
  if (status === 403 && !/exceeded quota|denied (?:the )?request/.test(message)) {
    const resources = Object.values(kinds).map(({ resource }) => resource);
    const text = `writing PolicyReports needs the verbs list, create, patch and delete on ${resources.join(' and ')} of ${api.group}: ${message}`;
    return new ApiError(text, status, { cause: error });
  }
  return error;
}
