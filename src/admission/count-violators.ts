import { asObject, type Json } from '../policy/json.ts';
import { evaluate } from '../policy/evaluate.ts';
import { predictPod, type Surroundings } from '../policy/predict.ts';
import type { Profile } from '../policy/profile.ts';
import { readPod } from '../policy/objects/view.ts';
import { controllerUid } from '../policy/objects/kube-object.ts';
import { unknownSurroundings } from '../policy/graph.ts';
import type { Workload, WorkloadTable } from '../policy/objects/workload-kinds.ts';
import { problemOf } from '../policy/words.ts';
import type { AdmissionContext } from './context.ts';
import { selectProfile } from './labels.ts';
import { denials } from './judge.ts';
import type { NamespaceInfo } from './ports.ts';

/** Reasons listed for workloads and for pods each; the rest are counted. */
const maxReasons = 8;

/**
 * What enforcing a profile would break in a namespace, as warnings: how many workloads would be refused, and how many
 * running pods could not be recreated after a drain, by folded reason. Stops at the signal and then says so. The model is
 * EvaluatePodsInNamespace of Pod Security Admission.
 */
export async function countViolators(
  namespace: NamespaceInfo,
  context: AdmissionContext,
  signal: AbortSignal,
): Promise<string[]> {
  const { profile } = selectProfile(namespace.labels, 'enforce', context.configuration());
  if (profile === undefined) return [];
  if (context.workloads === undefined)
    return ['gracegate: without a cluster the workloads of a namespace cannot be counted'];
  const mutations = selectProfile(namespace.labels, 'mutate', context.configuration()).profile?.mutations;
  const { workloads } = context.configuration();
  const limitRanges = context.limitRanges.list(namespace.name);
  const census = new Census(
    namespace.name,
    profile,
    { limitRanges, mutations, serverMinor: context.serverMinor() },
    workloads,
  );
  let note: string | undefined;
  try {
    await takeCensus(census, context.workloads.list(namespace.name, workloads, signal), signal);
  } catch (error) {
    if (!signal.aborted) {
      context.recorder.failed(`counting the workloads of namespace ${namespace.name}`, error);
      note = `gracegate in ${namespace.name}: the workloads could not be listed, so what follows may lack some`;
    }
  }
  if (signal.aborted)
    note = `gracegate in ${namespace.name}: time was up after ${census.seen} objects; there may be more than what follows`;
  return [...(note === undefined ? [] : [note]), ...census.report()];
}

async function takeCensus(census: Census, objects: AsyncIterable<Json>, signal: AbortSignal): Promise<void> {
  for await (const object of objects) {
    census.add(object);
    if (signal.aborted) return;
  }
}

/** Counts violators by folded reason. */
class Census {
  readonly #namespace: string;
  readonly #profile: Profile;
  readonly #surroundings: Surroundings;
  readonly #table: WorkloadTable;
  readonly #workloads = new Tally('workloads would be refused');
  readonly #pods = new Tally('running pods could not be recreated after a drain');
  /** Reasons of the pods of one controller, which are all alike: judged once. */
  readonly #byController = new Map<string, string>();

  constructor(namespace: string, profile: Profile, surroundings: Surroundings, table: WorkloadTable) {
    this.#namespace = namespace;
    this.#profile = profile;
    this.#surroundings = surroundings;
    this.#table = table;
  }

  get seen(): number {
    return this.#workloads.total + this.#pods.total;
  }

  add(object: Json): void {
    const workload = this.#table.read(object);
    if (workload === undefined) return;
    if (workload.kind.kind === 'Pod') this.#addPod(workload);
    // What another workload made follows its owner, which is counted itself.
    else if (!workload.madeByWorkload)
      this.#workloads.add(`${workload.kind.kind} ${workload.name}`, this.#reasonFor(workload));
  }

  #addPod(workload: Workload): void {
    // Finished pods are not recreated.
    const phase = asObject(workload.object['status'])['phase'];
    if (phase === 'Succeeded' || phase === 'Failed') return;
    const controller = controllerUid(asObject(workload.object['metadata']));
    let reason = controller === undefined ? undefined : this.#byController.get(controller);
    reason ??= this.#profile.pods === 'warn' ? '' : this.#reasonFor(workload);
    if (controller !== undefined) this.#byController.set(controller, reason);
    this.#pods.add(workload.name, reason);
  }

  /** The reasons in one line; empty when it would pass. */
  #reasonFor(workload: Workload): string {
    const { limitRanges } = this.#surroundings;
    const pod = readPod(predictPod(workload.template, this.#surroundings).pod);
    const judged = { workload, namespace: this.#namespace, pod, limitRanges, graph: unknownSurroundings };
    const verdict = evaluate(judged, this.#profile, { orderIsFree: true });
    return [...new Set(denials(verdict).map((finding) => `${problemOf(finding)} [${finding.check}]`))].join(
      ', ',
    );
  }

  report(): string[] {
    // Of several namespaces that are asked about at once, kubectl shows what two of them say in the same words once.
    const prefix = `gracegate enforce=${this.#profile.name} in ${this.#namespace}`;
    return [this.#workloads, this.#pods].flatMap((tally) => tally.report(prefix));
  }
}

/** Violators of one sort, folded by reason. */
class Tally {
  readonly #what: string;
  readonly #names = new Map<string, { first: string; count: number }>();
  #violators = 0;
  total = 0;

  constructor(what: string) {
    this.#what = what;
  }

  add(name: string, reason: string): void {
    this.total += 1;
    if (reason === '') return;
    this.#violators += 1;
    const folded = this.#names.get(reason);
    if (folded === undefined) {
      this.#names.set(reason, { first: name, count: 1 });
    } else {
      folded.count += 1;
      if (name < folded.first) folded.first = name;
    }
  }

  report(prefix: string): string[] {
    if (this.#violators === 0) return [];
    const reasons = [...this.#names].toSorted(
      ([, a], [, b]) => b.count - a.count || (a.first < b.first ? -1 : 1),
    );
    const lines = reasons.slice(0, maxReasons).map(([reason, { first, count }]) => {
      const others = count === 1 ? '' : ` (and ${count - 1} more)`;
      return `${prefix}: ${first}${others}: ${reason}`;
    });
    if (reasons.length > maxReasons) lines.push(`${prefix}: and ${reasons.length - maxReasons} more reasons`);
    return [`${prefix}: ${this.#violators} of ${this.total} ${this.#what}`, ...lines];
  }
}
