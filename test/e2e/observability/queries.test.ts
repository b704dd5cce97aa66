/** Every query of the alerts and of the dashboard, put to a real Prometheus that scrapes a real Gracegate. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRun, type Run } from '../../cluster/run.ts';
import { errorCatalogue } from '../../../src/server/errors.ts';
import { askedBy, metricOf, withVariables } from '../../unit/observability/expressions.ts';
import { alertsFile, panelQueries, readAlerts, readDashboard, root } from '../../unit/observability/files.ts';
import { startGracegate, type Gracegate } from '../support/gracegate.ts';
import { auditOnce, awaitAudit, config, keepBusy, startReplica } from './busy-gracegate.ts';
import { startPrometheus, type Prometheus } from './prometheus.ts';

/** What Grafana would put in. */
const variables = { namespace: 'gracegate-system', job: 'gracegate', __rate_interval: '30s', __range: '5m' };

const alerts = readAlerts().map(
  ({ alert, labels, expr }) => [`${alert} ${labels['severity']}`, expr] as const,
);
const panels = panelQueries(readDashboard()).map(
  ({ title, expr }) => [title, withVariables(expr, variables)] as const,
);

let run: Run;
let gracegate: Gracegate;
let prometheus: Prometheus;
/** The `host:port` of a replica that nobody calls. */
let idle: string;
/** The names of all metrics that Gracegate says it has, those without a value yet included. */
let declared: Set<string>;
let isPassed = false;

beforeAll(async () => {
  run = await createRun();
  gracegate = await startGracegate({ config });
  idle = await startReplica(run, gracegate, await auditOnce());
  const awaiting = await startReplica(run, gracegate, await awaitAudit());
  prometheus = await startPrometheus(run, {
    targets: [new URL(gracegate.healthUrl).host, idle, awaiting],
    rulesFile: join(root, alertsFile),
  });
  // Counters need two values, before and after.
  await prometheus.scraped(2);
  await keepBusy(gracegate);
  await prometheus.scraped(3);
  const text = await (await fetch(`${gracegate.healthUrl}/metrics`)).text();
  declared = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name));
  isPassed = true;
});
afterAll(async () => {
  await gracegate?.stop();
  await run.stop({ keepLogs: !isPassed });
});

/** Whether Gracegate has such a metric, or Prometheus makes it by scraping. */
function isKnown(metric: string): boolean {
  return (
    metric === 'up' || declared.has(metric.replace(/_(?:bucket|sum|count)$/, '')) || declared.has(metric)
  );
}

describe.each([
  ['the alerts', alerts],
  ['the dashboard', panels],
] as const)('each query of %s', (_what, queries) => {
  it.each(queries)('%s: asks for metrics, labels and values that are there', async (_name, expr) => {
    const { selectors, groupedBy } = askedBy(expr);
    expect(selectors.length).toBeGreaterThan(0);
    const labels = new Set<string>();
    for (const selector of selectors) {
      expect(isKnown(metricOf(selector)), `Gracegate has the metric of ${selector}`).toBe(true);
      const series = await prometheus.query(selector);
      expect(series.length, `series of ${selector}`).toBeGreaterThan(0);
      for (const { metric } of series) for (const label of Object.keys(metric)) labels.add(label);
    }
    expect([...labels]).toEqual(expect.arrayContaining([...groupedBy]));
  });
});

describe('alerts', () => {
  // A counter that is not there before its first event hides that event: `rate` and `increase` begin from a value.
  it.each([
    'gracegate_reviews_total{webhook="mutate",decision="error"}',
    'gracegate_reviews_total{webhook="enforce",decision="error"}',
    ...Object.keys(errorCatalogue).map((code) => `gracegate_bad_requests_total{code="${code}"}`),
    'gracegate_watch_errors_total{resource="namespaces"}',
    'gracegate_watch_errors_total{resource="limitranges"}',
    'gracegate_watch_errors_total{resource="configmaps"}',
    'gracegate_watch_errors_total{resource="mutatingwebhookconfigurations"}',
    'gracegate_watch_errors_total{resource="validatingwebhookconfigurations"}',
    'gracegate_ca_bundle_repairs_total{configuration="mutating"}',
    'gracegate_ca_bundle_repairs_total{configuration="validating"}',
  ])('count from 0 on: %s', async (series) => {
    const samples = await prometheus.query(series.replace('{', `{instance="${idle}",`));
    expect(samples.map(({ value }) => value[1])).toEqual(['0']);
  });

  it.each(alerts)('%s: can be evaluated', async (_name, expr) => {
    await expect(prometheus.query(expr)).resolves.toBeInstanceOf(Array);
  });

  it('are evaluated by Prometheus itself without an error', async () => {
    const rules = await prometheus.rules();
    expect(rules.map(({ name, health, lastError = '' }) => ({ name, health, lastError }))).toEqual(
      readAlerts().map(({ alert }) => ({ name: alert, health: 'ok', lastError: '' })),
    );
  });

  it('none is due but that of the configuration that was refused', async () => {
    const due = await prometheus.query('ALERTS');
    expect(due.map(({ metric }) => [metric['alertname'], metric['what']])).toEqual([
      ['GracegateReloadRefused', 'configuration'],
      ['GracegateReloadRefused', 'configuration'],
      ['GracegateReloadRefused', 'configuration'],
    ]);
  });
});

describe('panels', () => {
  const definitions = readDashboard().templating.list.flatMap(({ definition }) => definition ?? []);

  it.each(definitions)('can be chosen by %s', async (definition) => {
    const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
    const series = await prometheus.query(withVariables(selector, variables));
    expect(new Set(series.map(({ metric }) => metric[label]))).toEqual(
      new Set([label === 'job' ? variables.job : variables.namespace]),
    );
  });

  // Gracegate was given its certificates here, so it knows of no authority.
  const empty = new Set(['Authority expires in']);

  it.each(panels.filter(([title]) => !empty.has(title)))('%s: shows something', async (_title, expr) => {
    expect((await prometheus.query(expr)).length).toBeGreaterThan(0);
  });

  it.each(panels.filter(([title]) => empty.has(title)))('%s: shows nothing here', async (_title, expr) => {
    expect(await prometheus.query(expr)).toEqual([]);
  });

  it.each<[string, string]>([
    ['a refusal', 'gracegate_reviews_total{webhook="enforce",decision="deny"}'],
    ['a warning', 'gracegate_violations_total{action="warn"}'],
    ['an audit finding', 'gracegate_violations_total{action="audit"}'],
    ['an exemption', 'gracegate_exemptions_total{reason="annotation"}'],
    ['a mutation', 'gracegate_mutations_total{mutation="pre-stop-sleep"}'],
    ['a look at the labels of a namespace', 'gracegate_reviews_total{webhook="namespaces"}'],
    ['a live read', 'gracegate_live_reads_total'],
    ['a bad call', 'gracegate_bad_requests_total{code="malformed-json"}'],
    ['what an audit finds', 'gracegate_audit_violations{check="cpu-request"}'],
    ['a reload', 'gracegate_reloads_total{result="taken"}'],
  ])('count %s', async (_what, selector) => {
    const [sample] = await prometheus.query(`sum(${selector})`);
    expect(Number(sample?.value[1])).toBeGreaterThan(0);
  });
});
