/** What to change in which object, so that an audit has nothing left to say of what can be fixed. Pure. */
import { audit, type AuditedObject, type AuditOptions } from '../audit/audit.ts';
import { objectProblem, unknownAmong, type ManifestItem } from '../audit/objects.ts';
import { Surroundings } from '../audit/surroundings.ts';
import type { Violation } from '../policy/check.ts';
import type { Finding } from '../policy/evaluate.ts';
import type { JsonObject } from '../policy/json.ts';
import { isWorkload, type Workload } from '../policy/objects/workload-kinds.ts';
import { readPod, type ContainerView } from '../policy/objects/view.ts';
import type { MutationSettings } from '../policy/mutation.ts';
import { pathFromObject } from '../policy/words.ts';
import { isThere, withChanges, type NamedChange } from './change.ts';
import type { Fix } from './fix.ts';
import { fixFor } from './fixes/registry.ts';
import { mutationChanges, settingsFor } from './mutations.ts';

export interface PlanOptions extends Omit<AuditOptions, 'unknown' | 'mutateProfile'> {
  /** What the profile writes into every pod; undefined where only violations are to be fixed. */
  readonly mutations: MutationSettings | undefined;
}

/** What is to become of an item. */
export interface Planned {
  readonly item: ManifestItem;
  /** In the order in which they were found; the last for a path counts. Paths start from the object. */
  readonly changes: readonly NamedChange[];
  /** What is then left, and nobody but the author can mend. */
  readonly left: readonly Finding[];
  /** Undefined for what no check judges. */
  readonly audited: AuditedObject | undefined;
}

/** A round mends something in every container, or finds that it cannot be, so this is never reached. */
const maxRounds = 200;

export function plan(items: readonly ManifestItem[], options: PlanOptions): Planned[] {
  const planner = new Planner(items, options);
  for (let round = 0; round < maxRounds && planner.advance(); round += 1);
  return planner.result();
}

/** Fixes on trial in an item: kept only if they bring no violation that was not there and cannot be fixed. */
interface Trial {
  readonly before: JsonObject;
  /** How many changes there were. */
  readonly changes: number;
  /** Violations that are to be gone. */
  readonly keys: readonly string[];
  /** Violations that were there; undefined where others may come to light. */
  readonly known: ReadonlySet<string> | undefined;
}

class Planner {
  readonly #items: readonly ManifestItem[];
  readonly #options: PlanOptions;
  readonly #settings: MutationSettings | undefined;
  readonly #surroundings: Surroundings;
  readonly #objects: JsonObject[];
  readonly #changes: NamedChange[][];
  /** Violations that a fix was tried for in vain, by item. */
  readonly #hopeless: Set<string>[];
  /** Items whose fixes did harm together, and are tried one by one. */
  readonly #careful = new Set<number>();
  #audited: (AuditedObject | undefined)[] = [];
  #trials = new Map<number, Trial>();

  constructor(items: readonly ManifestItem[], options: PlanOptions) {
    this.#items = items;
    this.#options = options;
    this.#settings = options.mutations && settingsFor(options.mutations, options.checks);
    this.#objects = items.map(({ object }) => object);
    this.#changes = items.map(() => []);
    this.#hopeless = items.map(() => new Set());
    this.#surroundings = new Surroundings(options.namespace);
    for (const { object } of items) this.#surroundings.see(object);
  }

