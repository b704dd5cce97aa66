/** One request of a load generator. */
export interface RequestRecord {
  /** When it was sent, in milliseconds of Unix time. */
  readonly at: number;
  /** Until it was answered or given up. */
  readonly milliseconds: number;
  /** Who answered. */
  readonly pod?: string;
  /** Why it failed; absent when it did not. */
  readonly failure?: string;
}
