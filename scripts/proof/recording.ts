/** What was recorded of one roll-out, and nothing made of it yet. All times are milliseconds of Unix time. */
import type { Observed } from '../../test/node/load/observed.ts';
import type { RequestRecord } from '../../test/node/load/records.ts';

export interface Recording {
  /** `without Gracegate`. */
  readonly title: string;
  /** Of the namespace: `gracegate.dev/mutate=baseline`; empty when it has none. */
  readonly label: string;
  readonly requests: readonly RequestRecord[];
  readonly observed: Observed;
  /** When `kubectl rollout restart` was run. */
  readonly startedAt: number;
  /** When every pod of before was gone. */
  readonly endedAt: number;
}
