/** The numbers, as rows for the terminal and for the page. */
import Table from 'cli-table3';
import type { Proof, RollOut } from './proof.ts';
import { milliseconds, reasonInWords, seconds, thousands } from './words.ts';

/** A quantity, and what it was in each roll-out. */
export type NumberRow = readonly [name: string, without: string, with_: string];

export function numberRows(proof: Proof): NumberRow[] {
  const row = (name: string, value: (rollOut: RollOut) => string): NumberRow => [
    name,
    value(proof.without),
    value(proof.with),
  ];
  const reasons = [proof.without, proof.with].flatMap(({ numbers }) =>
    numbers.reasons.map(([reason]) => reason),
  );
  return [
    row('requests', ({ numbers }) => thousands(numbers.requests)),
    row('failed', ({ numbers }) => thousands(numbers.failed)),
    ...[...new Set(reasons)].map((reason) =>
      row(`failed: ${reasonInWords(reason)}`, ({ numbers }) =>
        thousands(numbers.reasons.find(([name]) => name === reason)?.[1] ?? 0),
      ),
    ),
    row('failed while the node routed to a stopped pod', ({ numbers }) =>
      thousands(numbers.failedWhileMisrouted),
    ),
    row('node routed to a deleted pod for up to', ({ numbers }) =>
      seconds(numbers.longestRouteAfterDeletion),
    ),
    row('from the deletion of a pod to SIGTERM', ({ timeline }) => {
      const waits = timeline.pods.flatMap(({ deletedAt, sigtermAt }) =>
        deletedAt === undefined || sigtermAt === undefined ? [] : [sigtermAt - deletedAt],
      );
      return waits.length === 0 ? '-' : seconds(Math.min(...waits));
    }),
    row('roll-out, until the old pods were gone', ({ numbers }) => seconds(numbers.rolloutSeconds * 1000)),
    row('latency of an answer, median', ({ numbers }) => milliseconds(numbers.p50)),
    row('latency of an answer, 99th percentile', ({ numbers }) => milliseconds(numbers.p99)),
    row('longest time without an answer', ({ numbers }) => milliseconds(numbers.longestGap)),
  ];
}

export function numberTable(proof: Proof): string {
  const table = new Table({
    head: ['', proof.without.timeline.title, proof.with.timeline.title],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  table.push(...numberRows(proof).map((row) => [...row]));
  return table.toString();
}
