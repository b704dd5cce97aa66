/** Reasons listed of each sort; the rest are counted. */
const maxReasons = 8;

/** Violators of one sort, folded by reason. */
export class Tally {
  readonly #what: string;
  readonly #names = new Map<string, { first: string; count: number }>();
  #violators = 0;
  total = 0;

  constructor(what: string) {
    this.#what = what;
  }

  add(name: string, reason: string): void {
    this.total += 1;
    if (reason === '') return;
    this.#violators += 1;
    const folded = this.#names.get(reason);
    if (folded === undefined) {
      this.#names.set(reason, { first: name, count: 1 });
    } else {
      folded.count += 1;
      if (name < folded.first) folded.first = name;
    }
  }

  report(prefix: string): string[] {
    if (this.#violators === 0) return [];
    const reasons = [...this.#names].toSorted(
      ([, a], [, b]) => b.count - a.count || (a.first < b.first ? -1 : 1),
    );
    const lines = reasons.slice(0, maxReasons).map(([reason, { first, count }]) => {
      const others = count === 1 ? '' : ` (and ${count - 1} more)`;
      return `${prefix}: ${first}${others}: ${reason}`;
    });
    if (reasons.length > maxReasons) lines.push(`${prefix}: and ${reasons.length - maxReasons} more reasons`);
    return [`${prefix}: ${this.#violators} of ${this.total} ${this.#what}`, ...lines];
  }
}
