/**
 * JUnit XML: a test suite for each file, or for each namespace of a cluster, and a test case for each object. It is
 * meant to be valid by the schemas of both Apache Ant and Jenkins, so it keeps to what they share: a test case has at most one
 * failure, and there is nothing between passed and failed. So a test fails where admission would refuse the object;
 * warnings do not fail it, and stand in the failure of the object or in the output of the suite.
 */
import { counted, isStandardInput, objectName, placeText, problemText, slashedPath } from './naming.ts';
import type {
  ReportedError,
  ReportedObject,
  ReportedViolation,
  ReportEnd,
  ReporterFactory,
} from './report.ts';
import { xmlAttributes, xmlText } from './xml.ts';

/** Kept until the end, because the numbers of a suite come before its tests, and kinds of a cluster come one by one. */
interface Suite {
  readonly cases: string[];
  /** What the tests have said without failing. */
  readonly output: string[];
  failures: number;
  errors: number;
}

export const junitReporter: ReporterFactory = (write) => {
  const suites = new Map<string, Suite>();

  const suiteNamed = (name: string): Suite => {
    const suite = suites.get(name) ?? { cases: [], output: [], failures: 0, errors: 0 };
    suites.set(name, suite);
    return suite;
  };

  return {
    object(object) {
      const name = suiteName(object.place?.file ?? object.namespace);
      addObject(suiteNamed(name), name, object);
    },
    end(end) {
      for (const error of end.errors) {
        const name = suiteName(error.place?.file ?? '');
        addError(suiteNamed(name), name, error);
      }
      write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n');
      let id = 0;
      for (const [name, suite] of suites) {
        write(suiteText(name, suite, id, end));
        id += 1;
      }
      write('</testsuites>\n');
    },
  };
};

/** Schemas want a name; objects outside of namespaces, and errors that are about no file, have none. */
function suiteName(fileOrNamespace: string): string {
  if (isStandardInput({ file: fileOrNamespace })) return 'standard input';
  return fileOrNamespace.trim() === '' ? 'cluster' : slashedPath(fileOrNamespace);
}

function addObject(suite: Suite, suiteNameOfIt: string, object: ReportedObject): void {
  const name = objectName(object);
  const denials = object.violations.filter(({ action }) => action === 'deny');
  const warnings = object.violations.filter(({ action }) => action === 'warn');
  if (denials.length > 0) suite.failures += 1;
  suite.cases.push(caseText(suiteNameOfIt, name, failureText(denials, warnings)));
  const said = [
    ...warnings.map((warning) => `warning: ${lineOf(warning)}`),
    ...object.exempted.map((exempted) => `exempt: ${lineOf(exempted)}; reason: ${exempted.reason}`),
    ...object.notices.map((notice) => `note: ${notice}`),
    ...(object.untried === undefined ? [] : [`not tried: ${object.untried}`]),
  ];
  for (const line of said) suite.output.push(`${name}: ${line}`);
}

function failureText(denials: readonly ReportedViolation[], warnings: readonly ReportedViolation[]): string {
  const [first] = denials;
  if (first === undefined) return '';
  const message = denials.length === 1 ? problemText(first) : counted(denials.length, 'problem');
  const lines = [...denials.map(lineOf), ...warnings.map((warning) => `warning: ${lineOf(warning)}`)];
  const attributes = xmlAttributes({ message, type: first.check });
  return `<failure${attributes}>${xmlText(lines.join('\n'))}</failure>`;
}

function addError(suite: Suite, suiteNameOfIt: string, { place, message }: ReportedError): void {
  const name = place?.line === undefined ? 'reading' : `reading line ${place.line}`;
  suite.errors += 1;
  const error = `<error${xmlAttributes({ message, type: 'unreadable' })}>${xmlText(message)}</error>`;
  suite.cases.push(caseText(suiteNameOfIt, name, error));
}

/** `container app: no CPU request; set ... [cpu-request] (web.yaml:12:9)`. */
function lineOf(violation: ReportedViolation): string {
  const { check, place } = violation;
  return `${problemText(violation)} [${check}]${place === undefined ? '' : ` (${placeText(place)})`}`;
}

function caseText(classname: string, name: string, content: string): string {
  const attributes = xmlAttributes({ name, classname, time: 0 });
  return `<testcase${attributes}${content === '' ? '/>' : `>${content}</testcase>`}`;
}

function suiteText(name: string, suite: Suite, id: number, { profile, now }: ReportEnd): string {
  const attributes = xmlAttributes({
    name,
    package: 'gracegate',
    id,
    tests: suite.cases.length,
    failures: suite.failures,
    errors: suite.errors,
    time: 0,
    // Ant's schema takes no fraction and no zone.
    timestamp: now.toISOString().slice(0, 19),
    hostname: 'localhost',
  });
  return [
    `<testsuite${attributes}>`,
    `<properties><property${xmlAttributes({ name: 'profile', value: profile })}/></properties>`,
    ...suite.cases,
    `<system-out>${xmlText(suite.output.join('\n'))}</system-out>`,
    '<system-err/>',
    '</testsuite>',
    '',
  ].join('\n');
}
