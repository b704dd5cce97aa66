import type { Configuration } from '../config/configuration.ts';
import { isExempt } from '../config/exempt.ts';
import { namedProfile } from '../config/namespace-labels.ts';
import type { ManifestError } from '../manifests/manifest.ts';
import { evaluate, evaluateObject, judgesKind, type Finding, type Verdict } from '../policy/evaluate.ts';
import type { Graph } from '../policy/graph.ts';
import { lifeOf, type Life } from '../policy/life/life.ts';
import { asString, type JsonObject, type Path } from '../policy/json.ts';
import { isOver } from '../policy/objects/at-rest.ts';
import { apiVersionOf, type KubeObject } from '../policy/objects/kube-object.ts';
import { readObject } from '../policy/objects/object-kinds.ts';
import { readPod, type PodView } from '../policy/objects/view.ts';
import { isPod, isWorkload, type Workload } from '../policy/objects/workload-kinds.ts';
import { predictPod } from '../policy/predict.ts';
import type { CheckSetting, Profile } from '../policy/profile.ts';
import { pathFromObject } from '../policy/words.ts';
import type { AuditedObject, AuditOptions } from './audit.ts';
import {
  isKustomization,
  objectProblem,
  templateError,
  type ItemPlace,
  type ManifestItem,
} from './objects.ts';
import type { Surroundings } from './surroundings.ts';

/** Judges objects one by one, as admission would judge them. */
export class Judge {
  readonly profile: Profile;
  readonly #options: AuditOptions;
  readonly #surroundings: Surroundings;
  #graph: Graph | undefined;

  /** @param graph made with the help of {@link podOf}, and asked only when something is judged */
  constructor(options: AuditOptions, surroundings: Surroundings, graph: (judge: Judge) => Graph) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.profile = withChecks(options.profile, options.checks);
    this.#graph = graph(this);
  }

  /** Undefined for an object that no check is about. */
  judge(item: ManifestItem): AuditedObject | ManifestError | undefined {
    if (isKustomization(item)) return undefined;
    const problem = objectProblem(item.object);
    if (problem !== undefined) {
      const { file = 'the cluster', line } = item;
      return { file, ...(line !== undefined && { line }), message: problem };
    }
    const object = readAny(item.object, this.#options.configuration);
    const template = templateError(item, object !== undefined && isWorkload(object) ? object : undefined);
    if (template !== undefined) return template;
    if (object === undefined || !this.#isJudged(object, item)) return undefined;
    return new ItemAudit(item, object, {
      namespace: this.namespaceOf(object),
      verdict: this.#verdict(object),
      life: () => this.#life(object),
      template: () => this.#templateOf(object),
    });
  }

  namespaceOf({ namespace }: KubeObject): string {
    return namespace ?? this.#options.namespace;
  }

  /** The pod that would come out of a workload. */
  podOf(workload: Workload): PodView {
    const namespace = this.namespaceOf(workload);
    const { mutateProfile, configuration, serverMinor } = this.#options;
    const labels = this.#surroundings.labels.get(namespace) ?? {};
    const name = namedProfile(labels, 'mutate', configuration);
    const named = name === undefined ? undefined : configuration.profiles.get(name);
    const mutations = (mutateProfile ?? named)?.mutations;
    const limitRanges = this.#surroundings.limitRanges(namespace);
    return readPod(predictPod(workload.template, { limitRanges, mutations, serverMinor }).pod);
  }

  #isJudged(object: KubeObject, item: ManifestItem): boolean {
    if (this.#options.withoutNamespaces?.has(this.namespaceOf(object)) === true) return false;
    const isOnCluster = item.file === undefined;
    if (isOnCluster && isOver(object)) return false;
    if (!isWorkload(object)) return judgesKind(this.profile, object.kind.kind);
    if (isExempt(object, this.#options.configuration)) return false;
    // On a cluster the workload that made it is judged. In files an owner reference is what somebody has written.
    return !(isOnCluster && object.madeByWorkload);
  }

  #templateOf(object: KubeObject): JsonObject | undefined {
    if (!isWorkload(object)) return undefined;
    return this.#options.mutateProfile === undefined ? object.template : this.podOf(object).raw;
  }

  /** By all checks of the profile, also those that were not asked for: their parameters are the same. */
  #life(object: KubeObject): Life | undefined {
    if (!isWorkload(object)) return undefined;
    const about = { pod: this.podOf(object), namespace: this.namespaceOf(object), graph: this.#graphNow() };
    return lifeOf(about, this.#options.profile);
  }

  #graphNow(): Graph {
    if (this.#graph === undefined) throw new Error('judged before there is a graph');
    return this.#graph;
  }

  #verdict(object: KubeObject): Verdict {
    const namespace = this.namespaceOf(object);
    const graph = this.#graphNow();
    if (!isWorkload(object)) return evaluateObject({ object, namespace, graph }, this.profile);
    const limitRanges = this.#surroundings.limitRanges(namespace);
    const pod = this.podOf(object);
    const verdict = evaluate({ workload: object, namespace, pod, limitRanges, graph }, this.profile);
    // As at admission: pods, and what a controller made, are let through (src/admission/leniency.ts).
    const isLenient = this.profile.pods === 'warn' && (isPod(object) || object.controlled);
    return isLenient ? withoutDenials(verdict) : verdict;
  }
}

function withoutDenials(verdict: Verdict): Verdict {
  return { ...verdict, findings: verdict.findings.map((finding) => ({ ...finding, action: 'warn' })) };
}

/** A workload, or an object of another kind that is known here. */
export function readAny(
  object: ManifestItem['object'],
  { workloads }: Configuration,
): KubeObject | Workload | undefined {
  return workloads.read(object) ?? readObject(object);
}

type Judgement = Pick<AuditedObject, 'namespace' | 'verdict' | 'life' | 'template'>;

class ItemAudit implements AuditedObject {
  readonly object: KubeObject;
  readonly namespace: string;
  readonly verdict: Verdict;
  readonly life: () => Life | undefined;
  readonly template: () => JsonObject | undefined;
  readonly #item: ManifestItem;

  constructor(item: ManifestItem, object: KubeObject, { namespace, verdict, life, template }: Judgement) {
    this.#item = item;
    this.object = object;
    this.namespace = namespace;
    this.verdict = verdict;
    this.life = life;
    this.template = template;
  }

  get apiVersion(): string {
    return asString(this.object.object['apiVersion']) ?? apiVersionOf(this.object.kind);
  }

  get file(): string | undefined {
    return this.#item.file;
  }

  get line(): number | undefined {
    return this.#item.line;
  }

  place(): ItemPlace | undefined {
    return this.#placeAt([]);
  }

  placeOf(finding: Finding): ItemPlace | undefined {
    return this.#placeAt(pathFromObject(finding, this.object));
  }

  lineOf(finding: Finding): number | undefined {
    return this.placeOf(finding)?.line;
  }

  #placeAt(path: Path): ItemPlace | undefined {
    const item = this.#item;
    if (item.placeAt !== undefined) return item.placeAt(path);
    const { file } = item;
    const line = file === undefined ? undefined : item.lineAt(path);
    return file === undefined || line === undefined ? undefined : { file, line, column: 1 };
  }
}

/** The profile with these checks only; all of them when undefined. */
export function withChecks(profile: Profile, ids: ReadonlySet<string> | undefined): Profile {
  if (ids === undefined) return profile;
  const isWanted = ({ check }: CheckSetting): boolean => ids.has(check.id);
  return {
    ...profile,
    workloadChecks: profile.workloadChecks.filter(isWanted),
    objectChecks: profile.objectChecks.filter(isWanted),
  };
}
