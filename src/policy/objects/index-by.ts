/** A list that is looked up by keys instead of being read through for each question. */
export interface Index<T> {
  /** What has one of the keys, in the order of the list. */
  with(...keys: readonly string[]): readonly T[];
  /** How much has a key. */
  count(key: string): number;
}

/**
 * Indexes lists by the keys of what is in them: each list once, when it is first asked for, and for as long as somebody
 * holds it. So a list must not change any more; those of a graph do not.
 */
export function indexBy<T extends object>(keysOf: (one: T) => Iterable<string>): Indexed<T> {
  return indexWhole((list) => list.map(keysOf));
}

/**
 * The same for what needs all keys of one of several lists, such as a selector with several labels. Each is found by the
 * rarest, because a label such as `app.kubernetes.io/managed-by` says little.
 */
export function indexByRarest<T extends object>(
  alternativesOf: (one: T) => readonly (readonly string[])[],
): Indexed<T> {
  return indexWhole((list) => {
    const alternatives = list.map(alternativesOf);
    const counts = new Map<string, number>();
    for (const key of alternatives.flat(2)) counts.set(key, (counts.get(key) ?? 0) + 1);
    return alternatives.map((ways) => leastOf(ways, (key) => counts.get(key) ?? 0));
  });
}

/** The keys that stand for least in all. None where there is no choice. */
export function leastOf(
  alternatives: readonly (readonly string[])[],
  count: (key: string) => number,
): readonly string[] {
  const sum = (keys: readonly string[]): number => keys.reduce((total, key) => total + count(key), 0);
  let least: { keys: readonly string[]; total: number } | undefined;
  for (const keys of alternatives) {
    const total = sum(keys);
    if (least === undefined || total < least.total) least = { keys, total };
  }
  return least?.keys ?? [];
}

type Indexed<T> = (list: readonly T[]) => Index<T>;

function indexWhole<T extends object>(
  keysOf: (list: readonly T[]) => readonly Iterable<string>[],
): Indexed<T> {
  return perList((list) => new ListIndex(list, keysOf(list)));
}

/** What is made of a list, once for each. */
export function perList<T, Made extends object>(
  make: (list: readonly T[]) => Made,
): (list: readonly T[]) => Made {
  const made = new WeakMap<readonly T[], Made>();
  return (list) => {
    let known = made.get(list);
    if (known === undefined) {
      known = make(list);
      made.set(list, known);
    }
    return known;
  };
}

class ListIndex<T> implements Index<T> {
  readonly #list: readonly T[];
  /** Positions in the list, in order. */
  readonly #positions = new Map<string, number[]>();

  constructor(list: readonly T[], keys: readonly Iterable<string>[]) {
    this.#list = list;
    for (const [position, some] of keys.entries()) {
      for (const key of new Set(some)) {
        const known = this.#positions.get(key);
        if (known === undefined) this.#positions.set(key, [position]);
        else known.push(position);
      }
    }
  }

  with(...keys: readonly string[]): readonly T[] {
    const found = keys.map((key) => this.#positions.get(key)).filter((positions) => positions !== undefined);
    const [first = [], ...others] = found;
    const positions = others.length === 0 ? first : [...new Set(found.flat())].toSorted((a, b) => a - b);
    return positions.map((position) => this.#list[position] as T);
  }

  count(key: string): number {
    return this.#positions.get(key)?.length ?? 0;
  }
}
