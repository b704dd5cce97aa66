/** What an audit must know of all objects before it can judge the first. */
import { buildGraph, type Graph, type RelatedKind } from '../policy/graph.ts';
import type { JsonObject } from '../policy/json.ts';
import { objectKinds, readObject } from '../policy/objects/object-kinds.ts';
import { checksOf, type Profile } from '../policy/profile.ts';
import type { AuditOptions } from './audit.ts';
import type { Judge } from './judge.ts';
import { jsonToKeep, KeptGraphWorkload, KeptObject, KeptWorkload } from './kept.ts';
import { objectProblem, secretMakers } from './objects.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Makes the graph for what the checks of a profile look up. Where they look up nothing, nothing is kept; else only kinds
 * that some check needs are, and workloads only where something is there that is judged by them.
 */
export class Survey {
  readonly #options: AuditOptions;
  readonly #profile: Profile;
  readonly #surroundings: Surroundings;
  readonly #keeps: ReadonlySet<string>;
  readonly #found = new Set<string>();
  readonly #objects: KeptObject[] = [];
  readonly #workloads = new Map<string, KeptWorkload[]>();

  /** @param keeps kinds whose objects are kept; those that some check needs unless said otherwise */
  constructor(
    options: AuditOptions,
    profile: Profile,
    surroundings: Surroundings,
    keeps: ReadonlySet<string> = neededKinds(profile),
  ) {
    this.#options = options;
    this.#profile = profile;
    this.#surroundings = surroundings;
    this.#keeps = keeps;
  }

  /** False only for a document that surely is none of the objects that stand beside others. */
  readonly isOfInterest = (text: string): boolean => {
    const kind = writtenKind(text);
    if (kind === undefined || kind.endsWith('List') || alwaysOfInterest.has(kind)) return true;
    return this.#profile.objectChecks.length + this.#keeps.size > 0 && besideOthers.has(kind);
  };

  /** Looks at an object that stands beside workloads; of any other it takes no notice. */
  see(object: JsonObject): void {
    this.#surroundings.see(object);
    const read = objectProblem(object) === undefined ? readObject(object) : undefined;
    if (read === undefined) return;
    const { kind } = read.kind;
    this.#found.add(kind);
    if (!this.#keeps.has(kind)) return;
    const json = jsonToKeep(object);
    const kept = readObject(JSON.parse(json) as JsonObject);
    if (kept !== undefined) this.#objects.push(new KeptObject(kept, json));
  }

  /** Keeps a workload that no other made, and of an object of an unknown kind the labels of its pods. */
  seeWorkload(object: JsonObject): void {
    const table = this.#options.configuration.workloads;
    if (objectProblem(object) !== undefined) return;
    const read = table.read(object);
    if (read === undefined && readObject(object) === undefined) this.#surroundings.seeUnknown(object);
    if (read?.madeByWorkload !== false) return;
    const json = jsonToKeep(object);
    const workload = table.read(JSON.parse(json) as JsonObject);
    if (workload === undefined) return;
    const place = workload.namespace ?? this.#options.namespace;
    const kept = new KeptWorkload(workload, json);
    const before = this.#workloads.get(place);
    if (before === undefined) this.#workloads.set(place, [kept]);
    else before.push(kept);
  }

  /** True where a check that needs workloads will be asked, once all else has been seen. */
  looksUpWorkloads(): boolean {
    return checksOf(this.#profile).some(
      ({ check: { needs = [], judges } }) =>
        needs.some((kind) => kind === 'workloads' || kind === 'Pod') &&
        (judges === 'workloads' || judges.some((kind) => this.#found.has(kind))),
    );
  }

  /** What was kept of workloads, by namespace, and then of other objects. */
  *kept(): Generator<JsonObject> {
    for (const workloads of this.#workloads.values()) for (const { object } of workloads) yield object;
    for (const { object } of this.#objects) yield object;
  }

  /** @param unknown kinds of which nothing follows when they are absent */
  graph(judge: Judge, unknown: ReadonlySet<RelatedKind>): Graph {
    const predict = judge.podOf.bind(judge);
    const objects = buildGraph({
      objects: this.#objects,
      otherPodLabels: this.#surroundings.podLabels,
      namespaces: this.#surroundings.labels,
      defaultNamespace: this.#options.namespace,
      unknown,
      predict,
    });
    const workloads = new Map(
      [...this.#workloads].map(([place, all]) => [
        place,
        all.map((one) => new KeptGraphWorkload(one, predict)),
      ]),
    );
    return { ...objects, workloads: (place) => workloads.get(place) ?? [] };
  }
}

/** Kinds that the checks of a profile look up. */
export function neededKinds(profile: Profile): ReadonlySet<RelatedKind> {
  return new Set(checksOf(profile).flatMap(({ check }) => check.needs ?? []));
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
