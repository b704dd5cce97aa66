/** One request of a load generator. */
export interface RequestRecord {
  /** When it was sent, in milliseconds of Unix time. */
  readonly at: number;
  /** Until it was answered or given up. */
  readonly milliseconds: number;
  /** How many times it was sent again, because a connection kept from before was closed under it. Absent when never. */
  readonly retries?: number;
  /** Who answered. */
  readonly pod?: string;
  /** Why it failed; absent when it did not. */
  readonly failure?: string;
}
