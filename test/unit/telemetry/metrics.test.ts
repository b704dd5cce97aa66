import { describe, expect, it } from 'vitest';

import { createMetrics, type Metrics } from '../../../src/telemetry/metrics.ts';
import { samples } from './samples.ts';

/** Metrics of a process in which everything has happened once. */
function used(): Metrics {
  const metrics = createMetrics('1.2.3');
  metrics.recorder.reviewed({ path: 'enforce', decision: 'deny' });
  metrics.recorder.violation('cpu-request', 'deny');
  metrics.recorder.mutated('limit-range');
  metrics.recorder.exempted('mirror-pod');
  metrics.recorder.liveRead('namespaces');
  metrics.answered('enforce', 0.003);
  metrics.badRequest('too-large');
  metrics.watchFailed('limitranges');
  metrics.certificateExpires(new Date('2030-01-01T00:00:00Z'));
  metrics.reloaded('configuration', true);
  metrics.audit.show({
    profile: 'baseline',
    finishedAt: new Date('2030-01-01T00:00:00Z'),
    objects: 1,
    errors: 0,
    violations: [{ namespace: 'shop', check: 'cpu-request', action: 'deny', count: 1 }],
  });
  return metrics;
}

/** `name{label,label}` of a sample. */
function shapeOf(sample: string): string {
  const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(sample) ?? [];
  return `${name}{${[...labels.matchAll(/(\w+)="/g)].map(([, label]) => label).join(',')}}`;
}

// Dashboards and alerts of others rest on these names. Update with: npx vitest run --project unit test/unit/telemetry -u
it('the names and labels of the metrics are those of the golden file', async () => {
  const shapes = [...new Set((await samples(used())).map(shapeOf))].toSorted();
  await expect(`${shapes.join('\n')}\n`).toMatchFileSnapshot('../../fixtures/golden/metrics.txt');
});

it('the metrics of the process come with them', async () => {
  const text = await used().registry.metrics();
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
});

it('the media type is that of the text format', () => {
  expect(createMetrics('1').registry.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
});

it('two processes in one have metrics of their own', async () => {
  const metrics = used();
  expect((await samples(createMetrics('1'))).filter((line) => line.includes('mirror-pod'))).toEqual([]);
  expect(await samples(metrics)).toContain('gracegate_exemptions_total{reason="mirror-pod"} 1');
});

describe('values', () => {
  it('are what happened', async () => {
    const metrics = used();
    metrics.recorder.exempted('mirror-pod');
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'gracegate_reviews_total{webhook="enforce",decision="deny"} 1',
        'gracegate_violations_total{check="cpu-request",action="deny"} 1',
        'gracegate_mutations_total{mutation="limit-range"} 1',
        'gracegate_exemptions_total{reason="mirror-pod"} 2',
        'gracegate_live_reads_total{resource="namespaces"} 1',
        'gracegate_bad_requests_total{code="too-large"} 1',
        'gracegate_watch_errors_total{resource="limitranges"} 1',
        'gracegate_certificate_expiry_timestamp_seconds 1893456000',
        `gracegate_build_info{version="1.2.3",node="${process.version}"} 1`,
      ]),
    );
  });

  it('are 0 before anything happens, for everything that is known beforehand', async () => {
    const metrics = createMetrics('1');
    metrics.expect({ codes: ['too-large'], watched: ['namespaces'] });
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'gracegate_reviews_total{webhook="namespaces",decision="error"} 0',
        'gracegate_bad_requests_total{code="too-large"} 0',
        'gracegate_watch_errors_total{resource="namespaces"} 0',
        'gracegate_authority_writes_total{result="conflict"} 0',
        'gracegate_ca_bundle_repairs_total{configuration="validating"} 0',
        'gracegate_ready 0',
      ]),
    );
    metrics.ready(true);
    expect(await samples(metrics)).toContain('gracegate_ready 1');
  });

  it.each([
    [0.0004, '0.0005'],
    [0.003, '0.005'],
    [4, '5'],
    [9, '+Inf'],
  ])('a review of %f s falls into the bucket %s', async (seconds, bucket) => {
    const metrics = createMetrics('1');
    metrics.answered('warn', seconds);
    const filled = (await samples(metrics)).find((line) => line.includes('_bucket{') && line.endsWith(' 1'));
    expect(filled).toBe(`gracegate_review_duration_seconds_bucket{le="${bucket}",webhook="warn"} 1`);
  });

  it('of reloads tell a refused one from one that was taken, and which came last', async () => {
    const metrics = createMetrics('1');
    metrics.reloaded('certificate', true);
    metrics.reloaded('certificate', true);
    metrics.reloaded('certificate', false);
    metrics.reloaded('configuration', true);
    expect((await samples(metrics)).filter((line) => line.includes('reload'))).toEqual([
      'gracegate_reloads_total{what="certificate",result="taken"} 2',
      'gracegate_reloads_total{what="certificate",result="refused"} 1',
      'gracegate_reloads_total{what="configuration",result="taken"} 1',
      'gracegate_last_reload_successful{what="certificate"} 0',
      'gracegate_last_reload_successful{what="configuration"} 1',
    ]);
  });
});
