import { expect, it } from 'vitest';

import type { AuditNumbers } from '../../../src/telemetry/audit-metrics.ts';
import { createMetrics, type Metrics } from '../../../src/telemetry/metrics.ts';
import { samples } from './samples.ts';

const numbers: AuditNumbers = {
  profile: 'baseline',
  finishedAt: new Date('2030-01-01T00:00:00Z'),
  objects: 12,
  errors: 1,
  violations: [
    { namespace: 'shop', check: 'cpu-request', action: 'deny', count: 3 },
    { namespace: '(others)', check: 'pre-stop', action: 'warn', count: 40 },
  ],
};

const shown = async (metrics: Metrics) =>
  (await samples(metrics)).filter((line) => line.startsWith('gracegate_audit_'));

it('there are none before there is an audit', async () => {
  expect(await shown(createMetrics('1'))).toEqual([]);
});

it('they are the numbers of the last audit, and of no other', async () => {
  const metrics = createMetrics('1');
  metrics.audit.show({ ...numbers, profile: 'strict' });
  metrics.audit.show(numbers);
  expect(await shown(metrics)).toEqual([
    'gracegate_audit_violations{profile="baseline",resource_namespace="shop",check="cpu-request",action="deny"} 3',
    'gracegate_audit_violations{profile="baseline",resource_namespace="(others)",check="pre-stop",action="warn"} 40',
    'gracegate_audit_objects{profile="baseline"} 12',
    'gracegate_audit_errors{profile="baseline"} 1',
    'gracegate_audit_timestamp_seconds{profile="baseline"} 1893456000',
  ]);
});

it('an audit is awaited until there is one, and again when its numbers are gone', async () => {
  const metrics = createMetrics('1');
  const awaited = ['gracegate_audit_awaited_since_seconds 1893456000'];
  metrics.audit.show({ awaitedSince: numbers.finishedAt });
  expect(await shown(metrics)).toEqual(awaited);
  metrics.audit.show(numbers);
  expect(await shown(metrics)).toHaveLength(5);
  metrics.audit.show({ awaitedSince: numbers.finishedAt });
  expect(await shown(metrics)).toEqual(awaited);
});

it('they go away with the audit', async () => {
  const metrics = createMetrics('1');
  metrics.audit.show(numbers);
  metrics.audit.show(undefined);
  expect(await shown(metrics)).toEqual([]);
});
