import { asString, own, type JsonObject } from './json.ts';
import type { PodView } from './objects/view.ts';

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
  const seconds = /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (seconds <= maxSeconds) return { seconds };
  return {
    problem: `annotation ${key}: "${text}" is not a number of seconds from 0 to ${maxSeconds}; it is ignored`,
  };
}

/** The checks that an author asks to be exempt from, and why. */
export interface ExemptionRequest {
  readonly checks: readonly string[];
  readonly reason: string;
}

/** The first 256 characters, none of them cut in half. */
const reasonStart = /^.{0,256}/u;

/** The reason on one short line: it goes into audit annotations and tables, and an annotation may hold 256 KiB. */
function readReason(annotations: JsonObject): string {
  const text = asString(own(annotations, annotationKeys.exemptReason)) ?? '';
  const [start = ''] = reasonStart.exec(text.replaceAll(/\s+/g, ' ').trim()) ?? [];
  return start.trimEnd();
}

/** The exemptions that the annotations of a pod, or of an object that makes none, ask for; undefined when they ask for none. */
export function readExemptions(annotations: JsonObject): ExemptionRequest | undefined {
  const text = asString(own(annotations, annotationKeys.exempt));
  if (text === undefined) return undefined;
  const checks = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return { checks, reason: readReason(annotations) };
}
