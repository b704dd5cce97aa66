/** The CronJob of the chart, run as it is on a cluster: a pod of the real image with its own account. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../e2e/support/eventually.ts';
import { application } from './support/application.ts';
import { installedFor } from './support/installed.ts';
import { createNamespace } from './support/namespace.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';

describe.skipIf(!hasNode)('the audit of the chart', () => {
  const release = installedFor({ 'audit.enabled': 'true' });

  it('says what enforcing would refuse, in its log and in the metrics of every replica', async () => {
    await using namespace = await createNamespace(sharedNode(), 'audited');
    // Meets the profile but for what is patched in, and nothing is patched in here.
    await namespace.apply(...application('graceful'), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'careless' },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'careless' } },
        template: {
          metadata: { labels: { app: 'careless' } },
          spec: { containers: [{ name: 'app', image: 'careless' }] },
        },
      },
    });
    await release().kubectl('create', 'job', '--from=cronjob/gracegate-audit', 'audit-now');
    await release().kubectl('wait', '--for=condition=complete', 'job/audit-now', '--timeout=120s');

    const log = await release().kubectl('logs', '-l', 'app.kubernetes.io/name=gracegate-audit', '--tail=-1');
    expect(log).toContain(`${namespace.name}/careless`);
    expect(log).toContain('cpu-request');
    expect(log).toMatch(/wrote the numbers for metrics into the ConfigMap gracegate-system\/gracegate-audit/);
    const labels = `resource_namespace="${namespace.name}",check="cpu-request",action="deny"`;
    for (const replica of await release().replicas())
      await eventually('the metrics', async () => {
        return (await release().metric(replica, 'gracegate_audit_violations', labels)) === 1;
      });
  }, 240_000);
});
