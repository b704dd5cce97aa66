/** Where the objects of an audit come from: files or a cluster. */
import type { Readable } from 'node:stream';
import { systemNamespaces } from '../admission/labels.ts';
import { audit, type AuditedObject, type AuditOptions } from '../audit/audit.ts';
import { clusterItem } from '../audit/objects.ts';
import { auditManifests } from '../audit/stream.ts';
import type { ManifestError } from '../manifests/manifest.ts';
import { listFiles, readFiles } from '../manifests/read.ts';
import { UserError } from './errors.ts';

/** Judged objects in order, and what could not be read between them. A sentence stands for a kind of a cluster. */
export type Audited = AuditedObject | ManifestError | string;

/** Audits what `-f` names. */
export async function* auditSources(
  sources: readonly string[],
  stdin: Readable,
  options: AuditOptions,
): AsyncGenerator<Audited> {
  const files = await listFiles(sources, stdin);
  yield* auditManifests((isWanted) => readFiles(files, isWanted), options);
}

export interface ClusterOptions {
  readonly kubeconfig?: string | undefined;
  /** All namespaces when undefined. */
  readonly namespace?: string | undefined;
}

/** Audits what is on a cluster. */
export async function* auditCluster(
  { kubeconfig, namespace }: ClusterOptions,
  options: AuditOptions,
): AsyncGenerator<Audited> {
  const { workloads, exemptions } = options.configuration;
  const [{ connectAsUser }, { takeSnapshot }, { readServerMinor }] = await Promise.all([
    import('../kube/cluster.ts'),
    import('../kube/snapshot.ts'),
    import('../kube/server-version.ts'),
  ]);
  const client = connectAsUser(kubeconfig);
  if (client === undefined)
    throw new UserError('there is no cluster to audit: give --kubeconfig FILE, or set KUBECONFIG');
  const [{ objects, unknown, problems }, serverMinor] = await Promise.all([
    takeSnapshot(client, {
      namespace,
      without: [...systemNamespaces, ...exemptions.namespaces],
      workloads,
    }),
    // Who may not ask for the version gets the newest; how to judge for another says --kubernetes-version.
    readServerMinor(client).catch(() => undefined),
  ]);
  const result = audit(objects.map(clusterItem), {
    ...options,
    unknown,
    serverMinor: options.serverMinor ?? serverMinor,
  });
  yield* result.objects;
  yield* problems;
  yield* result.errors;
}
