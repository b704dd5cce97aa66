/** What an audit of files must know of all of them before it can judge the first. */
import type { Manifest, ManifestError } from '../manifests/manifest.ts';
import { buildGraph, type Graph, type RelatedKind } from '../policy/graph.ts';
import type { JsonObject } from '../policy/json.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import { objectKinds, readObject } from '../policy/objects/object-kinds.ts';
import { checksOf, type Profile } from '../policy/profile.ts';
import type { AuditOptions } from './audit.ts';
import type { Judge } from './judge.ts';
import { jsonToKeep, KeptGraphWorkload, KeptObject, KeptWorkload } from './kept.ts';
import { flatten, objectProblem, secretMakers } from './objects.ts';
import type { Surroundings } from './surroundings.ts';

/** The documents of the files that are audited, from the first one, as often as they are asked for. */
export type ReadManifests = (isWanted?: (text: string) => boolean) => AsyncIterable<Manifest | ManifestError>;

/**
 * Makes the graph for what the checks of a profile look up. Where they look up nothing, nothing is kept; else only kinds
 * that some check needs are, and workloads only where something is there that is judged by them.
 */
export class Survey {
  readonly #options: AuditOptions;
  readonly #profile: Profile;
  readonly #surroundings: Surroundings;
  readonly #needed: ReadonlySet<RelatedKind>;
  readonly #found = new Set<string>();
  readonly #objects: KubeObject[] = [];
  readonly #workloads = new Map<string, KeptWorkload[]>();

  constructor(options: AuditOptions, profile: Profile, surroundings: Surroundings) {
    this.#options = options;
    this.#profile = profile;
    this.#surroundings = surroundings;
    this.#needed = new Set(checksOf(profile).flatMap(({ check }) => check.needs ?? []));
  }

  /** Reads the files once, and once more where workloads are looked up. */
  async read(manifests: ReadManifests): Promise<void> {
    for await (const read of manifests(this.#isOfInterest)) {
      if ('message' in read) continue;
      for (const { object } of flatten(read)) this.#see(object);
    }
    if (!this.#looksUpWorkloads()) return;
    for await (const read of manifests()) {
      if ('message' in read) continue;
      for (const { object } of flatten(read)) this.#seeWorkload(object);
    }
  }

  graph(judge: Judge): Graph {
    const { namespace, unknown } = this.#options;
    const objects = buildGraph({
      objects: this.#objects,
      namespaces: this.#surroundings.labels,
      defaultNamespace: namespace,
      unknown: unknown ?? this.#surroundings.secrets.unknown,
      predict: (workload) => judge.podOf(workload),
    });
    const predict = judge.podOf.bind(judge);
    const workloads = new Map(
      [...this.#workloads].map(([place, all]) => [
        place,
        all.map((one) => new KeptGraphWorkload(one, predict)),
      ]),
    );
    return { ...objects, workloads: (place) => workloads.get(place) ?? [] };
  }

  /** False only for a document that surely is none of the objects that stand beside others. */
  readonly #isOfInterest = (text: string): boolean => {
    const kind = writtenKind(text);
    if (kind === undefined || kind.endsWith('List') || alwaysOfInterest.has(kind)) return true;
    return this.#profile.objectChecks.length + this.#needed.size > 0 && besideOthers.has(kind);
  };

  #see(object: JsonObject): void {
    this.#surroundings.see(object);
    const read = objectProblem(object) === undefined ? readObject(object) : undefined;
    if (read === undefined) return;
    const { kind } = read.kind;
    this.#found.add(kind);
    if (!this.#needed.has(kind as RelatedKind)) return;
    const json = jsonToKeep(object);
    const kept = readObject(JSON.parse(json) as JsonObject);
    if (kept !== undefined) this.#objects.push(new KeptObject(kept, json));
  }

  #seeWorkload(object: JsonObject): void {
    const table = this.#options.configuration.workloads;
    if (objectProblem(object) !== undefined || table.read(object) === undefined) return;
    const json = jsonToKeep(object);
    const workload = table.read(JSON.parse(json) as JsonObject);
    if (workload === undefined || workload.madeByWorkload) return;
    const place = workload.namespace ?? this.#options.namespace;
    const kept = new KeptWorkload(workload, json);
    const before = this.#workloads.get(place);
    if (before === undefined) this.#workloads.set(place, [kept]);
    else before.push(kept);
  }

  /** True where a check that needs workloads will be asked. */
  #looksUpWorkloads(): boolean {
    return checksOf(this.#profile).some(
      ({ check: { needs = [], judges } }) =>
        needs.some((kind) => kind === 'workloads' || kind === 'Pod') &&
        (judges === 'workloads' || judges.some((kind) => this.#found.has(kind))),
    );
  }
}

const alwaysOfInterest = new Set(['LimitRange', 'Namespace']);
const besideOthers: ReadonlySet<unknown> = new Set([...objectKinds.map(({ kind }) => kind), ...secretMakers]);

const firstLine = /^(?:[ \t]*(?:#.*)?\r?\n)*[A-Za-z]+:/;
const kindLines = /^kind:.*$/gm;
const plainKind = /^kind: +(?<kind>[A-Za-z]+) *(?:#.*)?\r?$/;

/**
 * The kind of an object whose text is of the usual form: block style, with one line `kind: Name` that is not indented.
 * Undefined for all others, also those that would turn out to be usual.
 */
export function writtenKind(text: string): string | undefined {
  if (!firstLine.test(text)) return undefined;
  const lines = text.match(kindLines);
  return lines?.length === 1 ? plainKind.exec(lines[0])?.groups?.['kind'] : undefined;
}
