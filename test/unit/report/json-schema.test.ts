import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';

import { checks } from '../../../src/policy/checks/registry.ts';
import { jsonReporter } from '../../../src/report/json.ts';
import { auditReportSchema, type AuditReport } from '../../../src/report/json-schema.ts';
import type { SchemaType } from '../../../src/report/schema-type.ts';
import { audit, folder } from '../cli/auditing.ts';
import { everything, hostileAudit, judgedAudit, print } from './sample-audits.ts';

const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
addFormats.default(ajv);
/** The schema as it is published. */
const validate = ajv.compile(JSON.parse(JSON.stringify(auditReportSchema)) as object);

/** Null for a report that is valid. */
function errorsOf(report: string): unknown {
  validate(JSON.parse(report));
  return validate.errors;
}

const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      containers:
        - name: app
`;
const exempt = web.replace(
  '    spec:\n      c',
  '    metadata:\n      annotations: { gracegate.dev/exempt: "cpu-request,nonsense", gracegate.dev/exempt-reason: a test }\n    spec:\n      c',
);

describe('what gracegate audit -o json prints', () => {
  it.each([
    ['of something clean', '{ apiVersion: v1, kind: ConfigMap }', 0, { objects: 0, deny: 0 }],
    ['of nothing', '', 0, { objects: 0 }],
    ['of violations', web, 1, { objects: 1, objectsWithViolations: 1 }],
    ['of exemptions and notices', exempt, 1, { objects: 1 }],
    ['of what Helm rendered', `---\n# Source: shop/templates/web.yaml\n${web}`, 1, { objects: 1 }],
    ['of what cannot be read', `${web}---\nkind: [`, 2, { errors: 1 }],
    ['of a file that is no manifest', 'services: {}', 2, { errors: 1 }],
    [
      'of an object that is no workload',
      '{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web }, spec: {} }',
      1,
      { objects: 1 },
    ],
  ])('is valid: %s', async (_name, input, code, summary) => {
    for (const source of ['-', folder({ 'a.yaml': input })]) {
      const { code: ended, out } = await audit(['-f', source, '-o', 'json'], input);
      expect(ended).toBe(code);
      expect(errorsOf(out)).toBeNull();
      expect(JSON.parse(out)).toMatchObject({ profile: 'baseline', summary });
    }
  });

  it('is valid with a baseline, with another profile, and with no file at all', async () => {
    const dir = folder({ 'a.yaml': web });
    const written = await audit(['-f', dir, '-o', 'json', '--write-baseline', `${dir}/accepted`]);
    const since = await audit(['-f', dir, '-o', 'json', '--since-baseline', `${dir}/accepted`]);
    const strict = await audit(['-f', dir, '-o', 'json', '--profile', 'strict']);
    const absent = await audit(['-f', `${dir}/none.yaml`, '-o', 'json']);
    for (const { out } of [written, since, strict, absent]) expect(errorsOf(out)).toBeNull();
    expect(JSON.parse(since.out)).toHaveProperty('summary.accepted');
    expect(JSON.parse(strict.out)).toHaveProperty('profile', 'strict');
    expect(JSON.parse(absent.out)).toMatchObject({
      objects: [],
      errors: [{ file: `${dir}/none.yaml`, line: null, message: 'no such file or folder' }],
    });
  });
});

describe('the schema', () => {
  it('takes objects of files, of standard input and of a cluster', () => {
    expect(errorsOf(print(jsonReporter, everything))).toBeNull();
    expect(errorsOf(print(jsonReporter, judgedAudit([])))).toBeNull();
  });

  it('takes whatever names and texts there are', () => {
    fc.assert(
      fc.property(hostileAudit, (audited) => {
        expect(errorsOf(print(jsonReporter, audited))).toBeNull();
      }),
    );
  });

  it('knows every check, and what the API server itself objects to', () => {
    const { check } = auditReportSchema.properties.objects.items.properties.violations.items.properties;
    expect(check.enum).toEqual([...checks.map(({ id }) => id), 'server-dry-run']);
  });
});

