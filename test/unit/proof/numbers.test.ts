import { describe, expect, it } from 'vitest';
import { percentile } from '../../../scripts/proof/numbers.ts';
import { isShown, rollOutOf, summaryOf } from '../../../scripts/proof/proof.ts';
import { numberRows, numberTable } from '../../../scripts/proof/table.ts';
import { proof, recording, START } from './example.ts';

describe('the numbers of a roll-out', () => {
  it('are those of its requests and of its pods', () => {
    expect(rollOutOf(recording()).numbers).toEqual({
      requests: 60,
      failed: 6,
      reasons: [['ECONNREFUSED', 6]],
      failedWhileMisrouted: 6,
      rolloutSeconds: 4,
      p50: 46,
      p99: 79,
      // The last answer before the six, sent at 1.9 s and answered after 49 ms, to the first after them: 2.6 s and 56 ms.
      longestGap: 707,
      longestRouteAfterDeletion: 600,
    });
  });

  it('tell failures that have another cause from those of a stopped pod', () => {
    const seen = recording();
    const late = { at: START + 4500, milliseconds: 3000, failure: 'timeout' };
    const { numbers, timeline } = rollOutOf({ ...seen, requests: [...seen.requests, late] });
    expect(numbers).toMatchObject({
      failed: 7,
      failedWhileMisrouted: 6,
      reasons: [
        ['ECONNREFUSED', 6],
        ['timeout', 1],
      ],
    });
    expect(timeline.pods.map(({ lost }) => lost)).toEqual([6, 0]);
  });

  it('know of no latency where nothing was answered', () => {
    const seen = recording();
    const { numbers } = rollOutOf({
      ...seen,
      requests: [{ at: START, milliseconds: 3, failure: 'ECONNREFUSED' }],
    });
    expect(numbers).toMatchObject({ requests: 1, failed: 1, p50: NaN, p99: NaN, longestGap: 0 });
  });

  it.each([
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.99, 4],
    [[7], 0.5, 7],
    [[7], 0, 7],
    [[], 0.5, NaN],
  ])('percentile of %j at %d is %d', (sorted, share, expected) => {
    expect(percentile(sorted, share)).toBe(expected);
  });
});

describe('the verdict', () => {
  it('is that the promise is shown, only when requests fail without and none with', () => {
    const shown = proof();
    expect(isShown(shown)).toBe(true);
    expect(isShown({ ...shown, with: shown.without })).toBe(false);
    expect(isShown({ ...shown, without: shown.with })).toBe(false);
  });

  it('comes in a sentence for each', () => {
    expect(summaryOf(proof())).toEqual([
      'Without Gracegate, 6 of 60 requests failed: the node went on routing to a deleted pod for up to 0.6 s, and the pods were sent SIGTERM at once.',
      'With Gracegate, 0 of 60 requests failed: the node went on routing to a deleted pod for up to 0.6 s, and the pods served on for 1.0 s before SIGTERM.',
    ]);
  });
});

describe('the table', () => {
  it('has a row for each number and each reason', () => {
    expect(numberRows(proof())).toEqual([
      ['requests', '60', '60'],
      ['failed', '6', '0'],
      ['failed: connection refused (ECONNREFUSED)', '6', '0'],
      ['failed while the node routed to a stopped pod', '6', '0'],
      ['node routed to a deleted pod for up to', '0.6 s', '0.6 s'],
      ['from the deletion of a pod to SIGTERM', '0.0 s', '1.0 s'],
      ['roll-out, until the old pods were gone', '4.0 s', '4.0 s'],
      ['latency of an answer, median', '46 ms', '49 ms'],
      ['latency of an answer, 99th percentile', '79 ms', '79 ms'],
      ['longest time without an answer', '707 ms', '101 ms'],
    ]);
  });

  it('is printed with all of them', () => {
    const lines = numberTable(proof()).split('\n');
    expect(lines[1]).toMatch(/Without Gracegate .* With Gracegate/);
    for (const [name, without, withGracegate] of numberRows(proof())) {
      const line = lines.find((each) => each.includes(`${name} `)) ?? '';
      expect(line.split('│').map((cell) => cell.trim())).toEqual(['', name, without, withGracegate, '']);
    }
  });
});
