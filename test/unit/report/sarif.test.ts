import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checks } from '../../../src/policy/checks/registry.ts';
import type { ReportedObject } from '../../../src/report/report.ts';
import { sarifReporter } from '../../../src/report/sarif.ts';
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

interface Location {
  readonly id?: number;
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region?: { readonly startLine: number; readonly startColumn?: number };
  };
  readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[];
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Location[];
  readonly relatedLocations?: readonly Location[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly object[];
}

interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
  readonly helpUri: string;
  readonly defaultConfiguration: { readonly level: string };
  readonly properties: { readonly tags: readonly string[] };
}

interface Run {
  readonly tool: {
    readonly driver: { readonly name: string; readonly version: string; readonly rules: Rule[] };
  };
  readonly results: readonly Result[];
  readonly invocations: readonly [
    {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly {
        readonly level: string;
        readonly message: { readonly text: string };
      }[];
    },
  ];
}

interface Log {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly [Run];
}

function report(audit: JudgedAudit): Log {
  return JSON.parse(print(sarifReporter, audit)) as Log;
}

function resultsOf(...objects: readonly ReportedObject[]): readonly Result[] {
  return report(judgedAudit(objects)).runs[0].results;
}

/** The OASIS schema. It is of draft 04, of which it uses nothing that draft 07 has changed but the name of its id. */
const isSarif = (() => {
  const text = readFileSync(
    new URL('../../fixtures/schemas/sarif-schema-2.1.0.json', import.meta.url),
    'utf8',
  );
  expect(text).not.toMatch(/"exclusive(?:Minimum|Maximum)"/);
  const { $schema: _dialect, id: _id, ...schema } = JSON.parse(text) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (to: Ajv) => void)(ajv);
  return ajv.compile(schema);
})();

function expectSarif(audit: JudgedAudit): void {
  isSarif(report(audit));
  expect(isSarif.errors ?? []).toEqual([]);
}

