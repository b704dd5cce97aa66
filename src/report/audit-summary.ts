/**
 * The numbers of an audit as one process leaves them to another: a CronJob writes them, and the server shows them as
 * metrics. However large the cluster is, they are few.
 */
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../policy/json.ts';
import type { ReportedObject, ReportEnd } from './report.ts';
import { rules } from './rules.ts';

const apiVersion = 'gracegate.dev/v1alpha1';
const kind = 'AuditSummary';

/** Namespaces that are told by name: those with the most violations. */
export const maxNamespaces = 25;

/** All other namespaces together. No namespace can have such a name. */
export const otherNamespaces = '(others)';

export interface AuditSummary {
  readonly profile: string;
  readonly finishedAt: Date;
  /** Objects that were judged. */
  readonly objects: number;
  /** What could not be read. */
  readonly errors: number;
  readonly violations: readonly ViolationCount[];
}

export interface ViolationCount {
  readonly namespace: string;
  readonly check: string;
  readonly action: string;
  readonly count: number;
}

type Counted = Pick<ReportedObject, 'namespace' | 'violations'>;

/** Counts objects as they come. */
export class AuditCounter {
  /** By namespace, and by what {@link keyOf} makes of check and action. */
  readonly #counts = new Map<string, Map<string, number>>();

  add({ namespace, violations }: Counted): void {
    if (violations.length === 0) return;
    const counts = this.#counts.get(namespace) ?? new Map<string, number>();
    this.#counts.set(namespace, counts);
    for (const { check, action } of violations) increase(counts, keyOf(check, action), 1);
  }

  summary({ profile, now, summary: { objects, errors } }: Pick<ReportEnd, 'profile' | 'now' | 'summary'>) {
    return { profile, finishedAt: now, objects, errors, violations: this.#violations() };
  }

  #violations(): ViolationCount[] {
    const ranked = [...this.#counts].toSorted(
      ([left, of], [right, than]) => sum(than) - sum(of) || (left < right ? -1 : 1),
    );
    const others = new Map<string, number>();
    for (const [, counts] of ranked.slice(maxNamespaces))
      for (const [key, count] of counts) increase(others, key, count);
    return [...ranked.slice(0, maxNamespaces), [otherNamespaces, others] as const].flatMap(
      ([namespace, counts]) => [...counts].map(([key, count]) => ({ namespace, ...partsOf(key), count })),
    );
  }
}

const sum = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0);

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

const keyOf = (check: string, action: string): string => `${check} ${action}`;

function partsOf(key: string): { readonly check: string; readonly action: string } {
  const [check = '', action = ''] = key.split(' ');
  return { check, action };
}

export function summaryText(summary: AuditSummary): string {
  return JSON.stringify({ apiVersion, kind, ...summary });
}

/** What somebody may have written over a summary. */
export class SummaryError extends Error {}

/**
 * Reads what {@link summaryText} wrote, maybe in another version of Gracegate: checks that are not known here are left out.
 * @throws SummaryError for what is no summary, or would make more metrics than one
 */
export function readSummary(text: string): AuditSummary {
  const json = jsonOf(text);
  if (json['apiVersion'] !== apiVersion || json['kind'] !== kind)
    throw new SummaryError(`it is no ${kind} of ${apiVersion}`);
  const finishedAt = new Date(asString(json['finishedAt']) ?? '');
  if (Number.isNaN(finishedAt.getTime())) throw new SummaryError('finishedAt is no time');
  const rows = asArray(json['violations']).map((row, index) => violationCount(row, `violations[${index}]`));
  if (new Set(rows.map(({ namespace }) => namespace)).size > maxNamespaces + 1)
    throw new SummaryError(`violations has more than ${maxNamespaces} namespaces and ${otherNamespaces}`);
  return {
    profile: nameOf(json, 'profile'),
    finishedAt,
    objects: countOf(json, 'objects'),
    errors: countOf(json, 'errors'),
    violations: rows.filter(({ check }) => knownChecks.has(check)),
  };
}

const knownChecks: ReadonlySet<string> = new Set(rules.map(({ id }) => id));
const actions: ReadonlySet<Json | undefined> = new Set(['deny', 'warn']);

function jsonOf(text: string): JsonObject {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    throw new SummaryError('it is no JSON');
  }
  return asObject(json);
}

function violationCount(row: Json, place: string): ViolationCount {
  if (!isObject(row)) throw new SummaryError(`${place} is no object`);
  const { check, action } = row;
  if (typeof check !== 'string') throw new SummaryError(`${place}.check is no text`);
  if (typeof action !== 'string' || !actions.has(action))
    throw new SummaryError(`${place}.action is neither deny nor warn`);
  const { namespace } = row;
  return {
    namespace: namespace === otherNamespaces ? otherNamespaces : nameOf(row, 'namespace', place),
    check,
    action,
    count: countOf(row, 'count', place),
  };
}

const name = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Of a namespace or a profile. */
function nameOf(object: JsonObject, key: string, place?: string): string {
  const value = asString(object[key]);
  if (value === undefined || !name.test(value)) throw new SummaryError(`${at(place, key)} is no name`);
  return value;
}

function countOf(object: JsonObject, key: string, place?: string): number {
  const value = object[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new SummaryError(`${at(place, key)} is no number of something`);
  return value;
}

const at = (place: string | undefined, key: string): string =>
  place === undefined ? key : `${place}.${key}`;
