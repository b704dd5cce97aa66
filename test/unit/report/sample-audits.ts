/** Audits as reporters are given them: one that has everything, and arbitrary ones with hostile text in every field. */
import fc from 'fast-check';
import { checks } from '../../../src/policy/checks/registry.ts';
import type {
  Place,
  ReportedError,
  ReportedObject,
  ReportedViolation,
  ReportEnd,
  ReporterFactory,
} from '../../../src/report/report.ts';

export interface JudgedAudit {
  readonly objects: readonly ReportedObject[];
  readonly end: ReportEnd;
}

const bare: ReportedObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  violations: [],
  exempted: [],
  notices: [],
};

export function judgedObject(fields: Partial<ReportedObject> = {}): ReportedObject {
  return { ...bare, ...fields };
}

export function violation(fields: Partial<ReportedViolation> = {}): ReportedViolation {
  return {
    check: 'cpu-request',
    action: 'deny',
    container: 'app',
    path: 'spec.template.spec.containers[0].resources.requests.cpu',
    message: 'no CPU request; set resources.requests.cpu, for example 100m',
    ...fields,
  };
}

export function place(file: string, line: number, source?: string): Place {
  return { file, line, column: 9, ...(source !== undefined && { source }) };
}

/** With a summary that counts the objects. */
export function judgedAudit(
  objects: readonly ReportedObject[],
  errors: readonly ReportedError[] = [],
): JudgedAudit {
  const violations = objects.flatMap((object) => object.violations);
  return {
    objects,
    end: {
      summary: {
        objects: objects.length,
        objectsWithViolations: objects.filter((object) => object.violations.length > 0).length,
        deny: violations.filter(({ action }) => action === 'deny').length,
        warn: violations.filter(({ action }) => action === 'warn').length,
        exempted: objects.reduce((sum, { exempted }) => sum + exempted.length, 0),
        errors: errors.length,
      },
      errors,
      profile: 'baseline',
      version: '0.1.0',
      now: new Date('2026-11-21T18:00:00.250Z'),
    },
  };
}

export function print(factory: ReporterFactory, { objects, end }: JudgedAudit): string {
  let text = '';
  const reporter = factory((part) => (text += part));
  for (const object of objects) reporter.object(object);
  reporter.end(end);
  return text;
}

/** Of files, of standard input and of a cluster; denied, warned of, exempt, clean; with a notice and two errors. */
export const everything = judgedAudit(
  [
    judgedObject({
      place: place('./deploy/web app.yaml', 1),
      violations: [
        violation({ place: place('./deploy/web app.yaml', 14) }),
        violation({
          check: 'pre-stop',
          action: 'warn',
          message: 'no preStop hook; the load balancer may still send requests',
          place: place('./deploy/web app.yaml', 12),
        }),
      ],
      notices: ['gracegate.dev/drain-seconds is not a number'],
    }),
    judgedObject({
      kind: 'HorizontalPodAutoscaler',
      apiVersion: 'autoscaling/v2',
      place: place('-', 40, 'web/templates/hpa.yaml'),
      violations: [
        {
          check: 'hpa-target',
          action: 'deny',
          path: 'spec.scaleTargetRef',
          message: 'there is no Deployment wbe; nothing is scaled',
          place: place('-', 47, 'web/templates/hpa.yaml'),
        },
      ],
    }),
    judgedObject({
      namespace: 'pay',
      name: 'ledger',
      uid: '0a6b2f5e-0000-4000-8000-000000000001',
      violations: [violation(), violation({ container: 'proxy' })],
      exempted: [
        {
          ...violation({ check: 'liveness-probe', message: 'no liveness probe' }),
          reason: 'restarts lose money',
        },
      ],
    }),
    judgedObject({ namespace: 'pay', name: 'clean', uid: '0a6b2f5e-0000-4000-8000-000000000002' }),
    judgedObject({
      apiVersion: 'example.com/v1',
      kind: 'Platform',
      namespace: '',
      name: 'main',
      violations: [violation({ action: 'warn' })],
    }),
  ],
  [
    {
      place: { file: './deploy/web app.yaml', line: 30 },
      message: 'not a Kubernetes object: kind is missing',
    },
    { message: 'services: you may not list them' },
  ],
);

const snippets = [
  ']]>',
  '<!--',
  '&amp;',
  '<a b="c">',
  "'",
  '"',
  '%0A',
  '%250A',
  '::error::x',
  '##[error]x',
  ':',
  ',',
  '\r\n',
  '\n',
  '\r',
  '\t',
  '\u0000',
  '\u001B[31m',
  '\u0085',
  '\u2028',
  '\uFFFE',
  '\uD800',
  '\uDC00',
  '😀',
  '[a](1)',
  '\\',
  '{0}',
  ' ',
  '../',
  'x',
];

/** What somebody may write into a manifest to break the report of it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...snippets), fc.string({ unit: 'binary', maxLength: 3 })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
  fc.constantFrom(...snippets),
);

const hostilePlace: fc.Arbitrary<Place> = fc.record(
  {
    file: fc.oneof(hostileText, fc.constantFrom('-', 'a.yaml', './b/c d.yaml', '../up.yaml', '/abs/e.yaml')),
    line: fc.integer({ min: 1, max: 100_000 }),
    column: fc.integer({ min: 1, max: 500 }),
    source: hostileText,
  },
  { requiredKeys: ['file', 'line', 'column'] },
);

const hostileViolation: fc.Arbitrary<ReportedViolation> = fc.record(
  {
    check: fc.constantFrom(...checks.map(({ id }) => id)),
    action: fc.constantFrom('deny', 'warn'),
    container: hostileText,
    path: hostileText,
    message: hostileText,
    place: hostilePlace,
  },
  { requiredKeys: ['check', 'action', 'path', 'message'] },
);

const hostileObject: fc.Arbitrary<ReportedObject> = fc.record(
  {
    apiVersion: hostileText,
    kind: hostileText,
    namespace: fc.oneof(hostileText, fc.constantFrom('', 'shop')),
    name: hostileText,
    uid: hostileText,
    place: hostilePlace,
    violations: fc.array(hostileViolation, { maxLength: 4 }),
    exempted: fc.array(
      fc.tuple(hostileViolation, hostileText).map(([exempted, reason]) => ({ ...exempted, reason })),
      { maxLength: 2 },
    ),
    notices: fc.array(hostileText, { maxLength: 2 }),
    untried: hostileText,
  },
  { requiredKeys: ['apiVersion', 'kind', 'namespace', 'name', 'violations', 'exempted', 'notices'] },
);

const hostileError: fc.Arbitrary<ReportedError> = fc.record(
  {
    place: fc.record({ file: hostileText, line: fc.integer({ min: 1 }) }, { requiredKeys: ['file'] }),
    message: hostileText,
  },
  { requiredKeys: ['message'] },
);

export const hostileAudit: fc.Arbitrary<JudgedAudit> = fc
  .tuple(fc.array(hostileObject, { maxLength: 6 }), fc.array(hostileError, { maxLength: 3 }))
  .map(([objects, errors]) => judgedAudit(objects, errors));
