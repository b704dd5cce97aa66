/**
 * SARIF 2.1.0, written for what GitHub code scanning takes and shows:
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
 */
import { createHash } from 'node:crypto';
import { counted, isStandardInput, objectName, problemText } from './naming.ts';
import type {
  ReportedError,
  ReportedObject,
  ReportedViolation,
  ReportEnd,
  ReporterFactory,
} from './report.ts';
import {
  fileLocation,
  objectLocation,
  sarifLocation,
  sourceRoot,
  templateId,
  templateLocation,
} from './sarif-location.ts';
import { ruleIndexes, sarifRules } from './sarif-rules.ts';

/** Code scanning refuses a run with more results; it shows the 5,000 worst. */
const maxResults = 25_000;

/** What was exempted is a note: code scanning knows no suppressions, and must not fail a pull request for it. */
type Level = 'error' | 'warning' | 'note';

const levels = { deny: 'error', warn: 'warning' } as const;

export const sarifReporter: ReporterFactory = (write) => {
  const notices: object[] = [];
  let results = 0;
  let leftOut = 0;

  const add = (result: object): void => {
    if (results === maxResults) {
      leftOut += 1;
      return;
    }
    // The tool comes after the results, because its version is known only at the end.
    write(`${results === 0 ? header : ','}\n${JSON.stringify(result)}`);
    results += 1;
  };

  return {
    object(object) {
      const occurrences = new Map<string, number>();
      for (const violation of object.violations)
        add(resultOf(object, violation, levels[violation.action], occurrences));
      for (const exempted of object.exempted)
        add({
          ...resultOf(object, exempted, 'note', occurrences),
          suppressions: [{ kind: 'inSource', status: 'accepted', justification: exempted.reason }],
        });
      for (const text of object.notices)
        notices.push({
          level: 'note',
          message: { text: `${objectName(object)}: ${text}` },
          locations: [objectLocation(object)],
        });
    },
    end(end) {
      if (results === 0) write(header);
      const notifications = [
        ...end.errors.map(errorNotification),
        ...(leftOut === 0 ? [] : [leftOutNotification(leftOut)]),
        ...notices,
      ];
      write(`\n],\n${JSON.stringify(runOf(end, notifications)).slice(1)}]}\n`);
    },
  };
};

const header =
  '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"columnKind":"utf16CodeUnits","results":[';

/** A `run` without its results. */
function runOf({ profile, version, now }: ReportEnd, notifications: readonly object[]): object {
  return {
    tool: {
      driver: {
        name: 'Gracegate',
        informationUri: 'https://github.com/gracegate/gracegate',
        version,
        semanticVersion: version,
        rules: sarifRules,
      },
    },
    invocations: [
      {
        // Also when something could not be read: code scanning takes nothing of an unsuccessful execution
        // (github/codeql-action#1316). SARIF knows by the notifications that the results are not complete.
        executionSuccessful: true,
        endTimeUtc: now.toISOString(),
        toolExecutionNotifications: notifications,
      },
    ],
    originalUriBaseIds: {
      [sourceRoot]: {
        description: { text: 'The folder that gracegate was run in: run it in the root of the repository' },
      },
    },
    properties: { profile },
  };
}

/** @param occurrences how often each fingerprint was given to the object already; is changed */
function resultOf(
  object: ReportedObject,
  violation: ReportedViolation,
  level: Level,
  occurrences: Map<string, number>,
): object {
  const { check, path } = violation;
  const place = violation.place ?? object.place;
  const index = ruleIndexes.get(check);
  const text = `${objectName(object)}: ${problemText(violation)}`;
  const source = place?.source;
  const isInRepository = place !== undefined && !isStandardInput(place);
  return {
    ruleId: check,
    ...(index !== undefined && { ruleIndex: index }),
    level,
    message: { text: source === undefined ? text : `${text} (from ${templateLink(source)})` },
    locations: [sarifLocation(object, violation)],
    ...(source !== undefined && { relatedLocations: [templateLocation(source)] }),
    partialFingerprints: fingerprints(fingerprintOf(object, violation, occurrences), isInRepository),
    properties: { path },
  };
}

/**
 * Code scanning reads only primaryLocationLineHash. Where the file is in the repository its upload action computes that
 * from the text of the line, and complains about every one that it did not compute itself.
 */
function fingerprints(fingerprint: string, isInRepository: boolean): object {
  return {
    'gracegate/v1': fingerprint,
    ...(!isInRepository && { primaryLocationLineHash: fingerprint }),
  };
}

/** Of the object, the check and the container, so that it stays when lines or words change. */
function fingerprintOf(
  { apiVersion, kind, namespace, name }: ReportedObject,
  { check, container }: ReportedViolation,
  occurrences: Map<string, number>,
): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const identity = JSON.stringify([group, kind, namespace, name, check, container ?? null]);
  const occurrence = (occurrences.get(identity) ?? 0) + 1;
  occurrences.set(identity, occurrence);
  return `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}:${occurrence}`;
}

/** Code scanning shows a related location only where the message links to it by its id. */
function templateLink(source: string): string {
  return `[${source.replaceAll(/[\\[\]]/g, String.raw`\$&`)}](${templateId})`;
}

function errorNotification({ place, message }: ReportedError): object {
  return {
    level: 'error',
    message: { text: message },
    ...(place !== undefined && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: fileLocation(place.file),
            ...(place.line !== undefined && { region: { startLine: place.line } }),
          },
        },
      ],
    }),
  };
}

function leftOutNotification(count: number): object {
  return {
    level: 'warning',
    message: { text: `${counted(count, 'result')} left out: code scanning takes ${maxResults} at most` },
  };
}
