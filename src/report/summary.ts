import type { ReportedObject } from './report.ts';

/** The numbers of an audit. */
export interface Summary {
  /** Workloads, and other objects that were judged. */
  readonly objects: number;
  readonly objectsWithViolations: number;
  readonly deny: number;
  readonly warn: number;
  readonly exempted: number;
  /** Documents that could not be read or are no Kubernetes objects, and kinds of a cluster that could not be read. */
  readonly errors: number;
  /** Violations that a baseline accepts, which count nowhere else; absent where there is none. */
  readonly accepted?: number;
}

/** Counts objects as they come. */
export class Counter {
  #objects = 0;
  #objectsWithViolations = 0;
  #deny = 0;
  #warn = 0;
  #exempted = 0;

  add({ violations, exempted }: Pick<ReportedObject, 'violations' | 'exempted'>): void {
    this.#objects += 1;
    if (violations.length > 0) this.#objectsWithViolations += 1;
    for (const { action } of violations) {
      if (action === 'deny') this.#deny += 1;
      else this.#warn += 1;
    }
    this.#exempted += exempted.length;
  }

  /** Objects so far. */
  get count(): number {
    return this.#objects;
  }

  summary(errors: number, accepted?: number): Summary {
    return {
      objects: this.#objects,
      objectsWithViolations: this.#objectsWithViolations,
      deny: this.#deny,
      warn: this.#warn,
      exempted: this.#exempted,
      errors,
      ...(accepted !== undefined && { accepted }),
    };
  }
}
