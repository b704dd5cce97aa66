import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { policyReporter } from '../../../src/report/policy-report.ts';
import {
  everything,
  hostileAudit,
  place,
  print,
  judgedAudit,
  judgedObject,
  violation,
  type JudgedAudit,
} from './sample-audits.ts';

interface Report {
  readonly apiVersion: string;
  readonly kind: 'PolicyReport' | 'ClusterPolicyReport';
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly results: readonly Readonly<Record<string, unknown>>[];
  readonly summary: Readonly<Record<string, number>>;
}

interface List {
  readonly apiVersion: string;
  readonly kind: string;
  readonly items: readonly Report[];
}

function reportsOf(audit: JudgedAudit): readonly Report[] {
  const list = JSON.parse(print(policyReporter, audit)) as List;
  expect(list).toMatchObject({ apiVersion: 'v1', kind: 'List' });
  return list.items;
}

type Schema = Readonly<Record<string, unknown>>;

/** The same, but refusing fields that an API server would silently drop. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in copy && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
}

/** Of the real CustomResourceDefinition. */
function validatorOf(plural: string): ValidateFunction {
  const file = new URL(`../../fixtures/schemas/wgpolicyk8s.io_${plural}.yaml`, import.meta.url);
  const definition = parse(readFileSync(file, 'utf8')) as {
    readonly spec: { readonly versions: readonly { name: string; schema: { openAPIV3Schema: Schema } }[] };
  };
  const version = definition.spec.versions.find(({ name }) => name === 'v1alpha2');
  return new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
    closed(version?.schema.openAPIV3Schema ?? false) as Schema,
  );
}

const validators = {
  PolicyReport: validatorOf('policyreports'),
  ClusterPolicyReport: validatorOf('clusterpolicyreports'),
};

/** By the definition, and by what an API server asks of every object and wgpolicyk8s.io of every result. */
function expectValid(reports: readonly Report[]): void {
  for (const report of reports) {
    const validate = validators[report.kind];
    validate(report);
    expect(validate.errors ?? []).toEqual([]);
    expect(report.apiVersion).toBe('wgpolicyk8s.io/v1alpha2');
    expect(report.metadata.name).toMatch(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/);
    for (const value of Object.values(report.metadata.labels)) expect(value).toMatch(/^[a-z0-9-]{1,63}$/);
    expect('namespace' in report.metadata).toBe(report.kind === 'PolicyReport');
    expect(report.results).not.toHaveLength(0);
    for (const outcome of ['pass', 'fail', 'warn', 'error', 'skip'])
      expect(report.summary[outcome]).toBe(report.results.filter(({ result }) => result === outcome).length);
  }
}

