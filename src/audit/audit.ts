import type { ManifestError } from '../manifests/manifest.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Check } from '../policy/check.ts';
import type { Life } from '../policy/life/life.ts';
import type { Finding, Verdict } from '../policy/evaluate.ts';
import { buildGraph, type RelatedKind } from '../policy/graph.ts';
import type { JsonObject } from '../policy/json.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import type { Profile } from '../policy/profile.ts';
import { Judge, readAny } from './judge.ts';
import { objectProblem, type ItemPlace, type ManifestItem } from './objects.ts';
import { Surroundings } from './surroundings.ts';

export interface AuditOptions {
  readonly configuration: Configuration;
  readonly profile: Profile;
  /** Only these checks; all of the profile when undefined. */
  readonly checks?: ReadonlySet<Check['id']> | undefined;
  /** The profile whose mutations every namespace is taken to have on; else only those labelled so in the manifests. */
  readonly mutateProfile?: Profile | undefined;
  /** For objects that do not say. */
  readonly namespace: string;
  /** Namespaces whose objects are not judged: admission leaves them in peace as well. */
  readonly withoutNamespaces?: ReadonlySet<string> | undefined;
  /** Kinds of a cluster that are not read, as if they could not be: what rests on them is not judged. */
  readonly withoutKinds?: ReadonlySet<RelatedKind> | undefined;
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
  /** How its pods start and stop; undefined for what makes none, and for pods that get no requests. */
  readonly life: () => Life | undefined;
  /**
   * Its pod template, with the mutations of the profile that every namespace is taken to have on; undefined for what makes
   * no pods.
   */
  readonly template: () => JsonObject | undefined;
  /** Where the object begins; undefined for an object of a cluster. */
  place(): ItemPlace | undefined;
  /** Of what a finding is about, or of its nearest ancestor that is there. */
  placeOf(finding: Finding): ItemPlace | undefined;
  /** The line of that. */
  lineOf(finding: Finding): number | undefined;
}

export interface AuditResult {
  /** Workloads, and other objects that some check of the profile judges. */
  readonly objects: readonly AuditedObject[];
  /** Documents that are no Kubernetes objects. */
  readonly errors: readonly ManifestError[];
}

/**
 * Judges objects that are all there, as admission would judge them: a template by the pod that would come out of it, with
 * the LimitRanges, the namespace labels and the other objects that are among the items. What a controller made is left out
 * where its owner is judged.
 */
export function audit(items: readonly ManifestItem[], options: AuditOptions): AuditResult {
  const surroundings = new Surroundings(options.namespace);
  for (const { object } of items) surroundings.see(object);
  const known = items.flatMap(({ object }) => {
    if (objectProblem(object) !== undefined) return [];
    const read = readAny(object, options.configuration);
    if (read === undefined) surroundings.seeUnknown(object);
    return read ?? [];
  });
  const judge = new Judge(options, surroundings, (self) =>
    buildGraph({
      objects: known,
      otherPodLabels: surroundings.podLabels,
      namespaces: surroundings.labels,
      defaultNamespace: options.namespace,
      unknown: options.unknown ?? new Set(),
      predict: (workload) => self.podOf(workload),
    }),
  );
  const objects: AuditedObject[] = [];
  const errors: ManifestError[] = [];
  for (const item of items) {
    const judged = judge.judge(item);
    if (judged === undefined) continue;
    if ('message' in judged) errors.push(judged);
    else objects.push(judged);
  }
  return { objects, errors };
}
