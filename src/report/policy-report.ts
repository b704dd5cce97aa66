/**
 * PolicyReports for a cluster, as one List that `kubectl apply` takes.
 *
 * The API is wgpolicyk8s.io/v1alpha2, because more tools read it (November 2026): Policy Reporter, Headlamp's Kyverno
 * plugin (which knows no other, headlamp-k8s/plugins#994), and those that were written for it before there was a
 * successor, as Open Cluster Management, Fairwinds Insights and Lula; Kyverno 1.19 still installs and writes it by
 * default. openreports.io/v1alpha1 is read by Policy Reporter and by Kubewarden's user interface. It differs in little
 * but names (`resources` is `subjects`, `message` is `description`), and is the one to write once Kyverno's default
 * changes.
 */
import { problemText } from './naming.ts';
import type {
  ReportedError,
  ReportedObject,
  ReportedViolation,
  ReportEnd,
  ReporterFactory,
} from './report.ts';
import { rules } from './rules.ts';

/**
 * In bytes of JSON. etcd takes 1.5 MB, but annotations together only 256 KiB, and `kubectl apply` writes the whole
 * object into one.
 */
const maxReportSize = 200_000;

const source = 'gracegate';

const outcomes = ['pass', 'fail', 'warn', 'error', 'skip'] as const;

type Outcome = (typeof outcomes)[number];

interface Result {
  readonly result: Outcome;
  readonly [field: string]: unknown;
}

const topics = new Map(rules.map(({ id, topic }) => [id, topic]));

export const policyReporter: ReporterFactory = (write) => {
  /** By namespace; those of objects outside of namespaces, and errors, under the empty name. */
  const results = new Map<string, Result[]>();

  const add = (namespace: string, added: readonly Result[]): void => {
    const known = results.get(namespace);
    if (known === undefined) results.set(namespace, [...added]);
    else known.push(...added);
  };

  return {
    object(object) {
      const found = [
        ...object.violations.map((violation) => violationResult(object, violation)),
        ...object.exempted.map((exempted) => exemptedResult(object, exempted)),
      ];
      add(object.namespace, found.length > 0 ? found : [passResult(object)]);
    },
    end(end) {
      if (end.errors.length > 0) add('', end.errors.map(errorResult));
      const reports = [...results]
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .flatMap(([namespace, found]) => reportsOf(namespace, found, end));
      write('{"apiVersion":"v1","kind":"List","items":[');
      for (const [index, report] of reports.entries())
        write(`${index === 0 ? '' : ','}\n${JSON.stringify(report)}`);
      write('\n]}\n');
    },
  };
};

/** As many reports as the results of a namespace need. */
function reportsOf(namespace: string, found: readonly Result[], end: ReportEnd): object[] {
  const seconds = Math.floor(end.now.getTime() / 1000);
  const timestamp = { seconds, nanos: (end.now.getTime() - seconds * 1000) * 1_000_000 };
  const parts = split(
    found.map((result) => ({ policy: end.profile, source, timestamp, ...result })),
    maxReportSize,
  );
  return parts.map((results, index) => ({
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: namespace === '' ? 'ClusterPolicyReport' : 'PolicyReport',
    metadata: {
      // The same from run to run, so that a report replaces the one of the audit before. What is left over of an audit
      // with more namespaces or parts is found by the labels. A dot, which no profile has in its name: the second part of
      // one must not be the first of another.
      name: `gracegate-${end.profile}${index === 0 ? '' : `.${index + 1}`}`,
      ...(namespace !== '' && { namespace }),
      labels: { 'app.kubernetes.io/managed-by': source, 'gracegate.dev/profile': end.profile },
      ...(parts.length > 1 && { annotations: { 'gracegate.dev/part': `${index + 1} of ${parts.length}` } }),
    },
    results,
    summary: Object.fromEntries(
      outcomes.map((outcome) => [outcome, results.filter(({ result }) => result === outcome).length]),
    ),
  }));
}

/** Parts of at most so many bytes of JSON; an item that is larger by itself has a part of its own. */
function split<T>(items: readonly T[], maxSize: number): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let size = 0;
  for (const item of items) {
    const itemSize = Buffer.byteLength(JSON.stringify(item)) + 1;
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

function violationResult(object: ReportedObject, violation: ReportedViolation): Result {
  const isDenied = violation.action === 'deny';
  return {
    ...ruleOf(violation),
    result: isDenied ? 'fail' : 'warn',
    severity: isDenied ? 'high' : 'medium',
    scored: isDenied,
    message: problemText(violation),
    resources: [resourceOf(object)],
    properties: propertiesOf(object, violation),
  };
}

function exemptedResult(
  object: ReportedObject,
  exempted: ReportedViolation & { readonly reason: string },
): Result {
  return {
    ...ruleOf(exempted),
    result: 'skip',
    scored: false,
    message: `exempt: ${exempted.reason}; ${problemText(exempted)}`,
    resources: [resourceOf(object)],
    properties: { ...propertiesOf(object, exempted), reason: exempted.reason },
  };
}

/** One for the whole object: one for each check would make reports many times larger and say no more. */
function passResult(object: ReportedObject): Result {
  return {
    result: 'pass',
    scored: true,
    message: 'no check objects',
    resources: [resourceOf(object)],
  };
}

function errorResult({ place, message }: ReportedError): Result {
  const line = place?.line === undefined ? '' : `:${place.line}`;
  return {
    result: 'error',
    scored: false,
    message: place === undefined ? message : `${place.file}${line}: ${message}`,
  };
}

function ruleOf({ check }: ReportedViolation): object {
  const category = topics.get(check);
  return { rule: check, ...(category !== undefined && { category }) };
}

function resourceOf({ apiVersion, kind, namespace, name, uid }: ReportedObject): object {
  return {
    apiVersion,
    kind,
    ...(namespace !== '' && { namespace }),
    name,
    ...(uid !== undefined && { uid }),
  };
}

/** The API takes strings only. */
function propertiesOf(
  object: ReportedObject,
  violation: ReportedViolation,
): Readonly<Record<string, string>> {
  const place = violation.place ?? object.place;
  return {
    path: violation.path,
    ...(violation.container !== undefined && { container: violation.container }),
    ...(place !== undefined && { file: place.file, line: String(place.line) }),
  };
}
