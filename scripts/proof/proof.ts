/** Both roll-outs and what they come to: what the table, the picture and the page are made of. */
import { numbersOf, type Numbers } from './numbers.ts';
import type { Recording } from './recording.ts';
import { timelineOf, type Timeline } from './timeline.ts';
import { count, seconds, thousands } from './words.ts';

export interface RollOut {
  readonly timeline: Timeline;
  readonly numbers: Numbers;
}

export interface Circumstances {
  /** `v1.37.1`. */
  readonly kubernetes: string;
  /** What the application does on SIGTERM, as the end of a sentence. */
  readonly stops: string;
  /** Requests per second. */
  readonly rate: number;
  /** Of the application, the same in both namespaces; JSON. */
  readonly manifest: string;
  readonly date: Date;
}

export interface Proof {
  readonly without: RollOut;
  readonly with: RollOut;
  readonly circumstances: Circumstances;
}

export function rollOutOf(recording: Recording): RollOut {
  const timeline = timelineOf(recording);
  return { timeline, numbers: numbersOf(recording, timeline) };
}

/** Whether it shows what is promised: requests are lost without Gracegate and none with it. */
export function isShown(proof: Proof): boolean {
  return proof.without.numbers.failed > 0 && proof.with.numbers.failed === 0;
}

/** What happened, in a sentence for each roll-out. */
export function summaryOf(proof: Proof): string[] {
  return [proof.without, proof.with].map(({ timeline: { title, pods }, numbers }) => {
    const slept = pods.flatMap(({ deletedAt, sigtermAt }) =>
      deletedAt === undefined || sigtermAt === undefined ? [] : [sigtermAt - deletedAt],
    );
    const stop =
      Math.max(0, ...slept) === 0
        ? 'the pods were sent SIGTERM at once'
        : `the pods served on for ${seconds(Math.max(...slept))} before SIGTERM`;
    return (
      `${title}, ${thousands(numbers.failed)} of ${count(numbers.requests, 'request')} failed: the node went on routing ` +
      `to a deleted pod for up to ${seconds(numbers.longestRouteAfterDeletion)}, and ${stop}.`
    );
  });
}