type Keys = readonly (string | number)[];

/** The path of every value within a value. */
function* pathsIn(value: unknown, path: Keys = []): Generator<Keys> {
  yield path;
  if (Array.isArray(value)) for (const [index, one] of value.entries()) yield* pathsIn(one, [...path, index]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, one] of Object.entries(value)) yield* pathsIn(one, [...path, key]);
}

// oxlint-disable-next-line no-explicit-any -- any JSON, to be broken
type AnyJson = any;

const report = print(jsonReporter, {
  ...everything,
  end: { ...everything.end, summary: { ...everything.end.summary, accepted: 1 } },
});
const paths = [...pathsIn(JSON.parse(report))];

const at = (value: AnyJson, path: Keys): AnyJson => path.reduce((inner, key) => inner[key], value);

function isRefused(path: Keys, change: (parent: AnyJson, key: string | number) => void): boolean {
  const changed: AnyJson = JSON.parse(report);
  const key = path.at(-1);
  if (key === undefined) return true;
  change(at(changed, path.slice(0, -1)), key);
  return !validate(changed);
}

/** Of the paths, those where a change is taken, without indexes. */
const takenAt = (some: readonly Keys[], change: (parent: AnyJson, key: string | number) => void) => [
  ...new Set(
    some
      .filter((path) => !isRefused(path, change))
      .map((path) => path.filter((key) => typeof key === 'string').join('.')),
  ),
];

describe('the schema refuses', () => {
  it('a report without one of its keys, but for those that are not always there', () => {
    const members = paths.filter((path) => typeof path.at(-1) === 'string');
    expect(members.length).toBeGreaterThan(100);
    expect(takenAt(members, (parent, key) => delete parent[key])).toEqual([
      'objects.source',
      'objects.uid',
      'summary.accepted',
    ]);
  });

  it('a value of another type, wherever it is', () => {
    for (const other of [true, 0.5, [[]], { unknown: 1 }])
      expect(takenAt(paths, (parent, key) => (parent[key] = other))).toEqual([]);
  });

  it('an unknown key, wherever it is', () => {
    const objects = paths.filter((path) => {
      const value: unknown = at(JSON.parse(report), path);
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    });
    expect(objects.length).toBeGreaterThan(10);
    expect(takenAt(objects, (parent, key) => (parent[key].unknown = 1))).toEqual([]);
    expect(validate({ ...JSON.parse(report), unknown: 1 })).toBe(false);
  });

  it.each([
    [['apiVersion'], 'gracegate.dev/v1'],
    [['kind'], 'Report'],
    [['time'], 'today'],
    [['summary', 'deny'], -1],
    [['objects', 0, 'line'], 0],
    [['objects', 0, 'violations', 0, 'action'], 'off'],
    [['objects', 0, 'violations', 0, 'check'], 'cpu'],
  ])('%j: %j', (path, value) => {
    expect(isRefused(path, (parent, key) => (parent[key] = value))).toBe(true);
  });
});

describe('the type of the report', () => {
  it('is that of the schema', () => {
    type Judged = AuditReport['objects'][number];
    type Found = Judged['violations'][number];
    expectTypeOf<AuditReport['kind']>().toEqualTypeOf<'AuditReport'>();
    expectTypeOf<Found['action']>().toEqualTypeOf<'deny' | 'warn'>();
    expectTypeOf<Found['check']>().toEqualTypeOf<string>();
    expectTypeOf<Found['container']>().toEqualTypeOf<string | null>();
    expectTypeOf<Judged['uid']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Judged['exempted'][number]['reason']>().toEqualTypeOf<string>();
    expectTypeOf<AuditReport['summary']['accepted']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<keyof AuditReport>().toEqualTypeOf<keyof typeof auditReportSchema.properties>();
  });

  it('knows no keyword that it does not read', () => {
    expectTypeOf<SchemaType<{ readonly anyOf: readonly [] }>>().toEqualTypeOf<never>();
  });
});
