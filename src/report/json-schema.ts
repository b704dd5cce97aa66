/** The JSON schema of what `gracegate audit -o json` prints. The type of the report is made of it. */
import { rules } from './rules.ts';
import type { SchemaType } from './schema-type.ts';

const text = (description: string) => ({ type: 'string', description }) as const;

const count = (description: string) => ({ type: 'integer', minimum: 0, description }) as const;

const position = (description: string) => ({ type: ['integer', 'null'], minimum: 1, description }) as const;

const list = <const Items>(items: Items, description: string) =>
  ({ type: 'array', items, description }) as const;

/** Nothing but these properties, and at least the required ones. */
function closed<const Properties extends object, const Names extends keyof Properties>(
  description: string,
  properties: Properties,
  required: readonly Names[],
) {
  return { type: 'object', description, additionalProperties: false, required, properties } as const;
}

const violation = {
  check: { enum: rules.map(({ id }) => id), description: 'Id of the check, or server-dry-run.' },
  action: { enum: ['deny', 'warn'], description: 'What the profile does about it.' },
  container: {
    type: ['string', 'null'],
    description: 'Name of the container; null for what is about the pod or the object as a whole.',
  },
  path: text('Field path from the object, as spec.template.spec.containers[0].livenessProbe.'),
  message: text('What is wrong and what to write instead, without container and check.'),
  line: position('Of the field, or of its nearest ancestor that is there; null for an object of a cluster.'),
  column: position('As line; in UTF-16 code units.'),
} as const;

const violationKeys = ['check', 'action', 'container', 'path', 'message', 'line', 'column'] as const;

const object = closed(
  'An object that was judged.',
  {
    apiVersion: text('Of the object.'),
    kind: text('Of the object.'),
    namespace: text('Empty for an object without a namespace.'),
    name: text('metadata.name, or metadata.generateName.'),
    uid: text('Of an object of a cluster; absent for an object of a file.'),
    file: {
      type: ['string', 'null'],
      description: 'As it was named, - for standard input; null for an object of a cluster.',
    },
    line: position('Where the object begins in the file; null for an object of a cluster.'),
    column: position('As line; in UTF-16 code units.'),
    source: text('The template that Helm rendered the object from, by its comment # Source:.'),
    violations: list(
      closed('What the profile would deny or warn of.', violation, violationKeys),
      'By container, then by check; about the object as a whole last.',
    ),
    exempted: list(
      closed(
        'A violation that the annotation gracegate.dev/exempt takes out.',
        { ...violation, reason: text('Why, by gracegate.dev/exempt-reason.') },
        [...violationKeys, 'reason'],
      ),
      'What its author is exempt from.',
    ),
    notices: list(
      text('A sentence.'),
      'What the author should know: of annotations that have no effect, and, with --server-dry-run, what the API server warns of.',
    ),
    untried: text(
      'Why the API server could not be asked about its pod; absent where it was, and without --server-dry-run.',
    ),
  },
  [
    ...(['apiVersion', 'kind', 'namespace', 'name', 'file', 'line', 'column'] as const),
    ...(['violations', 'exempted', 'notices'] as const),
  ],
);

const error = closed(
  'A document, a file or a kind of a cluster that could not be read: it may hide anything.',
  {
    file: { type: ['string', 'null'], description: 'Where; null for a kind of a cluster.' },
    line: position('Where in the file, if that is known.'),
    message: text('What is wrong.'),
  },
  ['file', 'line', 'message'],
);

const summary = closed(
  'The numbers of the audit.',
  {
    objects: count('Objects that were judged.'),
    objectsWithViolations: count('Those with at least one violation.'),
    deny: count('Violations that would be denied.'),
    warn: count('Violations that would be warned of.'),
    exempted: count('Violations that are exempted.'),
    errors: count('What could not be read.'),
    accepted: count('Violations that the baseline accepts, which count nowhere else; absent without one.'),
  },
  ['objects', 'objectsWithViolations', 'deny', 'warn', 'exempted', 'errors'],
);

export const auditReportSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://gracegate.dev/schema/gracegate-audit-report.v1alpha1.schema.json',
  title: 'AuditReport',
  ...closed(
    'What gracegate audit -o json prints. A later version may add keys and checks, so validate a report by the schema of the version that wrote it.',
    {
      apiVersion: { const: 'gracegate.dev/v1alpha1' },
      kind: { const: 'AuditReport' },
      objects: list(
        object,
        'Every object that was judged, in the order of the files, those without violations too.',
      ),
      errors: list(error, 'What could not be read. With one of these the exit code is 2.'),
      summary,
      profile: text('Name of the profile that was judged by.'),
      version: text('Of the Gracegate that judged.'),
      time: { type: 'string', format: 'date-time', description: 'When the audit ended.' },
    },
    ['apiVersion', 'kind', 'objects', 'errors', 'summary', 'profile', 'version', 'time'],
  ),
} as const;

export type AuditReport = SchemaType<typeof auditReportSchema>;
