import type { Mode } from '../config/spec.ts';
import { evaluate, type Finding, type Verdict } from '../policy/evaluate.ts';
import type { LimitRange } from '../policy/limit-range.ts';
import type { MutationSettings } from '../policy/mutation.ts';
import { predictPod } from '../policy/predict.ts';
import type { Profile } from '../policy/profile.ts';
import { readPod, type PodView } from '../policy/view.ts';
import type { Workload } from '../policy/workload-kinds.ts';
import type { AdmissionContext } from './context.ts';
import { selectProfile } from './labels.ts';
import type { NamespaceInfo } from './ports.ts';
import type { AdmissionRequest } from './review.ts';

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
  /** About labels that name no profile. */
  readonly labelWarnings: readonly string[];
}

/**
 * Judges a workload by every mode that its namespace has on. A Pod is judged as it is: LimitRanger and our own mutations
 * have run before validation. A template is judged by the pod that would come out of it.
 */
export function judge(
  path: ValidatingPath,
  request: AdmissionRequest,
  workload: Workload,
  namespace: NamespaceInfo,
  limitRanges: readonly LimitRange[],
  context: AdmissionContext,
): Judgement {
  const configuration = context.configuration();
  const verdicts: ModeVerdict[] = [];
  const labelWarnings: string[] = [];
  // A resize changes nothing but resources, and a refusal for a missing probe would only be in the way.
  const topic = request.subResource === 'resize' ? 'resources' : undefined;
  let pod: PodView | undefined;
  for (const mode of servedModes[path]) {
    const { profile, warning } = selectProfile(namespace.labels, mode, configuration);
    if (warning !== undefined) labelWarnings.push(warning);
    if (profile === undefined) continue;
    pod ??= podOf(
      workload,
      limitRanges,
      selectProfile(namespace.labels, 'mutate', configuration).profile?.mutations,
    );
    const known = verdicts.find((other) => other.profile === profile);
    const verdict = known?.verdict ?? evaluate({ workload, pod, limitRanges }, profile, topic);
    verdicts.push({ mode, profile, verdict });
  }
  return { verdicts, labelWarnings };
}

/** The pod to judge: a Pod itself, or what comes out of a template. */
function podOf(
  workload: Workload,
  limitRanges: readonly LimitRange[],
  mutations: MutationSettings | undefined,
): PodView {
  if (workload.kind.kind === 'Pod') return readPod(workload.template);
  return readPod(predictPod(workload.template, { limitRanges, mutations }).pod);
}

/** The findings for which `enforce` refuses a workload. */
export function denials({ findings }: Verdict): Finding[] {
  return findings.filter(({ action }) => action === 'deny');
}
