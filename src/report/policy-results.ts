/** What a PolicyReport says of each object: an entry for each violation and exemption, or that it passes. */
import { serverDryRun } from '../audit/server-dry-run.ts';
import { counted, problemText } from './naming.ts';
import type { ReportedError, ReportedObject, ReportedViolation } from './report.ts';
import { rules } from './rules.ts';

export const outcomes = ['pass', 'fail', 'warn', 'error', 'skip'] as const;

type Outcome = (typeof outcomes)[number];

export interface PolicyResult {
  readonly result: Outcome;
  readonly [field: string]: unknown;
}

const topics = new Map(rules.map(({ id, topic }) => [id, topic]));

/** At least one. */
export function resultsOf(object: ReportedObject): readonly PolicyResult[] {
  const found = [
    ...object.violations.map((violation) => violationResult(object, violation)),
    ...object.exempted.map((exempted) => exemptedResult(object, exempted)),
    ...(object.untried === undefined ? [] : [untriedResult(object, object.untried)]),
  ];
  return found.length > 0 ? found : [passResult(object)];
}

function violationResult(object: ReportedObject, violation: ReportedViolation): PolicyResult {
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
): PolicyResult {
  return {
    ...ruleOf(exempted),
    result: 'skip',
    scored: false,
    message: `exempt: ${exempted.reason}; ${problemText(exempted)}`,
    resources: [resourceOf(object)],
    properties: { ...propertiesOf(object, exempted), reason: exempted.reason },
  };
}

/** What nobody was asked about has not passed. */
function untriedResult(object: ReportedObject, problem: string): PolicyResult {
  return {
    rule: serverDryRun.id,
    category: serverDryRun.topic,
    result: 'error',
    scored: false,
    message: `the API server was not asked about its pod: ${problem}`,
    resources: [resourceOf(object)],
  };
}

/** One for the whole object: one for each check would make reports many times larger and say no more. */
function passResult(object: ReportedObject): PolicyResult {
  return {
    result: 'pass',
    scored: true,
    message: 'no check objects',
    resources: [resourceOf(object)],
  };
}

export function errorResult({ place, message }: ReportedError): PolicyResult {
  const line = place?.line === undefined ? '' : `:${place.line}`;
  return {
    result: 'error',
    scored: false,
    message: place === undefined ? message : `${place.file}${line}: ${message}`,
  };
}

/** In each namespace of an audit that could not read everything. */
export function incompleteResult(count: number): PolicyResult {
  return {
    result: 'error',
    scored: false,
    message: `the audit is not complete, so results may be missing: ${counted(count, 'problem')}, which the ClusterPolicyReport names`,
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
