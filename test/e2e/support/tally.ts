import { seed } from './random.ts';

/** Counts what random cases came to, and prints it with the seed that repeats the run. */
export function tallyOf(what: string, outcomes: readonly string[]): Partial<Record<string, number>> {
  const groups = Object.entries(Object.groupBy(outcomes, (outcome) => outcome));
  const counts = Object.fromEntries(groups.map(([outcome, found = []]) => [outcome, found.length]));
  console.info(`${what}, seed ${seed}: ${JSON.stringify(counts)}`); // oxlint-disable-line no-console -- the seed repeats the run
  return counts;
}
