/**
 * The PolicyReports of an audit.
 *
 * The API is wgpolicyk8s.io/v1alpha2, because more tools read it (November 2026): Policy Reporter, Headlamp's Kyverno
 * plugin (which knows no other, headlamp-k8s/plugins#994), and those that were written for it before there was a
 * successor, as Open Cluster Management, Fairwinds Insights and Lula; Kyverno 1.19 still installs and writes it by
 * default. openreports.io/v1alpha1 is read by Policy Reporter and by Kubewarden's user interface. It differs in little
 * but names (`resources` is `subjects`, `message` is `description`), and is the one to write once Kyverno's default
 * changes.
 */
import { errorResult, incompleteResult, outcomes, resultsOf, type PolicyResult } from './policy-results.ts';
import type { ReportedObject, ReportEnd } from './report.ts';

/**
 * In bytes of JSON. etcd takes 1.5 MB, but annotations together only 256 KiB, and `kubectl apply` writes the whole
 * object into one.
 */
const maxReportSize = 200_000;

const source = 'gracegate';

export interface PolicyReport {
  readonly apiVersion: string;
  readonly kind: 'PolicyReport' | 'ClusterPolicyReport';
  readonly metadata: {
    readonly name: string;
    /** Undefined for a ClusterPolicyReport. */
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly results: readonly object[];
  readonly summary: Readonly<Record<string, number>>;
}

/** What the reports of a profile, and no others, are found by. */
export function reportLabels(profile: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/managed-by': source, 'gracegate.dev/profile': profile };
}

/** Gathers what an audit finds, and makes reports of it. */
export class PolicyReports {
  /**
   * By namespace; those of objects outside of namespaces, and errors, under the empty name. Each as JSON, which takes a
   * fraction of the memory that the object would, until its report is made.
   */
  readonly #results = new Map<string, string[]>();

  add(object: ReportedObject): void {
    this.#add(object.namespace, resultsOf(object));
  }

  /** Called once, last. */
  *all(end: ReportEnd): Generator<PolicyReport> {
    if (end.errors.length > 0) {
      // Who reads only his own namespace must not take what is missing for what is well.
      for (const namespace of this.#results.keys())
        if (namespace !== '') this.#add(namespace, [incompleteResult(end.errors.length)]);
      this.#add('', end.errors.map(errorResult));
    }
    const byName = [...this.#results].toSorted(([left], [right]) => (left < right ? -1 : 1));
    for (const [namespace, found] of byName) yield* reportsOf(namespace, found, end);
  }

  #add(namespace: string, added: readonly PolicyResult[]): void {
    const known = this.#results.get(namespace) ?? [];
    this.#results.set(namespace, known);
    for (const result of added) known.push(JSON.stringify(result));
  }
}

/** As many reports as the results of a namespace need. */
function* reportsOf(namespace: string, found: readonly string[], end: ReportEnd): Generator<PolicyReport> {
  const seconds = Math.floor(end.now.getTime() / 1000);
  const timestamp = { seconds, nanos: (end.now.getTime() - seconds * 1000) * 1_000_000 };
  const common = { policy: end.profile, source, timestamp };
  const parts = split(found, maxReportSize, sizeOf(JSON.stringify(common)));
  for (const [index, part] of parts.entries()) {
    const results = part.map((text) => ({ ...common, ...(JSON.parse(text) as PolicyResult) }));
    yield {
      apiVersion: 'wgpolicyk8s.io/v1alpha2',
      kind: namespace === '' ? 'ClusterPolicyReport' : 'PolicyReport',
      metadata: {
        // The same from run to run, so that a report replaces the one of the audit before. What is left over of an audit
        // with more namespaces or parts is found by the labels. A dot, which no profile has in its name: the second part
        // of one must not be the first of another.
        name: `gracegate-${end.profile}${index === 0 ? '' : `.${index + 1}`}`,
        ...(namespace !== '' && { namespace }),
        labels: reportLabels(end.profile),
        ...(parts.length > 1 && { annotations: { 'gracegate.dev/part': `${index + 1} of ${parts.length}` } }),
      },
      results,
      summary: Object.fromEntries(
        outcomes.map((outcome) => [outcome, results.filter(({ result }) => result === outcome).length]),
      ),
    };
  }
}

const sizeOf = (json: string): number => Buffer.byteLength(json);

/**
 * Parts of at most so many bytes of JSON; an item that is larger by itself has a part of its own.
 * @param more bytes that will be added to each
 */
function split(items: readonly string[], maxSize: number, more: number): string[][] {
  const parts: string[][] = [];
  let part: string[] = [];
  let size = 0;
  for (const item of items) {
    const itemSize = sizeOf(item) + more;
    if (part.length === 0 || size + itemSize > maxSize) {
      part = [];
      parts.push(part);
      size = 0;
    }
    part.push(item);
    size += itemSize;
  }
  return parts;
}
