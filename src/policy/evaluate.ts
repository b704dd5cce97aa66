import { readExemptions, type ExemptionRequest } from './annotations.ts';
import type { Check, Subject, Violation } from './check.ts';
import type { LimitRange } from './limit-range.ts';
import type { Action, CheckSetting, Profile } from './profile.ts';
import type { ContainerView, PodView } from './view.ts';
import type { Workload } from './workload-kinds.ts';

/** A violation with what the profile does about it. */
export interface Finding extends Violation {
  readonly action: Action;
}

/** The verdict of a profile over a pod, as data. */
export interface Verdict {
  /** By container, then by check; about the pod as a whole last. */
  readonly findings: readonly Finding[];
  /** Findings that an honoured exemption took out. */
  readonly exempted: readonly Finding[];
  /** What the author should know about the exemptions asked for that were not honoured. */
  readonly notices: readonly string[];
}

/** What is judged: a workload by the pod that comes out of it, or a pod by itself. */
export interface Judged {
  readonly workload: Workload;
  readonly pod: PodView;
  /** The LimitRanges of the namespace. */
  readonly limitRanges: readonly LimitRange[];
}

const noNotices: readonly string[] = [];

/** Runs the checks of a profile. `topic` narrows them to those that can change with a resize. */
export function evaluate(judged: Judged, profile: Profile, topic?: Check['topic']): Verdict {
  const { pod } = judged;
  const limitRanges =
    profile.limits.length === 0 ? judged.limitRanges : [...judged.limitRanges, ...profile.limits];
  const common = subjectOf(judged, limitRanges, profile.ignores);
  const request = readExemptions(pod);
  const findings: Finding[] = [];
  const exempted: Finding[] = [];
  for (const setting of profile.checks) {
    if (topic !== undefined && setting.check.topic !== topic) continue;
    const subject = setting.ignores === undefined ? common : without(common, setting.ignores);
    const target = isExempt(setting, request) ? exempted : findings;
    for (const violation of setting.check.evaluate(subject, setting.parameters)) {
      target.push({ ...violation, action: setting.action });
    }
  }
  return {
    findings: findings.length < 2 ? findings : inContainerOrder(findings, pod),
    exempted,
    notices: request === undefined ? noNotices : exemptionNotices(request, profile),
  };
}

function subjectOf(
  { workload, pod }: Judged,
  limitRanges: readonly LimitRange[],
  ignores: (container: ContainerView) => boolean,
): Subject {
  const asked = pod.containers.filter((container) => container.class !== 'ephemeral' && !ignores(container));
  return {
    workload,
    pod,
    resourceContainers: asked,
    servingContainers: asked.filter(({ serves }) => serves),
    limitRanges,
  };
}

function without(subject: Subject, ignores: (container: ContainerView) => boolean): Subject {
  return {
    ...subject,
    resourceContainers: subject.resourceContainers.filter((container) => !ignores(container)),
    servingContainers: subject.servingContainers.filter((container) => !ignores(container)),
  };
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
    const setting = profile.checks.find(({ check }) => check.id === id);
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
