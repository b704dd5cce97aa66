import { asString, own } from './json.ts';
import type { PodView } from './view.ts';

/** Annotations of a pod that its author may write, and the one that Gracegate writes. */
export const annotationKeys = {
  preStopSleepSeconds: 'gracegate.dev/pre-stop-sleep-seconds',
  drainSeconds: 'gracegate.dev/drain-seconds',
  exempt: 'gracegate.dev/exempt',
  exemptReason: 'gracegate.dev/exempt-reason',
  mutations: 'gracegate.dev/mutations',
} as const;

const maxSeconds = 3600;

/** A number of seconds from an annotation; `problem` says why it is ignored. */
export interface SecondsAnnotation {
  readonly seconds?: number;
  readonly problem?: string;
}

/** Reads 0 to 3600 seconds. Anything else is ignored with a warning: an annotation must not keep a pod from starting. */
export function readSeconds(pod: PodView, key: string): SecondsAnnotation {
  const text = asString(own(pod.annotations, key));
  if (text === undefined) return {};
  const seconds = /^\d{1,4}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  if (seconds <= maxSeconds) return { seconds };
  return {
    problem: `annotation ${key}: "${text}" is not a number of seconds from 0 to ${maxSeconds}; it is ignored`,
  };
}

/** The checks that a pod's author asks to be exempt from, and why. */
export interface ExemptionRequest {
  readonly checks: readonly string[];
  readonly reason: string;
}

/** Undefined when the pod asks for no exemption. */
export function readExemptions(pod: PodView): ExemptionRequest | undefined {
  const text = asString(own(pod.annotations, annotationKeys.exempt));
  if (text === undefined) return undefined;
  const checks = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return { checks, reason: (asString(own(pod.annotations, annotationKeys.exemptReason)) ?? '').trim() };
}
