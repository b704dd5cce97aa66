/** What a measurement saw, for people: a line on the terminal and in the log of CI. Nothing is judged by it. */
import { note } from '../../cluster/progress.ts';

export function report(what: string, seen: Readonly<Record<string, unknown>>): void {
  note(`measured: ${what}: ${JSON.stringify(seen)}`);
}
