/**
 * The time that one review has for reading live, in milliseconds, whatever it reads and however often: an answer after
 * the API server has given up is none, and the client would see a time-out instead of our words.
 */
export class Budget {
  readonly #ends: number;
  readonly #milliseconds: number;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#ends = performance.now() + milliseconds;
  }

  /** Milliseconds that are left. */
  get left(): number {
    return Math.max(this.#ends - performance.now(), 0);
  }

  /**
   * The result of a read, if it comes in time. The read itself goes on, as others may share it.
   * @param milliseconds at most so long, and never longer than the budget
   */
  async wait<T>(read: Promise<T>, milliseconds = this.#milliseconds): Promise<T> {
    const { promise: timeUp, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error('the API server did not answer our reads in time')),
      Math.min(milliseconds, this.left),
    );
    try {
      return await Promise.race([read, timeUp]);
    } finally {
      clearTimeout(timer);
    }
  }
}
