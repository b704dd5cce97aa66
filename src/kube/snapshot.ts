import type { RelatedKind } from '../policy/graph.ts';
import { asObject, asString, isObject, type JsonObject } from '../policy/json.ts';
import type { Kind } from '../policy/objects/kube-object.ts';
import { objectKinds } from '../policy/objects/object-kinds.ts';
import { isPod, workloadKinds, type WorkloadTable } from '../policy/objects/workload-kinds.ts';
import { ApiError, type KubeClient } from './client.ts';
import { collectionPath, listObjects, type ListOptions } from './collections.ts';
import { limitRangeKind } from './limit-ranges.ts';
import { namespaceKind } from './namespaces.ts';

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
  readonly mustExist?: boolean | undefined;
}

/** A large cluster takes its time; a person waits. */
const timeoutMs = 60_000;

/**
 * Lists what an audit looks at, without what a workload made, which is judged instead. What RBAC keeps from us is reported,
 * not fatal; no answer at all is, and a namespace that is not there.
 */
export async function takeSnapshot(client: KubeClient, options: SnapshotOptions): Promise<Snapshot> {
  const objects: JsonObject[] = [];
  const unknown = new Set<RelatedKind>();
  const problems: string[] = [];
  for (const { kind, stands, metadataOnly, mustExist } of wantedKinds(options.workloads)) {
    try {
      for await (const object of kindObjects(client, kind, options, { metadataOnly, mustExist, timeoutMs })) {
        if (!isLeftOut(object, options)) objects.push(withoutManagedFields(object));
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
    ...workloads.kinds.map((kind): Wanted => ({
      kind,
      stands: isPod({ kind }) ? 'Pod' : 'workloads',
      // Who adds a kind to the configuration means one that is there.
      mustExist: !workloadKinds.includes(kind),
    })),
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
  const found = await client.find(collectionPath(namespaceKind, undefined, namespace), options);
  if (found === undefined) throw new ApiError(`there is no namespace ${namespace}`);
  yield { ...found, apiVersion: 'v1', kind: 'Namespace' };
}

function isLeftOut(object: JsonObject, { without, namespace, workloads }: SnapshotOptions): boolean {
  if (workloads.read(object)?.madeByWorkload === true) return true;
  if (namespace !== undefined) return false;
  return without.includes(asString(asObject(object['metadata'])['namespace']) ?? '');
}

/** They are often the larger part of an object, and no check reads them. */
function withoutManagedFields(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isObject(metadata) || !('managedFields' in metadata)) return object;
  const { managedFields: _managedFields, ...rest } = metadata;
  return { ...object, metadata: rest };
}