describe('the policy report', () => {
  it('is valid by the real definition, which refuses what is not', () => {
    const reports = reportsOf(everything);
    expectValid(reports);
    const report = reports.find(({ kind }) => kind === 'PolicyReport');
    const [result] = report?.results ?? [];
    expect(result).toBeDefined();
    for (const broken of [
      { ...result, policy: undefined },
      { ...result, result: 'denied' },
      { ...result, severity: 'grave' },
      { ...result, subjects: [] },
      { ...result, properties: { line: 14 } },
    ])
      expect(validators.PolicyReport(JSON.parse(JSON.stringify({ ...report, results: [broken] })))).toBe(
        false,
      );
  });

  it('stays valid whatever manifests say, and loses nothing', () => {
    fc.assert(
      fc.property(hostileAudit, (audit) => {
        const reports = reportsOf(audit);
        expectValid(reports);
        const sum = (outcome: string): number =>
          reports.reduce((total, { summary }) => total + (summary[outcome] ?? 0), 0);
        const { deny, warn, exempted, errors } = audit.end.summary;
        const namespaces = new Set(
          audit.objects.map(({ namespace }) => namespace).filter((name) => name !== ''),
        );
        const untried = audit.objects.filter((object) => object.untried !== undefined);
        const told = untried.length + (errors === 0 ? 0 : errors + namespaces.size);
        expect([sum('fail'), sum('warn'), sum('skip'), sum('error')]).toEqual([deny, warn, exempted, told]);
        expect(sum('pass')).toBe(
          audit.objects.filter(
            (object) =>
              object.violations.length + object.exempted.length === 0 && object.untried === undefined,
          ).length,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is one for each namespace, and one for what is in none', () => {
    expect(
      reportsOf(everything).map(({ kind, metadata, summary }) => ({
        kind,
        namespace: metadata.namespace,
        name: metadata.name,
        ...summary,
      })),
    ).toEqual([
      {
        kind: 'ClusterPolicyReport',
        namespace: undefined,
        name: 'gracegate-baseline',
        pass: 0,
        fail: 0,
        warn: 1,
        error: 2,
        skip: 0,
      },
      {
        kind: 'PolicyReport',
        namespace: 'pay',
        name: 'gracegate-baseline',
        pass: 1,
        fail: 2,
        warn: 0,
        error: 1,
        skip: 1,
      },
      {
        kind: 'PolicyReport',
        namespace: 'shop',
        name: 'gracegate-baseline',
        pass: 0,
        fail: 2,
        warn: 1,
        error: 1,
        skip: 0,
      },
    ]);
    expect(reportsOf(judgedAudit([]))).toEqual([]);
  });

  it('says of a result everything that readers ask for', () => {
    const fromFile = reportsOf(everything).find(({ metadata }) => metadata.namespace === 'shop');
    expect(fromFile?.results[0]).toEqual({
      policy: 'baseline',
      rule: 'cpu-request',
      category: 'resources',
      result: 'fail',
      severity: 'high',
      scored: true,
      source: 'gracegate',
      timestamp: { seconds: 1795284000, nanos: 250_000_000 },
      message: 'container app: no CPU request; set resources.requests.cpu, for example 100m',
      resources: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }],
      properties: {
        path: 'spec.template.spec.containers[0].resources.requests.cpu',
        container: 'app',
        file: './deploy/web app.yaml',
        line: '14',
      },
    });
    expect(fromFile?.results[1]).toMatchObject({ result: 'warn', severity: 'medium', scored: false });
    const ofCluster = reportsOf(everything).find(({ metadata }) => metadata.namespace === 'pay');
    expect(ofCluster?.results.slice(2, -1)).toMatchObject([
      {
        rule: 'liveness-probe',
        result: 'skip',
        message: 'exempt: restarts lose money; container app: no liveness probe',
        properties: { reason: 'restarts lose money' },
        resources: [{ name: 'ledger', uid: '0a6b2f5e-0000-4000-8000-000000000001' }],
      },
      { result: 'pass', resources: [{ name: 'clean' }] },
    ]);
  });

  it('says in each namespace that something could not be read: who owns it may not see the rest', () => {
    for (const namespace of ['shop', 'pay']) {
      const report = reportsOf(everything).find(({ metadata }) => metadata.namespace === namespace);
      expect(report?.results.at(-1)).toMatchObject({
        result: 'error',
        message: expect.stringMatching(
          /^the audit is not complete, .*: 2 problems, which the ClusterPolicyReport/,
        ),
      });
    }
    const complete = reportsOf(judgedAudit(everything.objects));
    expect(complete.flatMap(({ results }) => results).filter(({ result }) => result === 'error')).toEqual([]);
  });

  it('does not pass what the API server could not be asked about', () => {
    const untried = 'a pod in shop cannot be tried: the webhook does not answer';
    const [report] = reportsOf(judgedAudit([judgedObject({ untried })]));
    expect(report?.results).toMatchObject([
      {
        rule: 'server-dry-run',
        result: 'error',
        message: `the API server was not asked about its pod: ${untried}`,
        resources: [{ name: 'web' }],
      },
    ]);
    expect(report?.summary).toMatchObject({ pass: 0, error: 1 });
  });

  it('says what could not be read, and where', () => {
    const [cluster] = reportsOf(everything);
    expect(cluster?.results.filter(({ result }) => result === 'error').map(({ message }) => message)).toEqual(
      [
        './deploy/web app.yaml:30: not a Kubernetes object: kind is missing',
        'services: you may not list them',
      ],
    );
  });
});

describe('a namespace with more results than one object may have', () => {
  const names = Array.from({ length: 1500 }, (_, index) => `web-${index}`);
  const reports = reportsOf(
    judgedAudit(
      names.map((name) => judgedObject({ name, violations: [violation({ place: place('ü.yaml', 1) })] })),
    ),
  );

  it('has several reports, each of which kubectl apply can write with its annotation', () => {
    expectValid(reports);
    expect(reports.length).toBeGreaterThan(2);
    for (const report of reports) {
      // Apimachinery: annotations together have at most 256 KiB.
      expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(256 * 1024);
    }
    // Full, but for the last.
    for (const report of reports.slice(0, -1))
      expect(Buffer.byteLength(JSON.stringify(report))).toBeGreaterThan(190_000);
  });

  it('says which part is which, under names that stay', () => {
    expect(reports.map(({ metadata }) => metadata.name)).toEqual(
      reports.map((_, index) => (index === 0 ? 'gracegate-baseline' : `gracegate-baseline.${index + 1}`)),
    );
    expect(reports.map(({ metadata }) => metadata.annotations?.['gracegate.dev/part'])).toEqual(
      reports.map((_, index) => `${index + 1} of ${reports.length}`),
    );
  });

  it('loses none of them', () => {
    const found = reports.flatMap(({ results }) =>
      results.map(({ resources }) => (resources as [{ readonly name: string }])[0].name),
    );
    expect(found).toEqual(names);
  });
});
