import type { Configuration } from '../config/configuration.ts';
import { namedProfile } from '../config/namespace-labels.ts';
import type { Manifest, ManifestError } from '../manifests/parse.ts';
import type { Check } from '../policy/check.ts';
import { evaluate, type Finding, type Verdict } from '../policy/evaluate.ts';
import { asObject, asString, type JsonObject } from '../policy/json.ts';
import { readLimitRange, type LimitRange } from '../policy/limit-range.ts';
import { predictPod } from '../policy/predict.ts';
import type { Profile } from '../policy/profile.ts';
import { readPod } from '../policy/view.ts';
import { apiVersionOf, readWorkload, type Workload } from '../policy/workload-kinds.ts';
import { flatten, objectProblem, type ManifestItem } from './objects.ts';

export interface AuditOptions {
  readonly configuration: Configuration;
  readonly profile: Profile;
  /** Only these checks; all of the profile when undefined. */
  readonly checks?: ReadonlySet<Check['id']> | undefined;
  /** The profile whose mutations every namespace is taken to have on; else only those labelled so in the manifests. */
  readonly mutateProfile?: Profile | undefined;
  /** For objects that do not say. */
  readonly namespace: string;
}

/** A workload of a manifest with its verdict. */
export interface AuditedWorkload {
  readonly workload: Workload;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly file: string;
  /** 1-based line where the object begins. */
  readonly line: number;
  readonly verdict: Verdict;
  /** 1-based line of what a finding is about, or of its nearest ancestor that is there. */
  lineOf(finding: Finding): number;
}

export interface AuditResult {
  readonly workloads: readonly AuditedWorkload[];
  /** Documents that are no Kubernetes objects. */
  readonly errors: readonly ManifestError[];
}

/**
 * Judges manifests as admission would judge them: a template by the pod that would come out of it, with the LimitRanges
 * and the namespace labels that are among the manifests.
 */
export function audit(manifests: readonly Manifest[], options: AuditOptions): AuditResult {
  const items = manifests.flatMap(flatten);
  const surroundings = readSurroundings(items, options);
  const errors: ManifestError[] = [];
  const workloads: AuditedWorkload[] = [];
  const profile = withChecks(options.profile, options.checks);
  for (const item of items) {
    const problem = objectProblem(item.object);
    if (problem !== undefined) {
      errors.push({ file: item.file, line: item.line, message: problem });
      continue;
    }
    const workload = readWorkload(item.object);
    if (workload === undefined) continue;
    const namespace = workload.namespace ?? options.namespace;
    const limitRanges = surroundings.limitRanges.get(namespace) ?? [];
    const mutations = (options.mutateProfile ?? mutateProfileOf(namespace, surroundings, options))?.mutations;
    const pod = readPod(predictPod(workload.template, { limitRanges, mutations }).pod);
    workloads.push({
      workload,
      apiVersion: apiVersionOf(workload.kind),
      namespace,
      file: item.file,
      line: item.line,
      verdict: evaluate({ workload, pod, limitRanges }, profile),
      lineOf: (finding) => item.lineAt([...workload.kind.templatePath, ...finding.path]),
    });
  }
  return { workloads, errors };
}

interface Surroundings {
  readonly limitRanges: ReadonlyMap<string, readonly LimitRange[]>;
  /** Labels of the namespaces that are among the manifests. */
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** What stands beside the workloads and decides about their pods. */
function readSurroundings(items: readonly ManifestItem[], { namespace }: AuditOptions): Surroundings {
  const limitRanges = new Map<string, LimitRange[]>();
  const labels = new Map<string, Record<string, string>>();
  for (const { object } of items) {
    if (object['apiVersion'] !== 'v1') continue;
    const metadata = asObject(object['metadata']);
    if (object['kind'] === 'LimitRange') {
      const place = asString(metadata['namespace']) ?? namespace;
      limitRanges.set(place, [...(limitRanges.get(place) ?? []), readLimitRange(object)]);
    } else if (object['kind'] === 'Namespace') {
      labels.set(asString(metadata['name']) ?? '', stringsOf(asObject(metadata['labels'])));
    }
  }
  return { limitRanges, labels };
}

/** The profile whose mutations a namespace has on, as admission would choose it. */
function mutateProfileOf(
  namespace: string,
  { labels }: Surroundings,
  { configuration }: AuditOptions,
): Profile | undefined {
  const name = namedProfile(labels.get(namespace) ?? {}, 'mutate', configuration);
  return name === undefined ? undefined : configuration.profiles.get(name);
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
  return { ...profile, checks: profile.checks.filter(({ check }) => ids.has(check.id)) };
}
