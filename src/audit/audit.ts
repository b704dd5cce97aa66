import type { Configuration } from '../config/configuration.ts';
import { namedProfile } from '../config/namespace-labels.ts';
import type { ManifestError } from '../manifests/parse.ts';
import type { Check } from '../policy/check.ts';
import { evaluate, evaluateObject, judgesKind, type Finding, type Verdict } from '../policy/evaluate.ts';
import { buildGraph, type RelatedKind } from '../policy/graph.ts';
import { asObject, asString, type JsonObject } from '../policy/json.ts';
import { apiVersionOf, type KubeObject } from '../policy/objects/kube-object.ts';
import { readLimitRange, type LimitRange } from '../policy/resources/limit-range.ts';
import { readObject } from '../policy/objects/object-kinds.ts';
import { predictPod } from '../policy/predict.ts';
import type { CheckSetting, Profile } from '../policy/profile.ts';
import { readPod, type PodView } from '../policy/objects/view.ts';
import { isWorkload, type Workload } from '../policy/objects/workload-kinds.ts';
import { pathFromObject } from '../policy/words.ts';
import { objectProblem, type ManifestItem } from './objects.ts';

export interface AuditOptions {
  readonly configuration: Configuration;
  readonly profile: Profile;
  /** Only these checks; all of the profile when undefined. */
  readonly checks?: ReadonlySet<Check['id']> | undefined;
  /** The profile whose mutations every namespace is taken to have on; else only those labelled so in the manifests. */
  readonly mutateProfile?: Profile | undefined;
  /** For objects that do not say. */
  readonly namespace: string;
  /** Kinds of which the items say nothing, so that their absence means nothing. */
  readonly unknown?: ReadonlySet<RelatedKind> | undefined;
  /** The minor version of the API server, as 34 in 1.34; the newest known when undefined. */
  readonly serverMinor?: number | undefined;
}

/** An object of a manifest or a cluster with its verdict. */
export interface AuditedObject {
  readonly object: KubeObject;
  readonly apiVersion: string;
  readonly namespace: string;
  /** Undefined for an object of a cluster. */
  readonly file: string | undefined;
  /** 1-based line where the object begins. */
  readonly line: number | undefined;
  readonly verdict: Verdict;
  /** 1-based line of what a finding is about, or of its nearest ancestor that is there. */
  lineOf(finding: Finding): number | undefined;
}

export interface AuditResult {
  /** Workloads, and other objects that some check of the profile judges. */
  readonly objects: readonly AuditedObject[];
  /** Documents that are no Kubernetes objects. */
  readonly errors: readonly ManifestError[];
}

/**
 * Judges objects as admission would judge them: a template by the pod that would come out of it, with the LimitRanges,
 * the namespace labels and the other objects that are among the items. What a controller made is left out where its
 * owner is judged.
 */
export function audit(items: readonly ManifestItem[], options: AuditOptions): AuditResult {
  const errors: ManifestError[] = [];
  const read: Read[] = [];
  for (const item of items) {
    const problem = objectProblem(item.object);
    if (problem !== undefined) {
      errors.push({
        file: item.file ?? 'the cluster',
        ...(item.line && { line: item.line }),
        message: problem,
      });
      continue;
    }
    const object = options.configuration.workloads.read(item.object) ?? readObject(item.object);
    if (object !== undefined) read.push({ object, item });
  }
  const auditor = new Auditor(items, read, options);
  const judged = read.filter(({ object, item }) => auditor.judges(object, item));
  return { objects: judged.map(({ object, item }) => auditor.judge(object, item)), errors };
}

interface Read {
  readonly object: KubeObject;
  readonly item: ManifestItem;
}

class Auditor {
  readonly #options: AuditOptions;
  readonly #profile: Profile;
  readonly #limitRanges = new Map<string, LimitRange[]>();
  /** Labels of the namespaces that are among the items. */
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();
  readonly #graph;

  constructor(items: readonly ManifestItem[], read: readonly Read[], options: AuditOptions) {
    this.#options = options;
    this.#profile = withChecks(options.profile, options.checks);
    for (const { object } of items) this.#readSurroundings(object);
    this.#graph = buildGraph({
      objects: read.map(({ object }) => object),
      namespaces: this.#labels,
      defaultNamespace: options.namespace,
      unknown: options.unknown ?? new Set(),
      predict: (workload) => this.#podOf(workload),
    });
  }

  judges(object: KubeObject, item: ManifestItem): boolean {
    // On a cluster the workload that made it is judged. In files an owner reference is what somebody has written.
    if (isWorkload(object)) return item.file !== undefined || !object.madeByWorkload;
    return judgesKind(this.#profile, object.kind.kind);
  }

  judge(object: KubeObject, item: ManifestItem): AuditedObject {
    const namespace = this.#namespaceOf(object);
    const graph = this.#graph;
    const verdict = isWorkload(object)
      ? evaluate(
          {
            workload: object,
            namespace,
            pod: this.#podOf(object),
            limitRanges: this.#limitRanges.get(namespace) ?? [],
            graph,
          },
          this.#profile,
        )
      : evaluateObject({ object, namespace, graph }, this.#profile);
    return {
      object,
      apiVersion: asString(object.object['apiVersion']) ?? apiVersionOf(object.kind),
      namespace,
      file: item.file,
      line: item.line,
      verdict,
      lineOf: (finding) => item.lineAt(pathFromObject(finding, object)),
    };
  }

  #namespaceOf({ namespace }: KubeObject): string {
    return namespace ?? this.#options.namespace;
  }

  #podOf(workload: Workload): PodView {
    const namespace = this.#namespaceOf(workload);
    const limitRanges = this.#limitRanges.get(namespace) ?? [];
    const { mutateProfile, configuration, serverMinor } = this.#options;
    const name = namedProfile(this.#labels.get(namespace) ?? {}, 'mutate', configuration);
    const named = name === undefined ? undefined : configuration.profiles.get(name);
    const mutations = (mutateProfile ?? named)?.mutations;
    return readPod(predictPod(workload.template, { limitRanges, mutations, serverMinor }).pod);
  }

  /** What stands beside the workloads and decides about their pods. */
  #readSurroundings(object: JsonObject): void {
    if (object['apiVersion'] !== 'v1') return;
    const metadata = asObject(object['metadata']);
    if (object['kind'] === 'LimitRange') {
      const place = asString(metadata['namespace']) ?? this.#options.namespace;
      this.#limitRanges.set(place, [...(this.#limitRanges.get(place) ?? []), readLimitRange(object)]);
    } else if (object['kind'] === 'Namespace') {
      this.#labels.set(asString(metadata['name']) ?? '', stringsOf(asObject(metadata['labels'])));
    }
  }
}

function stringsOf(object: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  );
}

function withChecks(profile: Profile, ids: ReadonlySet<string> | undefined): Profile {
  if (ids === undefined) return profile;
  const isWanted = ({ check }: CheckSetting): boolean => ids.has(check.id);
  return {
    ...profile,
    workloadChecks: profile.workloadChecks.filter(isWanted),
    objectChecks: profile.objectChecks.filter(isWanted),
  };
}
