/** What a recording comes to. */
import type { RequestRecord } from '../../test/node/load/records.ts';
import type { Recording } from './recording.ts';
import type { Timeline } from './timeline.ts';

export interface Numbers {
  readonly requests: number;
  readonly failed: number;
  /** How many failed, by reason, the most frequent first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[];
  /** Of those that failed: sent while the node routed to a pod that had been told to stop. */
  readonly failedWhileMisrouted: number;
  /** From `kubectl rollout restart` until every pod of before was gone. */
  readonly rolloutSeconds: number;
  /** Of answers, in milliseconds; NaN without any. */
  readonly p50: number;
  readonly p99: number;
  /** The longest time without an answer, in milliseconds. */
  readonly longestGap: number;
  /** The longest time for which the node routed to a pod after its deletion, in milliseconds. */
  readonly longestRouteAfterDeletion: number;
}

export function numbersOf(recording: Recording, timeline: Timeline): Numbers {
  const { requests, startedAt, endedAt } = recording;
  const failed = requests.filter(({ failure }) => failure !== undefined);
  const answered = requests.filter(({ failure }) => failure === undefined);
  const latencies = answered.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const misrouted = timeline.pods.flatMap((pod) => pod.misrouted);
  const isMisrouted = ({ at }: RequestRecord): boolean =>
    misrouted.some(({ from, to }) => at - startedAt >= from && at - startedAt < to);
  return {
    requests: requests.length,
    failed: failed.length,
    reasons: reasonsOf(failed),
    failedWhileMisrouted: failed.filter(isMisrouted).length,
    rolloutSeconds: (endedAt - startedAt) / 1000,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    longestGap: longestGap(answered.map(({ at, milliseconds }) => at + milliseconds)),
    longestRouteAfterDeletion: Math.max(
      0,
      ...timeline.pods.flatMap(({ deletedAt, routed }) =>
        deletedAt === undefined ? [] : routed.map(({ to }) => to - deletedAt),
      ),
    ),
  };
}

function reasonsOf(failed: readonly RequestRecord[]): (readonly [string, number])[] {
  const groups = Map.groupBy(failed, ({ failure = '' }) => failure);
  return [...groups]
    .map(([reason, { length }]) => [reason, length] as const)
    .toSorted(([, a], [, b]) => b - a);
}

/** The nearest rank. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function longestGap(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.max(0, ...sorted.slice(1).map((time, index) => time - (sorted[index] ?? time)));
}