/** What code scanning refuses a file for, and what it wants so as to show a result. */
function expectCodeScanningTakes({ $schema, version, runs }: Log): void {
  expect($schema).toBe('https://json.schemastore.org/sarif-2.1.0.json');
  expect(version).toBe('2.1.0');
  expect(runs).toHaveLength(1);
  const [{ tool, results }] = runs;
  expect(tool.driver.name).toBe('Gracegate');
  expect(results.length).toBeLessThanOrEqual(25_000);
  for (const result of results) {
    expect(tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
    expect(['error', 'warning', 'note']).toContain(result.level);
    expect(result.message.text).not.toBe('');
    expect(result.locations).toHaveLength(1);
    const { artifactLocation, region } = result.locations[0]?.physicalLocation ?? {};
    expect(artifactLocation?.uri).toMatch(/^(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+$/);
    expect(region?.startLine).toBeGreaterThanOrEqual(1);
    expect(Object.values(result.partialFingerprints)).not.toHaveLength(0);
  }
}

describe('the SARIF report', () => {
  it('is valid by the published schema, which refuses what is not', () => {
    expectSarif(everything);
    expectSarif(judgedAudit([]));
    const log = report(everything);
    expect(isSarif({ ...log, version: '2.0.0' })).toBe(false);
    expect(isSarif({ ...log, runs: [{ ...log.runs[0], results: [{ ruleId: 'x' }] }] })).toBe(false);
  });

  it('is what code scanning takes', () => {
    const log = report(everything);
    expectCodeScanningTakes(log);
    expect(log.runs[0].results).toHaveLength(7);
  });

  it('stays valid, and acceptable to code scanning, whatever manifests say', () => {
    fc.assert(
      fc.property(hostileAudit, (audit) => {
        expectSarif(audit);
        const log = report(audit);
        expectCodeScanningTakes(log);
        const { violations, exempted } = {
          violations: audit.objects.flatMap((object) => object.violations),
          exempted: audit.objects.flatMap((object) => object.exempted),
        };
        expect(log.runs[0].results).toHaveLength(violations.length + exempted.length);
      }),
      { numRuns: 200 },
    );
  });

  it('describes every check, the same in every run, within the limits of code scanning', () => {
    const { rules } = report(everything).runs[0].tool.driver;
    expect(rules).toEqual(report(judgedAudit([])).runs[0].tool.driver.rules);
    expect(rules.map(({ id }) => id)).toEqual([...checks.map(({ id }) => id), 'server-dry-run']);
    expect(rules.at(-1)?.helpUri).toMatch(/\/docs\/audit\.md#server-dry-run$/);
    for (const rule of rules.slice(0, -1)) {
      for (const { text } of [rule.shortDescription, rule.fullDescription]) {
        expect(text).not.toBe('');
        expect(text.length).toBeLessThanOrEqual(1024);
      }
      expect(rule.help.text).not.toBe('');
      expect(rule.help.markdown).toContain('```yaml\napiVersion: ');
      expect(rule.helpUri).toMatch(new RegExp(`^https://.*/docs/checks/${rule.id}\\.md$`));
      const page = rule.helpUri.slice(rule.helpUri.indexOf('docs/'));
      expect(readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')).toContain(`# ${rule.id}: `);
      expect(rule.defaultConfiguration.level).toBe('warning');
      expect(rule.properties.tags.length).toBeLessThanOrEqual(10);
      expect(rule.properties).not.toHaveProperty('security-severity');
    }
  });
});

describe('a result', () => {
  it('says what, where and how bad', () => {
    const [denied, warned] = report(everything).runs[0].results;
    expect(denied).toMatchObject({
      ruleId: 'cpu-request',
      level: 'error',
      message: {
        text: 'Deployment shop/web: container app: no CPU request; set resources.requests.cpu, for example 100m',
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'deploy/web%20app.yaml', uriBaseId: '%SRCROOT%' },
            region: { startLine: 14, startColumn: 9 },
          },
          logicalLocations: [
            { name: 'web', fullyQualifiedName: 'apps/v1/Deployment/shop/web', kind: 'resource' },
            { name: 'app', fullyQualifiedName: 'apps/v1/Deployment/shop/web/containers/app' },
          ],
        },
      ],
    });
    expect(warned).toMatchObject({ ruleId: 'pre-stop', level: 'warning' });
  });

  it('of standard input has its lines, and a link to the template that was rendered', () => {
    const [result] = resultsOf(
      judgedObject({ violations: [violation({ place: place('-', 47, 'a[b]\\c/hpa.yaml') })] }),
    );
    expect(result?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'stdin' },
      region: { startLine: 47, startColumn: 9 },
    });
    expect(result?.message.text).toMatch(/ \(from \[a\\\[b\\\]\\\\c\/hpa\.yaml\]\(1\)\)$/);
    expect(result?.relatedLocations).toMatchObject([
      {
        id: 1,
        physicalLocation: { artifactLocation: { uri: 'a%5Bb%5D%5Cc/hpa.yaml', uriBaseId: '%SRCROOT%' } },
      },
    ]);
  });

  it('of a cluster has an address that is no file, because code scanning wants one', () => {
    const [named, clusterWide] = resultsOf(
      judgedObject({ violations: [violation()] }),
      judgedObject({ kind: 'Platform', namespace: '', name: 'ma/in', violations: [violation()] }),
    );
    expect(named?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: {
        uri: 'cluster/shop/Deployment/web',
        description: { text: 'Deployment shop/web of the cluster' },
      },
      region: { startLine: 1 },
    });
    expect(clusterWide?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('cluster/Platform/ma%2Fin');
  });

  it.each([
    ['./deploy/./web.yaml', 'deploy/web.yaml'],
    ['a%0Ab#c?.yaml', 'a%250Ab%23c%3F.yaml'],
    ['c:/x.yaml', 'c%3A/x.yaml'],
    ['ü😀\uD800.yaml', '%C3%BC%F0%9F%98%80%EF%BF%BD.yaml'],
    ['/srv/a b.yaml', 'file:///srv/a%20b.yaml'],
    ['/srv/[x]{y}|^.yaml', 'file:///srv/%5Bx%5D%7By%7D%7C%5E.yaml'],
    ['../up.yaml', pathToFileURL('../up.yaml').href],
  ])('in the file %j has the URI %s', (file, uri) => {
    const [result] = resultsOf(judgedObject({ violations: [violation({ place: place(file, 3) })] }));
    expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
  });

  it('lies where its object begins when it has no place of its own', () => {
    const object = judgedObject({ place: place('web.yaml', 5, 'web/a.yaml'), violations: [violation()] });
    const [result] = resultsOf(object);
    expect(result?.locations[0]?.physicalLocation.region?.startLine).toBe(5);
    expect(result?.relatedLocations).toHaveLength(1);
    expect(result?.partialFingerprints).not.toHaveProperty('primaryLocationLineHash');
  });

  it('that somebody is exempt from is suppressed with the reason, and only a note', () => {
    const exempted = report(everything).runs[0].results.filter(
      ({ suppressions }) => suppressions !== undefined,
    );
    expect(exempted).toMatchObject([
      {
        ruleId: 'liveness-probe',
        level: 'note',
        suppressions: [{ kind: 'inSource', status: 'accepted', justification: 'restarts lose money' }],
      },
    ]);
  });
});