  /** One round: mutations everywhere, then one fix for each container, or object. False when there was nothing to do. */
  advance(): boolean {
    let isChanged = false;
    for (const index of this.#objects.keys()) isChanged = this.#mutate(index) || isChanged;
    this.#audit();
    const isUndone = this.#judgeTrials();
    if (isUndone) this.#audit();
    for (const index of this.#objects.keys()) isChanged = this.#tryFix(index) || isChanged;
    return isChanged || isUndone;
  }

  result(): Planned[] {
    return this.#items.map((item, index) => {
      const audited = this.#audited[index];
      const changes = (this.#changes[index] ?? []).filter((change) => !isThere(item.object, change));
      return { item, changes, left: audited?.verdict.findings ?? [], audited };
    });
  }

  #mutate(index: number): boolean {
    const object = this.#objects[index];
    if (this.#settings === undefined || object === undefined) return false;
    if (objectProblem(object) !== undefined) return false;
    const workload = this.#options.configuration.workloads.read(object);
    if (workload === undefined || isFragment(workload)) return false;
    const limitRanges = this.#surroundings.limitRanges(workload.namespace ?? this.#options.namespace);
    const changes = mutationChanges(workload, this.#settings, limitRanges).map((change) => ({
      ...change,
      path: [...workload.kind.templatePath, ...change.path],
    }));
    return this.#apply(index, changes);
  }

  #apply(index: number, changes: readonly NamedChange[]): boolean {
    const before = this.#objects[index] ?? {};
    const needed = changes.filter((change) => !isThere(before, change));
    if (needed.length === 0) return false;
    this.#objects[index] = withChanges(before, needed);
    this.#changes[index]?.push(...needed);
    return true;
  }

  #audit(): void {
    const items = this.#items.map((item, index): ManifestItem => ({
      object: this.#objects[index] ?? item.object,
      file: item.file,
      // Looked up where something is reported, which is not here.
      line: undefined,
      lineAt: (path) => item.lineAt(path),
    }));
    const { objects } = audit(items, { ...this.#options, unknown: unknownAmong(items) });
    const found = new Map(objects.map((audited) => [audited.object.object, audited]));
    this.#audited = this.#objects.map((object) => found.get(object));
  }

  /** Takes back what has brought new violations to its object. */
  #judgeTrials(): boolean {
    let isUndone = false;
    for (const [index, { before, changes, keys, known }] of this.#trials) {
      const now = this.#audited[index]?.verdict.findings ?? [];
      const isKnown = (finding: Finding): boolean =>
        known === undefined || known.has(placeOf(finding)) || this.#isFixable(index, finding);
      if (now.every((finding) => isKnown(finding) && !keys.includes(keyOf(finding)))) continue;
      this.#objects[index] = before;
      this.#changes[index]?.splice(changes);
      if (keys.length > 1) this.#careful.add(index);
      else this.#hopeless[index]?.add(keys[0] ?? '');
      isUndone = true;
    }
    this.#trials = new Map();
    return isUndone;
  }

  /** What a fix brings up may be fixed in its turn. */
  #isFixable(index: number, finding: Finding): boolean {
    return (
      fixFor(finding.check, finding.message) !== undefined &&
      this.#hopeless[index]?.has(keyOf(finding)) !== true
    );
  }

  #tryFix(index: number): boolean {
    const audited = this.#audited[index];
    const before = this.#objects[index];
    if (audited === undefined || before === undefined) return false;
    if (isWorkload(audited.object) && isFragment(audited.object)) return false;
    const { findings } = audited.verdict;
    const count = this.#changes[index]?.length ?? 0;
    const tried = new Map<ContainerView | undefined, string>();
    let reveals = false;
    for (const finding of findings) {
      const key = keyOf(finding);
      const fix = fixFor(finding.check, finding.message);
      if (fix === undefined || tried.has(finding.container) || this.#hopeless[index]?.has(key) === true)
        continue;
      if (tried.size > 0 && this.#careful.has(index)) break;
      if (!this.#apply(index, this.#proposed(fix, finding, audited))) continue;
      tried.set(finding.container, key);
      reveals ||= fix.reveals === true;
    }
    if (tried.size === 0) return false;
    const known = reveals ? undefined : new Set(findings.map(placeOf));
    this.#trials.set(index, { before, changes: count, keys: [...tried.values()], known });
    return true;
  }

  #proposed(fix: Fix, finding: Finding, { object }: AuditedObject): NamedChange[] {
    return fix.propose(finding, { object, mutations: this.#options.mutations }).map((change) => ({
      ...change,
      path: pathFromObject({ ...finding, path: change.path }, object),
      by: finding.check,
    }));
  }
}

/** What was objected to by which check; once one problem is mended, the check may see the next. */
function placeOf({ check, container }: Violation): string {
  return JSON.stringify([check, container?.path]);
}

/** A violation is the same whatever its numbers are. */
function keyOf({ check, message, container, path }: Violation): string {
  return JSON.stringify([check, message, container?.path, path]);
}

/** A container without an image is no whole manifest but a patch of one, as kustomize has it: the rest is not known. */
export function isFragment({ template }: Workload): boolean {
  return readPod(template).containers.some(({ image }) => image === '');
}
