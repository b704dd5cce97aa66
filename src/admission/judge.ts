import type { Mode } from '../config/spec.ts';
import { evaluate, evaluateObject, type Verdict } from '../policy/evaluate.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import type { Profile } from '../policy/profile.ts';
import type { PodView } from '../policy/objects/view.ts';
import { isWorkload, type Workload } from '../policy/objects/workload-kinds.ts';
import type { AdmissionContext } from './context.ts';
import { selectProfile } from './labels.ts';
import { rule, type Ruling } from './leniency.ts';
import type { NamespaceInfo } from './ports.ts';
import type { AdmissionRequest } from './review.ts';
import { graphOf, podOf, type Surroundings } from './surroundings.ts';

/** The modes that each validating webhook serves: the selectors guarantee that the modes before it are off. */
const servedModes = {
  enforce: ['enforce', 'warn', 'audit'],
  warn: ['warn', 'audit'],
  audit: ['audit'],
} as const satisfies Partial<Record<Mode, readonly Mode[]>>;

export type ValidatingPath = keyof typeof servedModes;

/** The verdict of the profile that a mode names. */
export interface ModeVerdict {
  readonly mode: Exclude<Mode, 'mutate'>;
  readonly profile: Profile;
  readonly verdict: Verdict;
}

export interface Judgement {
  readonly verdicts: readonly ModeVerdict[];
  /** What the verdict of `enforce` does to the request. */
  readonly ruling: Ruling;
  /** About labels that name no profile. */
  readonly labelWarnings: readonly string[];
}

/** The profiles by which a webhook judges in a namespace. */
export function profilesFor(
  path: ValidatingPath,
  namespace: NamespaceInfo,
  context: AdmissionContext,
): Profile[] {
  const profiles = servedModes[path].map(
    (mode) => selectProfile(namespace.labels, mode, context.configuration()).profile,
  );
  return profiles.filter((profile) => profile !== undefined);
}

/** Judges an object by every mode that its namespace has on. */
export function judge(
  path: ValidatingPath,
  request: AdmissionRequest,
  target: KubeObject,
  surroundings: Surroundings,
  context: AdmissionContext,
): Judgement {
  const { namespace } = surroundings;
  const configuration = context.configuration();
  const verdicts: ModeVerdict[] = [];
  const labelWarnings: string[] = [];
  let verdictOf: ((profile: Profile) => Verdict) | undefined;
  for (const mode of servedModes[path]) {
    const { profile, warning } = selectProfile(namespace.labels, mode, configuration);
    if (warning !== undefined) labelWarnings.push(warning);
    if (profile === undefined) continue;
    verdictOf ??= evaluator(request, target, surroundings, context);
    const known = verdicts.find((other) => other.profile === profile);
    verdicts.push({ mode, profile, verdict: known?.verdict ?? verdictOf(profile) });
  }
  const enforced = verdicts.find(({ mode }) => mode === 'enforce');
  const ruling =
    enforced === undefined ? { refused: [] } : ruleOn(enforced, request, target, surroundings, context);
  return { verdicts, ruling, labelWarnings };
}

function ruleOn(
  { profile, verdict }: ModeVerdict,
  request: AdmissionRequest,
  target: KubeObject,
  surroundings: Surroundings,
  context: AdmissionContext,
): Ruling {
  const { workloads } = context.configuration();
  return rule(request, target, profile, verdict, {
    workload: (object) => workloads.read(object),
    verdictOver: (workload) => evaluator(request, workload, surroundings, context)(profile),
    verdictOverPods: (workload) => {
      const { raw } = predictedPod(workload, surroundings, context);
      const pod = workloads.read({ ...raw, apiVersion: 'v1', kind: 'Pod' }) ?? workload;
      // Nothing is looked up for a pod.
      return evaluator(request, pod, { ...surroundings, related: undefined }, context)(profile);
    },
  });
}

/** What judges one object by any profile. The pod is predicted once. */
function evaluator(
  request: AdmissionRequest,
  target: KubeObject,
  surroundings: Surroundings,
  context: AdmissionContext,
): (profile: Profile) => Verdict {
  const graph = graphOf(surroundings, context);
  const { namespace } = request;
  if (!isWorkload(target)) {
    return (profile) => evaluateObject({ object: target, namespace, graph }, profile, { orderIsFree: true });
  }
  const { limitRanges } = surroundings;
  const pod = predictedPod(target, surroundings, context);
  // A resize changes nothing but resources, and a refusal for a missing probe would only be in the way.
  const topic = request.subResource === 'resize' ? 'resources' : undefined;
  return (profile) =>
    evaluate({ workload: target, namespace, pod, limitRanges, graph }, profile, { topic, orderIsFree: true });
}

function predictedPod(
  workload: Workload,
  { namespace, limitRanges }: Surroundings,
  context: AdmissionContext,
): PodView {
  const { mutations } = selectProfile(namespace.labels, 'mutate', context.configuration()).profile ?? {};
  return podOf(workload, { limitRanges, mutations, serverMinor: context.serverMinor() });
}
