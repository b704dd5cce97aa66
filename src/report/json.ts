import type { ReportedObject, ReporterFactory, ReportedViolation } from './report.ts';

/** The audit as one JSON document, written object by object. */
export const jsonReporter: ReporterFactory = (write) => {
  let isEmpty = true;
  return {
    object(object) {
      write(isEmpty ? '{\n  "objects": [\n' : ',\n');
      isEmpty = false;
      write(indented(described(object)));
    },
    end({ summary }) {
      const close = isEmpty ? '{\n  "objects": [],\n' : '\n  ],\n';
      write(`${close}${JSON.stringify({ summary }, null, 2).slice('{\n'.length)}\n`);
    },
  };
};

/** As it looks within `{ "objects": [ ... ] }`. */
function indented(value: object): string {
  const [open, close] = ['[\n  [\n', '\n  ]\n]'];
  return JSON.stringify([[value]], null, 2).slice(open.length, -close.length);
}

function described(object: ReportedObject): object {
  const { apiVersion, kind, namespace, name, uid, place, violations, exempted, notices } = object;
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
  };
}

function describedViolation({ check, action, container, path, message, place }: ReportedViolation): object {
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
