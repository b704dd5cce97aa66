/** An audit as the page needs it: counted by namespace and by check, before anything is written. */
import type { Life } from '../../policy/life/life.ts';
import type { ReportedObject } from '../report.ts';

/** An object to be drawn, which holds nothing of where it comes from. */
export interface DrawnObject extends Omit<ReportedObject, 'life'> {
  readonly life: Life | undefined;
}

export interface NamespaceTally {
  readonly name: string;
  judged: number;
  withDenials: number;
  /** With warnings alone. */
  withWarnings: number;
  deny: number;
  warn: number;
  /** With anything to say of them: violations, exemptions, notices. The worst first, once `sort` was called. */
  readonly objects: DrawnObject[];
  /** `Deployment web`, of objects with nothing to say of. */
  readonly clean: string[];
}

export interface CheckTally {
  readonly id: string;
  deny: number;
  warn: number;
  objects: number;
}

/** Names of objects without violations that are kept for each namespace. */
const mostClean = 200;

export class Collected {
  readonly #namespaces = new Map<string, NamespaceTally>();
  readonly #checks = new Map<string, CheckTally>();

  add(object: ReportedObject): void {
    const tally = this.#namespace(object.namespace);
    const deny = countOf(object, 'deny');
    const warn = countOf(object, 'warn');
    tally.judged += 1;
    tally.deny += deny;
    tally.warn += warn;
    if (deny > 0) tally.withDenials += 1;
    else if (warn > 0) tally.withWarnings += 1;
    if (deny + warn + object.exempted.length + object.notices.length > 0)
      tally.objects.push({ ...object, life: object.life?.() });
    else if (tally.clean.length < mostClean) tally.clean.push(`${object.kind} ${object.name}`);
    this.#countChecks(object);
  }

  #namespace(name: string): NamespaceTally {
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    const tally = {
      name,
      judged: 0,
      withDenials: 0,
      withWarnings: 0,
      deny: 0,
      warn: 0,
      objects: [],
      clean: [],
    };
    this.#namespaces.set(name, tally);
    return tally;
  }

  #countChecks({ violations }: ReportedObject): void {
    const seen = new Set<string>();
    for (const { check, action } of violations) {
      const tally = this.#checks.get(check) ?? { id: check, deny: 0, warn: 0, objects: 0 };
      tally[action] += 1;
      if (!seen.has(check)) tally.objects += 1;
      seen.add(check);
      this.#checks.set(check, tally);
    }
  }

  /** The worst first: by what is denied, then by what is warned of, then by name. */
  namespaces(): NamespaceTally[] {
    const tallies = [...this.#namespaces.values()];
    for (const { objects } of tallies) objects.sort(worstFirst);
    return tallies.toSorted((a, b) => b.deny - a.deny || b.warn - a.warn || compare(a.name, b.name));
  }

  /** The most frequent denial first. */
  checks(): CheckTally[] {
    return [...this.#checks.values()].toSorted(
      (a, b) => b.deny - a.deny || b.warn - a.warn || compare(a.id, b.id),
    );
  }
}

export function countOf({ violations }: Pick<ReportedObject, 'violations'>, action: 'deny' | 'warn'): number {
  return violations.reduce((sum, violation) => sum + Number(violation.action === action), 0);
}

/** Stable: equal ones stay in the order in which they were judged. */
export function worstFirst(a: DrawnObject, b: DrawnObject): number {
  return countOf(b, 'deny') - countOf(a, 'deny') || countOf(b, 'warn') - countOf(a, 'warn');
}

/** The same everywhere, whatever the language of the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
