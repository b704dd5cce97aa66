import type { ManifestError } from '../manifests/manifest.ts';
import type { RelatedKind } from '../policy/graph.ts';
import { asObject, asString, type JsonObject } from '../policy/json.ts';
import type { Kind } from '../policy/objects/kube-object.ts';
import { limitRangeKind, namespaceKind, objectKinds } from '../policy/objects/object-kinds.ts';
import { isPod, workloadKinds, type WorkloadTable } from '../policy/objects/workload-kinds.ts';
import { checksOf } from '../policy/profile.ts';
import type { AuditedObject, AuditOptions } from './audit.ts';
import { Judge, withChecks } from './judge.ts';
import { clusterItem } from './objects.ts';
import { KindUnreadable, type ClusterObjects, type ReadHow } from './ports.ts';
import { Survey, neededKinds } from './survey.ts';
import { Surroundings } from './surroundings.ts';

/** A kind to read. */
interface Wanted extends ReadHow {
  readonly kind: Kind;
  /** What its absence would be the absence of. */
  readonly stands: RelatedKind | undefined;
}

/**
 * Judges what is on a cluster, as admission would judge it, without what a workload made. Objects are held, as text, only
 * where checks look them up; else they are judged page by page. A kind that may not be read is told in a sentence, last,
 * and no check calls its objects absent.
 */
export async function* auditCluster(
  cluster: ClusterObjects,
  options: AuditOptions,
): AsyncGenerator<AuditedObject | ManifestError | string> {
  const reading = new Reading(cluster, options);
  const profile = withChecks(options.profile, options.checks);
  const surroundings = new Surroundings(options.namespace);
  const kept = new Set([...neededKinds(profile), ...checksOf(profile).flatMap(({ check }) => judged(check))]);
  const survey = new Survey(options, profile, surroundings, kept);
  for await (const object of reading.all(kindsBeside(kept))) survey.see(object);
  const workloads = workloadsOf(options.configuration.workloads);
  const isLookedUp = survey.looksUpWorkloads();
  if (isLookedUp) for await (const object of reading.all(workloads)) survey.seeWorkload(object);
  const judge = new Judge(options, surroundings, (self) => survey.graph(self, reading.unknown));
  if (!isLookedUp) {
    for await (const object of reading.all(workloads)) {
      const one = judge.judge(clusterItem(object));
      if (one !== undefined) yield one;
    }
  }
  for (const object of survey.kept()) {
    const one = judge.judge(clusterItem(object));
    if (one !== undefined) yield one;
  }
  yield* reading.problems;
}

const judged = ({ judges }: { readonly judges: 'workloads' | readonly string[] }): readonly string[] =>
  judges === 'workloads' ? [] : judges;

function kindsBeside(kept: ReadonlySet<string>): Wanted[] {
  return [
    { kind: namespaceKind, stands: 'Namespace' },
    { kind: limitRangeKind, stands: undefined },
    ...objectKinds
      .filter(({ kind }) => kept.has(kind))
      .map((kind): Wanted => ({ kind, stands: kind.kind, metadataOnly: kind.metadataOnly })),
  ];
}

function workloadsOf({ kinds }: WorkloadTable): Wanted[] {
  return kinds.map((kind) => ({
    kind,
    stands: isPod({ kind }) ? 'Pod' : 'workloads',
    // Who adds a kind to the configuration means one that is there.
    mustExist: !workloadKinds.includes(kind),
  }));
}

/** Reads kinds one after another, and remembers what could not be read. */
class Reading {
  readonly unknown: Set<RelatedKind>;
  /** One sentence each. */
  readonly problems: string[] = [];
  readonly #cluster: ClusterObjects;
  readonly #withoutNamespaces: ReadonlySet<string>;
  readonly #withoutKinds: ReadonlySet<RelatedKind>;

  constructor(
    cluster: ClusterObjects,
    { withoutNamespaces = new Set(), withoutKinds = new Set() }: AuditOptions,
  ) {
    this.#cluster = cluster;
    this.#withoutNamespaces = withoutNamespaces;
    this.#withoutKinds = withoutKinds;
    this.unknown = new Set(withoutKinds);
  }

  async *all(wanted: readonly Wanted[]): AsyncGenerator<JsonObject> {
    for (const { kind, stands, ...how } of wanted) {
      if (stands !== undefined && this.#withoutKinds.has(stands)) continue;
      try {
        for await (const object of this.#cluster.list(kind, how)) {
          if (!this.#withoutNamespaces.has(asString(asObject(object['metadata'])['namespace']) ?? ''))
            yield object;
        }
      } catch (error) {
        if (!(error instanceof KindUnreadable)) throw error;
        this.problems.push(`${kind.resource} cannot be read, ${consequence(kind)}: ${error.message}`);
        if (stands !== undefined) this.unknown.add(stands);
      }
    }
  }
}

function consequence(kind: Kind): string {
  if (kind === limitRangeKind) return 'and the defaults that they set are not counted';
  if (kind === namespaceKind) return 'and mutations that their labels turn on are not counted';
  return 'and what rests on them is not judged';
}
