import type { RelatedKind } from '../policy/graph.ts';
import { asObject, asString, type JsonObject } from '../policy/json.ts';
import type { Kind } from '../policy/objects/kube-object.ts';
import { objectKinds } from '../policy/objects/object-kinds.ts';
import { isPod, type WorkloadTable } from '../policy/objects/workload-kinds.ts';
import { ApiError, type KubeClient } from './client.ts';
import { listObjects, type ListOptions } from './collections.ts';

/** Everything of a cluster that an audit looks at. */
export interface Snapshot {
  readonly objects: readonly JsonObject[];
  /** Kinds that could not be read, whose absence therefore means nothing. */
  readonly unknown: ReadonlySet<RelatedKind>;
  /** What could not be read and why, one sentence each. */
  readonly problems: readonly string[];
}

export interface SnapshotOptions {
  /** All namespaces when undefined. */
  readonly namespace?: string | undefined;
  /** Namespaces to leave out when all are read. */
  readonly without: readonly string[];
  readonly workloads: WorkloadTable;
}

interface Wanted {
  readonly kind: Kind;
  /** What its absence would be the absence of. */
  readonly stands: RelatedKind | undefined;
  readonly metadataOnly?: boolean | undefined;
}

const namespaceKind: Kind = { group: '', version: 'v1', kind: 'Namespace', resource: 'namespaces' };
const limitRangeKind: Kind = { group: '', version: 'v1', kind: 'LimitRange', resource: 'limitranges' };

/** A large cluster takes its time; a person waits. */
const timeoutMs = 60_000;

/** Lists what an audit looks at. What RBAC keeps from us is reported, not fatal; no answer at all is. */
export async function takeSnapshot(client: KubeClient, options: SnapshotOptions): Promise<Snapshot> {
  const objects: JsonObject[] = [];
  const unknown = new Set<RelatedKind>();
  const problems: string[] = [];
  for (const { kind, stands, metadataOnly } of wantedKinds(options.workloads)) {
    try {
      for await (const object of kindObjects(client, kind, options, { metadataOnly, timeoutMs })) {
        if (!isLeftOut(object, options)) objects.push(object);
      }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === undefined) throw error;
      problems.push(
        `${kind.resource} cannot be read, and what rests on them is not judged: ${error.message}`,
      );
      if (stands !== undefined) unknown.add(stands);
    }
  }
  return { objects, unknown, problems };
}

function wantedKinds(workloads: WorkloadTable): Wanted[] {
  return [
    { kind: namespaceKind, stands: 'Namespace' },
    { kind: limitRangeKind, stands: undefined },
    ...workloads.kinds.map((kind): Wanted => ({ kind, stands: isPod({ kind }) ? 'Pod' : 'workloads' })),
    ...objectKinds.map((kind): Wanted => ({ kind, stands: kind.kind, metadataOnly: kind.metadataOnly })),
  ];
}

async function* kindObjects(
  client: KubeClient,
  kind: Kind,
  { namespace }: SnapshotOptions,
  options: ListOptions,
): AsyncGenerator<JsonObject> {
  if (kind !== namespaceKind || namespace === undefined) {
    yield* listObjects(client, kind, {
      ...options,
      namespace: kind === namespaceKind ? undefined : namespace,
    });
    return;
  }
  const found = await client.find(`/api/v1/namespaces/${encodeURIComponent(namespace)}`);
  if (found !== undefined) yield { ...found, apiVersion: 'v1', kind: 'Namespace' };
}

function isLeftOut(object: JsonObject, { without, namespace }: SnapshotOptions): boolean {
  if (namespace !== undefined) return false;
  return without.includes(asString(asObject(object['metadata'])['namespace']) ?? '');
}