describe('the fingerprint of a result', () => {
  const fingerprint = (...objects: readonly ReportedObject[]): (string | undefined)[] =>
    resultsOf(...objects).map(({ partialFingerprints }) => partialFingerprints['gracegate/v1']);
  const one = violation({ place: place('web.yaml', 14) });
  const { container: _container, ...wholeObject } = one;

  it('does not depend on lines, words, versions of the API and what else is wrong', () => {
    const moved = violation({
      action: 'warn',
      message: 'other words',
      path: 'x',
      place: place('web.yaml', 99),
    });
    const [before] = fingerprint(judgedObject({ violations: [one] }));
    const after = fingerprint(
      judgedObject({
        apiVersion: 'apps/v1beta2',
        place: place('web.yaml', 90),
        violations: [violation({ check: 'pre-stop' }), moved],
      }),
    );
    expect(after[1]).toBe(before);
    expect(before).toMatch(/^[0-9a-f]{32}:1$/);
  });

  it('tells objects, checks and containers apart', () => {
    const alone = [
      judgedObject({ violations: [one] }),
      judgedObject({ violations: [violation({ check: 'pre-stop' })] }),
      judgedObject({ violations: [violation({ container: 'b' })] }),
      judgedObject({ violations: [wholeObject] }),
      judgedObject({ name: 'other', violations: [one] }),
      judgedObject({ namespace: 'other', violations: [one] }),
      judgedObject({ kind: 'StatefulSet', violations: [one] }),
      judgedObject({ apiVersion: 'example.com/v1', violations: [one] }),
    ].map((object) => fingerprint(object)[0]);
    expect(alone).toHaveLength(8);
    expect(new Set(alone)).toHaveLength(8);
  });

  it('counts what one check finds several times in one container, exempted or not', () => {
    const found = fingerprint(judgedObject({ violations: [one, one], exempted: [{ ...one, reason: 'x' }] }));
    const [first = ''] = found;
    expect(found).toEqual([1, 2, 3].map((count) => first.replace(/\d+$/, String(count))));
  });

  it('is given under the name that code scanning reads only where its upload cannot compute one from a file', () => {
    const hasHash = ({ partialFingerprints }: Result): boolean =>
      'primaryLocationLineHash' in partialFingerprints;
    const [inFile, ofInput, ofCluster] = resultsOf(
      judgedObject({ violations: [one] }),
      judgedObject({ violations: [violation({ place: place('-', 1) })] }),
      judgedObject({ violations: [violation()] }),
    );
    expect([inFile, ofInput, ofCluster].map((result) => result && hasHash(result))).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('the invocation', () => {
  it('has what could not be read, and the notices, but never failed, or code scanning would take nothing', () => {
    const [{ executionSuccessful, toolExecutionNotifications }] = report(everything).runs[0].invocations;
    expect(executionSuccessful).toBe(true);
    expect(toolExecutionNotifications).toMatchObject([
      {
        level: 'error',
        message: { text: 'not a Kubernetes object: kind is missing' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'deploy/web%20app.yaml' },
              region: { startLine: 30 },
            },
          },
        ],
      },
      { level: 'error', message: { text: 'services: you may not list them' } },
      {
        level: 'note',
        message: { text: 'Deployment shop/web: gracegate.dev/drain-seconds is not a number' },
      },
    ]);
  });

  it('counts the results that code scanning would not take', () => {
    const objects = Array.from({ length: 25_002 }, (_, index) =>
      judgedObject({ name: `web-${index}`, violations: [violation()] }),
    );
    const [{ results, invocations }] = report(judgedAudit(objects)).runs;
    expect(results).toHaveLength(25_000);
    expect(invocations[0].toolExecutionNotifications).toMatchObject([
      { level: 'warning', message: { text: '2 results left out: code scanning takes 25000 at most' } },
    ]);
  });
});

it('writes object by object, so that an audit need not be held', () => {
  const parts: string[] = [];
  const reporter = sarifReporter((text) => parts.push(text));
  for (const object of everything.objects) reporter.object(object);
  expect(parts).toHaveLength(7);
  reporter.end(everything.end);
  expect(JSON.parse(parts.join(''))).toEqual(report(everything));
});
