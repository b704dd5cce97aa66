/** How results are shown. */
import Table from 'cli-table3';

/** The first column is words, the others are numbers and go to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) made.push([...row]);
  return made.toString();
}

/** Missing a target fails nothing: a benchmark is not a test, and a machine may be busy. */
export function verdict(target: string, isMet: boolean): string {
  return `${isMet ? 'met' : 'MISSED'} (${target})`;
}

export function show(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
