/** What the chart renders: linted, as it was the last time (`-u` takes it over), and clean under our own strict profile. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../cluster/command.ts';
import { gracegate } from '../support/gracegate.ts';
import { chart, helm, only, render, renderText } from './helm.ts';
import { variants } from './variants.ts';

const names = Object.keys(variants);

describe.each(names)('with the values %s', (name) => {
  const values = variants[name] ?? {};

  it('helm lint --strict finds nothing', async () => {
    const { code, stdout, stderr } = await helm(
      ['lint', '--strict', chart, '--values', '-'],
      JSON.stringify(values),
    );
    expect(stdout + stderr).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(code).toBe(0);
  });

  it('the render is that of the last time', async () => {
    // In an order of our own: Helm 3 and 4 differ in theirs. The alerts and the dashboard are files that speak for
    // themselves; see below.
    const documents = (await renderText(values)).split(/^---$/m).map((document) => document.trim());
    const ours = documents
      .filter((text) => text !== '' && !/^# Source: \S+\/(prometheusrule|dashboard)\.yaml$/m.test(text))
      .toSorted();
    await expect(`${ours.join('\n---\n')}\n`).toMatchFileSnapshot(`../../fixtures/chart/${name}.yaml`);
  });

  it('the strict profile of Gracegate finds nothing', async () => {
    const audit = await gracegate(
      ['audit', '-f', '-', '--profile', 'strict', '--output', 'json'],
      await renderText(values),
    );
    const { objects }: { objects: { kind: string; violations: object[] }[] } = JSON.parse(audit.stdout);
    expect(objects.map(({ kind }) => kind)).toContain('Deployment');
    expect(objects.flatMap(({ violations }) => violations)).toEqual([]);
    expect(audit.code).toBe(0);
  });

  it('`gracegate serve` takes every argument: it is only the mounted configuration that is not here', async () => {
    const [{ args, env }] = only(await render(values), 'Deployment')['spec'].template.spec.containers;
    expect(env.map((variable: { name: string }) => variable.name)).toContain('POD_NAMESPACE');
    const { code, stderr } = await run(process.execPath, ['dist/main.js', ...args], {
      timeoutMs: 30_000,
      env: { PATH: process.env['PATH'], POD_NAMESPACE: 'gracegate' },
    });
    expect(stderr).toContain('cannot read the configuration /etc/gracegate/configuration.yaml: no such file');
    expect(code).toBe(2);
  });

  it('every object says that it is of this release, and lies in its namespace', async () => {
    const clusterWide = /^(ClusterRole(Binding)?|(Mutating|Validating)WebhookConfiguration)$/;
    const objects = await render(values, 'gate');
    expect(objects.length).toBeGreaterThanOrEqual(10);
    for (const { kind, metadata } of objects) {
      expect(metadata.labels, kind).toMatchObject({
        'app.kubernetes.io/name': 'gracegate',
        'app.kubernetes.io/instance': 'gracegate',
        'app.kubernetes.io/managed-by': 'Helm',
      });
      expect(metadata.namespace, kind).toBe(clusterWide.test(kind) ? undefined : 'gate');
    }
  });

  it('nothing is rendered that Gracegate or cert-manager keeps: no caBundle, no data of a Secret', async () => {
    const objects = await render(values);
    for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']) {
      for (const webhook of only(objects, kind)['webhooks']) {
        expect(webhook.clientConfig, webhook.name).not.toHaveProperty('caBundle');
      }
    }
    for (const secret of objects.filter(({ kind }) => kind === 'Secret')) {
      expect(secret).not.toHaveProperty('data');
      expect(secret).not.toHaveProperty('stringData');
    }
  });
});

it.each(['self-managed', 'cert-manager', 'files'])(
  'in mode %s `serve` is told its Service, whose name the certificate must have',
  async (mode) => {
    const files = mode === 'files' ? { files: { secretName: 'mine' } } : {};
    const values = { fullnameOverride: 'pod-gate', certificates: { mode, ...files } };
    const objects = await render(values, 'gate');
    const [{ args }] = only(objects, 'Deployment')['spec'].template.spec.containers;
    expect(args.filter((one: string) => one.startsWith('--service='))).toEqual(['--service=pod-gate']);
    expect(only(objects, 'Service').metadata.name).toBe('pod-gate');
    const certificate = objects.find(
      ({ kind, metadata }) => kind === 'Certificate' && metadata.name === 'pod-gate',
    );
    // And no other name: restricted issuers refuse the whole request.
    if (mode === 'cert-manager') expect(certificate?.['spec'].dnsNames).toEqual(['pod-gate.gate.svc']);
    else expect(certificate).toBeUndefined();
  },
);

it('the NetworkPolicy lets out to DNS, anywhere, and to the ports of API servers', async () => {
  const values = { networkPolicy: { apiServerTo: [{ ipBlock: { cidr: '10.0.0.1/32' } }] } };
  const [dns, apiServer, ...more] = only(await render(values), 'NetworkPolicy')['spec'].egress;
  expect(dns).toEqual({
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  });
  expect(apiServer).toEqual({
    ports: [443, 6443, 8443, 16_443].map((port) => ({ port, protocol: 'TCP' })),
    to: values.networkPolicy.apiServerTo,
  });
  expect(more).toEqual([]);
});

describe('monitoring', () => {
  const everything = variants['everything'] ?? {};
  const file = (name: string) => readFile(`${chart}/files/${name}`, 'utf8');

  it('the PrometheusRule has the alerts of the file, templates of Prometheus included', async () => {
    const { groups } = parse(await file('alerts.yaml'));
    expect(groups.length).toBeGreaterThan(0);
    expect(only(await render(everything), 'PrometheusRule')['spec']).toEqual({ groups });
  });

  it('the dashboard is the file, and Grafana finds it by its label', async () => {
    const objects = await render(everything);
    const found = objects.find(({ metadata }) => metadata.labels['grafana_dashboard'] === '1');
    expect(JSON.parse(found?.['data']['gracegate.json'])).toEqual(JSON.parse(await file('dashboard.json')));
  });

  it('the ServiceMonitor finds the port of the Service that has the metrics', async () => {
    const objects = await render(everything);
    const { selector, endpoints } = only(objects, 'ServiceMonitor')['spec'];
    const service = only(objects, 'Service');
    expect(service.metadata.labels).toMatchObject(selector.matchLabels);
    const [{ port }] = endpoints;
    const { targetPort } = service['spec'].ports.find(({ name }: { name: string }) => name === port);
    const [container] = only(objects, 'Deployment')['spec'].template.spec.containers;
    const { containerPort } = container.ports.find(({ name }: { name: string }) => name === targetPort);
    expect(container.args).toContain(`--health-port=${containerPort}`);
  });
});

describe('the pods are rolled', () => {
  const template = async (values: object) => only(await render(values), 'Deployment')['spec'].template;
  const profiles = { shop: { extends: 'baseline' } };

  it.each([
    ['defaults', { defaults: { warn: 'strict' } }],
    ['workloads', { workloads: [{ apiVersion: 'example.com/v1', kind: 'App', resource: 'apps' }] }],
    ['exempt namespaces', { exemptions: { namespaces: ['calico-system'] } }],
  ])('when %s of the configuration change, which no running Gracegate takes over', async (_, changed) => {
    expect(await template({ configuration: changed })).not.toEqual(await template({}));
  });

  it('not when the rest of the configuration changes, which they follow', async () => {
    const exemptions = { groups: ['oncall'], namespaces: [] };
    expect(await template({ configuration: { profiles, exemptions } })).toEqual(await template({}));
  });

  it('not when the same namespaces are exempt, in another order', async () => {
    const exempting = (...namespaces: string[]) =>
      template({ configuration: { exemptions: { namespaces } } });
    expect(await exempting('b', 'a', 'b')).toEqual(await exempting('a', 'b'));
  });

  it('not for a new version of the chart alone', async () => {
    const { labels } = (await template({})).metadata;
    expect(labels).not.toHaveProperty('helm.sh/chart');
    expect(labels).not.toHaveProperty('app.kubernetes.io/version');
  });
});
