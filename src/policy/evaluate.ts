import { readExemptions, type ExemptionRequest } from './annotations.ts';
import type { ObjectSubject, Topic, Violation, WorkloadSubject } from './check.ts';
import { askedContainers } from './objects/asked-containers.ts';
import type { ContainerMatcher } from './objects/container-matcher.ts';
import type { Graph } from './graph.ts';
import { annotationsOf, labelsOf, type KubeObject } from './objects/kube-object.ts';
import type { LimitRange } from './resources/limit-range.ts';
import { checksOf, type Action, type CheckSetting, type Profile } from './profile.ts';
import type { ContainerView, PodView } from './objects/view.ts';
import type { Workload } from './objects/workload-kinds.ts';

/** A violation with what the profile does about it. */
export interface Finding extends Violation {
  readonly action: Action;
}

/** The verdict of a profile over a pod or an object, as data. */
export interface Verdict {
  /** By container, then by check; about the pod or object as a whole last. */
  readonly findings: readonly Finding[];
  /** Findings that an honoured exemption took out. */
  readonly exempted: readonly Finding[];
  /** Why the author says that these do not apply; empty where nothing is exempted. */
  readonly exemptReason: string;
  /** What the author should know about the exemptions asked for that were not honoured. */
  readonly notices: readonly string[];
}

/** What is judged: a workload by the pod that comes out of it, or a pod by itself. */
export interface Judged {
  readonly workload: Workload;
  readonly namespace: string;
  readonly pod: PodView;
  /** The LimitRanges of the namespace. */
  readonly limitRanges: readonly LimitRange[];
  readonly graph: Graph;
}

/** Any other object that is judged. */
export interface JudgedObject {
  readonly object: KubeObject;
  readonly namespace: string;
  readonly graph: Graph;
}

export interface EvaluateOptions {
  /** Narrows the checks, to those that can change with a resize. */
  readonly topic?: Topic | undefined;
  /** True at admission, where the order of an apply is free: what objects to an absent object then only warns. */
  readonly orderIsFree?: boolean;
}

/** Runs the checks of a profile over a workload. */
export function evaluate(judged: Judged, profile: Profile, options: EvaluateOptions = {}): Verdict {
  const { pod, workload } = judged;
  const common = subjectOf(judged, profile);
  const verdict = new VerdictBuilder(readExemptions(pod.annotations), profile, options);
  for (const setting of profile.workloadChecks) {
    const { check, ignores, asks } = setting;
    if (options.topic !== undefined && check.topic !== options.topic) continue;
    if (asks !== undefined && !asks(workload.kind.kind, pod.labels)) continue;
    const subject = ignores === undefined ? common : without(common, ignores);
    verdict.add(setting, check.evaluate(subject, setting.parameters));
  }
  return verdict.finish(pod);
}

/** Runs the checks of a profile over an object that makes no pods. */
export function evaluateObject(
  judged: JudgedObject,
  profile: Profile,
  options: EvaluateOptions = {},
): Verdict {
  const { object } = judged;
  const { kind } = object.kind;
  const labels = labelsOf(object);
  const verdict = new VerdictBuilder(readExemptions(annotationsOf(object)), profile, options);
  for (const setting of profile.objectChecks) {
    const { check, ignores, asks } = setting;
    if (!(check.judges as readonly string[]).includes(kind)) continue;
    if (asks !== undefined && !asks(kind, labels)) continue;
    const subject: ObjectSubject = { ...judged, ignores: either(profile.ignores, ignores) };
    const violations = check.evaluate(subject, setting.parameters);
    verdict.add(
      setting,
      violations.map((violation) => ({ ...violation, root: 'object' })),
    );
  }
  return verdict.finish(undefined);
}

/** True when some check of the profile judges objects of this kind. */
export function judgesKind(profile: Profile, kind: string): boolean {
  return profile.objectChecks.some(({ check }) => (check.judges as readonly string[]).includes(kind));
}

function subjectOf(judged: Judged, { limits, ignores }: Profile): WorkloadSubject {
  const asked = askedContainers(judged.pod, ignores);
  return {
    ...judged,
    resourceContainers: asked,
    servingContainers: asked.filter(({ serves }) => serves),
    profileLimits: limits,
  };
}

function without(subject: WorkloadSubject, ignores: ContainerMatcher): WorkloadSubject {
  return {
    ...subject,
    resourceContainers: subject.resourceContainers.filter((container) => !ignores(container)),
    servingContainers: subject.servingContainers.filter((container) => !ignores(container)),
  };
}

function either(first: ContainerMatcher, second: ContainerMatcher | undefined): ContainerMatcher {
  return second === undefined ? first : (container) => first(container) || second(container);
}

const noNotices: readonly string[] = [];

/** A verdict in the making. */
class VerdictBuilder {
  readonly #request: ExemptionRequest | undefined;
  readonly #profile: Profile;
  readonly #orderIsFree: boolean;
  readonly #findings: Finding[] = [];
  readonly #exempted: Finding[] = [];

  constructor(
    request: ExemptionRequest | undefined,
    profile: Profile,
    { orderIsFree = false }: EvaluateOptions,
  ) {
    this.#request = request;
    this.#profile = profile;
    this.#orderIsFree = orderIsFree;
  }

  add(setting: CheckSetting, violations: readonly Violation[]): void {
    const target = isExempt(setting, this.#request) ? this.#exempted : this.#findings;
    for (const violation of violations) {
      target.push({ ...violation, action: this.#actionFor(setting, violation) });
    }
  }

  #actionFor({ check, action }: CheckSetting, { message }: Violation): Action {
    const { absence, atMost } = check.messages[message] ?? {};
    return atMost ?? (absence === true && this.#orderIsFree ? 'warn' : action);
  }

  finish(pod: PodView | undefined): Verdict {
    const findings = this.#findings;
    return {
      findings: findings.length < 2 || pod === undefined ? findings : inContainerOrder(findings, pod),
      exempted: this.#exempted,
      exemptReason: this.#exempted.length === 0 ? '' : (this.#request?.reason ?? ''),
      notices: this.#request === undefined ? noNotices : exemptionNotices(this.#request, this.#profile),
    };
  }
}

/** An exemption without a reason is none: in a year nobody would know whether it may go. */
function isExempt({ check, exemptible }: CheckSetting, request: ExemptionRequest | undefined): boolean {
  return request !== undefined && exemptible && request.reason !== '' && request.checks.includes(check.id);
}

function exemptionNotices(request: ExemptionRequest, profile: Profile): string[] {
  if (request.reason === '') {
    return ['the exemption in gracegate.dev/exempt is ignored: gracegate.dev/exempt-reason must say why'];
  }
  const notices: string[] = [];
  for (const id of request.checks) {
    const setting = checksOf(profile).find(({ check }) => check.id === id);
    if (setting === undefined) {
      notices.push(`the exemption from ${id} is of no use: profile ${profile.name} has no such check`);
    } else if (!setting.exemptible) {
      notices.push(`the exemption from ${id} is ignored: profile ${profile.name} does not allow it`);
    }
  }
  return notices;
}

/** A stable sort, so that violations of one container stay in the order of the registry. */
function inContainerOrder(findings: readonly Finding[], { containers }: PodView): Finding[] {
  const positions = new Map<ContainerView | undefined, number>(
    containers.map((container, index) => [container, index]),
  );
  const position = ({ container }: Finding): number => positions.get(container) ?? containers.length;
  return findings.toSorted((a, b) => position(a) - position(b));
}
