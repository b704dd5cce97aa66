import type { AuditReport } from './json-schema.ts';
import type { ReportedError, ReportedObject, ReporterFactory, ReportedViolation } from './report.ts';

type JsonObject = AuditReport['objects'][number];
type JsonViolation = JsonObject['violations'][number];
type JsonError = AuditReport['errors'][number];

const head: Pick<AuditReport, 'apiVersion' | 'kind'> = {
  apiVersion: 'gracegate.dev/v1alpha1',
  kind: 'AuditReport',
};

/** The audit as one JSON document, written object by object. Its keys are those of json-schema.ts. */
export const jsonReporter: ReporterFactory = (write) => {
  let isEmpty = true;
  return {
    object(object) {
      write(isEmpty ? `${opened(head)},\n  "objects": [\n` : ',\n');
      isEmpty = false;
      write(indented(described(object)));
    },
    end({ summary, errors, profile, version, now }) {
      write(isEmpty ? `${opened(head)},\n  "objects": [],` : '\n  ],');
      const rest: Omit<AuditReport, keyof typeof head | 'objects'> = {
        errors: errors.map(describedError),
        summary,
        profile,
        version,
        time: now.toISOString(),
      };
      write(`${JSON.stringify(rest, null, 2).slice('{'.length)}\n`);
    },
  };
};

/** Without the closing brace. */
function opened(value: object): string {
  return JSON.stringify(value, null, 2).slice(0, -'\n}'.length);
}

/** As it looks within `{ "objects": [ ... ] }`. */
function indented(value: object): string {
  const [open, close] = ['[\n  [\n', '\n  ]\n]'];
  return JSON.stringify([[value]], null, 2).slice(open.length, -close.length);
}

function described(object: ReportedObject): JsonObject {
  const { apiVersion, kind, namespace, name, uid, place, violations, exempted, notices, untried } = object;
  return {
    apiVersion,
    kind,
    namespace,
    name,
    ...(uid !== undefined && { uid }),
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
    ...(place?.source !== undefined && { source: place.source }),
    violations: violations.map(describedViolation),
    exempted: exempted.map((one) => ({ ...describedViolation(one), reason: one.reason })),
    notices,
    ...(untried !== undefined && { untried }),
  };
}

function describedViolation(violation: ReportedViolation): JsonViolation {
  const { check, action, container, path, message, place } = violation;
  return {
    check,
    action,
    container: container ?? null,
    path,
    message,
    line: place?.line ?? null,
    column: place?.column ?? null,
  };
}

function describedError({ place, message }: ReportedError): JsonError {
  return { file: place?.file ?? null, line: place?.line ?? null, message };
}
