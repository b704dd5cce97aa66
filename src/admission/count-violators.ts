import type { Configuration } from '../config/configuration.ts';
import { isExempt } from '../config/exempt.ts';
import { asObject, type Json } from '../policy/json.ts';
import { evaluate, evaluateObject, type Verdict } from '../policy/evaluate.ts';
import { predictPod, type Surroundings } from '../policy/predict.ts';
import type { Profile } from '../policy/profile.ts';
import { readPod } from '../policy/objects/view.ts';
import { isOver } from '../policy/objects/at-rest.ts';
import { controllerUid, type KubeObject } from '../policy/objects/kube-object.ts';
import { admittedKinds } from '../policy/objects/object-kinds.ts';
import { unknownSurroundings, type RelatedKind } from '../policy/graph.ts';
import { isPod, type Workload } from '../policy/objects/workload-kinds.ts';
import { problemOf } from '../policy/words.ts';
import type { AdmissionContext } from './context.ts';
import { selectProfile } from './labels.ts';
import { denials } from './leniency.ts';
import type { NamespaceInfo } from './ports.ts';
import { Tally } from './tally.ts';

/**
 * What enforcing a profile would break in a namespace, as warnings: how many workloads would be refused, how many running
 * pods could not be recreated after a drain, and how many autoscalers and budgets would be refused, by folded reason. Stops at the signal and then says so. The model is
 * EvaluatePodsInNamespace of Pod Security Admission.
 */
export async function countViolators(
  namespace: NamespaceInfo,
  context: AdmissionContext,
  signal: AbortSignal,
): Promise<string[]> {
  const configuration = context.configuration();
  const { profile } = selectProfile(namespace.labels, 'enforce', configuration);
  if (profile === undefined) return [];
  if (context.workloads === undefined)
    return ['gracegate: without a cluster the workloads of a namespace cannot be counted'];
  const mutations = selectProfile(namespace.labels, 'mutate', configuration).profile?.mutations;
  const limitRanges = context.limitRanges.list(namespace.name);
  const census = new Census(
    namespace.name,
    profile,
    { limitRanges, mutations, serverMinor: context.serverMinor() },
    configuration,
  );
  const notes: string[] = [];
  const others = readOthers(namespace.name, profile, context);
  try {
    const listed = context.workloads.list(namespace.name, configuration.workloads, signal);
    await takeCensus(census, listed, signal);
  } catch (error) {
    if (!signal.aborted) {
      context.recorder.failed(`counting the workloads of namespace ${namespace.name}`, error);
      notes.push(
        `gracegate in ${namespace.name}: the workloads could not be listed, so what follows may lack some`,
      );
    }
  }
  if (signal.aborted)
    notes.push(
      `gracegate in ${namespace.name}: time was up after ${census.seen} objects; there may be more than what follows`,
    );
  const { objects, unread } = await others;
  for (const object of objects) census.addOther(object);
  for (const kind of unread)
    notes.push(
      `gracegate in ${namespace.name}: objects of kind ${kind} could not be read, and are not counted`,
    );
  return [...notes, ...census.report()];
}

/**
 * The autoscalers and disruption budgets, where the profile denies something of them. A read of theirs ends within a second,
 * by itself.
 */
async function readOthers(
  namespace: string,
  { objectChecks }: Profile,
  context: AdmissionContext,
): Promise<{ readonly objects: readonly KubeObject[]; readonly unread: readonly RelatedKind[] }> {
  const kinds = new Set(
    objectChecks
      .filter(({ action }) => action === 'deny')
      .flatMap(({ check }) => check.judges)
      .filter((kind) => admittedKinds.has(kind)),
  );
  const { related, recorder } = context;
  if (related === undefined || kinds.size === 0) return { objects: [], unread: [] };
  try {
    const { workloads } = context.configuration();
    const { objects, unknown } = await related.read({ namespace, kinds, workloads, only: undefined });
    return { objects, unread: [...kinds].filter((kind) => unknown.has(kind)) };
  } catch (error) {
    recorder.failed(`counting the autoscalers and disruption budgets of namespace ${namespace}`, error);
    return { objects: [], unread: [...kinds] };
  }
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
  readonly #configuration: Configuration;
  readonly #workloads = new Tally('workloads would be refused');
  readonly #pods = new Tally('running pods could not be recreated after a drain');
  readonly #others = new Tally('autoscalers and disruption budgets would be refused');
  /** Reasons of the pods of one controller, which are all alike: judged once. */
  readonly #byController = new Map<string, string>();

  constructor(namespace: string, profile: Profile, surroundings: Surroundings, configuration: Configuration) {
    this.#namespace = namespace;
    this.#profile = profile;
    this.#surroundings = surroundings;
    this.#configuration = configuration;
  }

  get seen(): number {
    return this.#workloads.total + this.#pods.total;
  }

  add(object: Json): void {
    const workload = this.#configuration.workloads.read(object);
    if (workload === undefined || isOver(workload) || isExempt(workload, this.#configuration)) return;
    if (isPod(workload)) this.#addPod(workload);
    // What another workload made follows its owner, which is counted itself.
    else if (!workload.madeByWorkload)
      this.#workloads.add(`${workload.kind.kind} ${workload.name}`, this.#reasonFor(workload));
  }

  addOther(object: KubeObject): void {
    if (isOver(object)) return;
    const judged = { object, namespace: this.#namespace, graph: unknownSurroundings };
    const verdict = evaluateObject(judged, this.#profile, { orderIsFree: true });
    this.#others.add(`${object.kind.kind} ${object.name}`, reasonOf(verdict));
  }

  #addPod(workload: Workload): void {
    const controller = controllerUid(asObject(workload.object['metadata']));
    let reason = controller === undefined ? undefined : this.#byController.get(controller);
    reason ??= this.#profile.pods === 'warn' ? '' : this.#reasonFor(workload);
    if (controller !== undefined) this.#byController.set(controller, reason);
    this.#pods.add(workload.name, reason);
  }

  #reasonFor(workload: Workload): string {
    const { limitRanges } = this.#surroundings;
    const pod = readPod(predictPod(workload.template, this.#surroundings).pod);
    const judged = { workload, namespace: this.#namespace, pod, limitRanges, graph: unknownSurroundings };
    return reasonOf(evaluate(judged, this.#profile, { orderIsFree: true }));
  }

  report(): string[] {
    // Of several namespaces that are asked about at once, kubectl shows what two of them say in the same words once.
    const prefix = `gracegate enforce=${this.#profile.name} in ${this.#namespace}`;
    return [this.#workloads, this.#pods, this.#others].flatMap((tally) => tally.report(prefix));
  }
}

/** The reasons of a denial in one line; empty when there is none. */
function reasonOf(verdict: Verdict): string {
  return [...new Set(denials(verdict).map((finding) => `${problemOf(finding)} [${finding.check}]`))].join(
    ', ',
  );
}
