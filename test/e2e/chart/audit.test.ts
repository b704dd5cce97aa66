/** The CronJob of the chart: what its pods are told, and its command run with exactly the rights that it has. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cluster, createNamespace, kubectl, request } from '../support/cluster.ts';
import { gracegate } from '../support/gracegate.ts';
import { deployment, manifest } from '../support/manifests.ts';
import { installPolicyReports } from '../support/policy-reports.ts';
import { kubeconfigOf } from '../support/service-account.ts';
import { only, render, type Rendered } from './helm.ts';

const api = '/apis/wgpolicyk8s.io/v1alpha2';

const podOf = (objects: readonly Rendered[]) => only(objects, 'CronJob')['spec'].jobTemplate.spec.template;
const argsOf = (objects: readonly Rendered[]): string[] => podOf(objects).spec.containers[0].args;

describe('the alert of audits that are missing', () => {
  const expression = async (audit: object): Promise<string> => {
    const objects = await render({ audit, monitoring: { prometheusRule: { enabled: true } } });
    const rules: { alert: string; expr: string }[] = only(objects, 'PrometheusRule')['spec'].groups.flatMap(
      (group: { rules: object[] }) => group.rules,
    );
    return rules.find(({ alert }) => alert === 'GracegateAuditOld')?.expr ?? '';
  };

  it.each([
    [{}, '> 3 * 86400'],
    [{ alertAfterDays: 15 }, '> 15 * 86400'],
    [{ alertAfterDays: 0.5 }, '> 0.5 * 86400'],
  ])('tells after the days of %j', async (audit, end) => {
    expect(await expression(audit)).toMatch(new RegExp(`\\) ${end.replace('*', '\\*')}$`));
  });
});

describe('the pods of the audit', () => {
  it('are no pods of the Service, of the disruption budget or of the NetworkPolicy of the replicas', async () => {
    const objects = await render({ audit: { enabled: true }, podLabels: { tier: 'control' } });
    const { labels } = podOf(objects).metadata;
    expect(labels).toMatchObject({ tier: 'control', 'app.kubernetes.io/instance': 'gracegate' });
    const isSelected = (selector: Readonly<Record<string, string>>): boolean =>
      Object.entries(selector).every(([key, value]) => labels[key] === value);
    expect(isSelected(only(objects, 'Service')['spec'].selector)).toBe(false);
    expect(isSelected(only(objects, 'PodDisruptionBudget')['spec'].selector.matchLabels)).toBe(false);
    expect(isSelected(only(objects, 'Deployment')['spec'].selector.matchLabels)).toBe(false);
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(
      policies
        .filter((policy) => isSelected(policy['spec'].podSelector.matchLabels))
        .map(({ metadata, spec }) => ({ name: metadata.name, ingress: spec.ingress })),
    ).toEqual([{ name: 'gracegate-audit', ingress: undefined }]);
    const [first, second] = policies.map((policy) => policy['spec'].egress);
    expect(first).toEqual(second);
  });

  it('have the image, the rights and the scheduling that they are given', async () => {
    const values = {
      image: { repository: 'registry.example.com/gracegate', tag: 'x', pullSecrets: [{ name: 'registry' }] },
      nodeSelector: { pool: 'system' },
      tolerations: [{ key: 'system', effect: 'NoSchedule' }],
    };
    const objects = await render({ ...values, audit: { enabled: true } });
    const { spec } = podOf(objects);
    expect(spec).toMatchObject({
      serviceAccountName: 'gracegate-audit',
      imagePullSecrets: values.image.pullSecrets,
      nodeSelector: values.nodeSelector,
      tolerations: values.tolerations,
      containers: [{ image: 'registry.example.com/gracegate:x' }],
    });
    const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount');
    expect(accounts.map(({ metadata }) => metadata.name)).toContain(spec.serviceAccountName);
  });

  it('print what they find only where they write no report', async () => {
    expect(argsOf(await render({ audit: { enabled: true } }))).not.toContain('--output-file=/dev/null');
    const reporting = argsOf(await render({ audit: { enabled: true, policyReports: true } }));
    expect(reporting).toContain('--output-file=/dev/null');
    expect(reporting).toContain('--write-policy-reports');
  });

  it('are not there by default, nor is anything of theirs', async () => {
    const names = (await render({})).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.filter((name) => /audit|CronJob/.test(name))).toEqual([]);
  });
});

/** Of the namespace that is looked at. */
const deployments = 60;

describe('the command of the CronJob', () => {
  const stack = new AsyncDisposableStack();
  let release: string;
  let shop: string;

  beforeAll(async () => {
    stack.use(await installPolicyReports());
    release = await createNamespace();
    shop = await createNamespace();
    // More than in the namespaces that other files leave: only the worst are named in the numbers.
    const workloads = Array.from({ length: deployments }, (_, index) =>
      deployment({ name: `web-${index}`, replicas: 0 }),
    );
    const { code } = await kubectl(['create', '-n', shop, '-f', '-'], { input: manifest(...workloads) });
    expect(code).toBe(0);
  });
  afterAll(() => stack.disposeAsync());

  /** As the pod would run it, but for the place of the configuration and of the credentials. */
  async function runJob(audit: object, without: readonly string[] = [], more: readonly string[] = []) {
    const objects = await render({ fullnameOverride: release, audit: { enabled: true, ...audit } }, release);
    const name = only(objects, 'CronJob').metadata.name;
    const account = await kubeconfigOf(name, release, objects);
    const configMaps = objects.filter(
      (object) => object.kind === 'ConfigMap' && object.metadata.name === name,
    );
    await kubectl(['apply', '-f', '-'], { input: manifest(...configMaps) });
    const configuration = objects.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === release,
    );
    const file = join(cluster.dir, `${release}.yaml`);
    await writeFile(file, configuration?.['data']['configuration.yaml']);
    try {
      const args = argsOf(objects)
        .filter((arg) => !without.includes(arg))
        .map((arg) => arg.replace('/etc/gracegate/configuration.yaml', file));
      return await gracegate([...args, ...more, `--kubeconfig=${account}`]);
    } finally {
      await rm(file);
    }
  }

  const configMap = async (): Promise<{ data?: Record<string, string> }> =>
    (
      await request<{ data?: Record<string, string> }>(
        'GET',
        `/api/v1/namespaces/${release}/configmaps/${release}-audit`,
      )
    ).body;

  const reportNames = async (): Promise<string[]> => {
    const { body } = await request<{ items: Rendered[] }>('GET', `${api}/namespaces/${shop}/policyreports`);
    return body.items.map(({ metadata }) => metadata.name);
  };

  it('without reports prints what it finds, and does not fail for it', async () => {
    const { code, stdout, stderr } = await runJob({ metrics: false });
    expect(stderr).toBe('');
    expect(stdout).toContain(shop);
    expect(code).toBe(0);
    expect(await reportNames()).toEqual([]);
  });

  it('writes reports and numbers, and does so again', async () => {
    for (const deleted of ['0', '0']) {
      const { code, stdout, stderr } = await runJob({ policyReports: true });
      expect(stderr.split('\n')).toEqual([
        expect.stringMatching(new RegExp(`^gracegate: wrote \\d+ policy reports?, deleted ${deleted} of`)),
        `gracegate: wrote the numbers for metrics into the ConfigMap ${release}/${release}-audit`,
        '',
      ]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(await reportNames()).toEqual(['gracegate-baseline']);
      const summary = JSON.parse((await configMap()).data?.['summary.json'] ?? '');
      expect(summary).toMatchObject({ kind: 'AuditSummary', profile: 'baseline', errors: 0 });
      expect(
        summary.violations.filter(({ namespace }: { namespace: string }) => namespace === shop),
      ).toContainEqual({ namespace: shop, check: 'cpu-request', action: 'deny', count: deployments });
    }
  });

  it('may read Secrets where it is told to', async () => {
    const { code, stderr } = await runJob({ secrets: true });
    expect(stderr).toContain('gracegate: wrote the numbers');
    expect(code).toBe(0);
  });

  it('may write reports only where it is told to', async () => {
    const { code, stdout, stderr } = await runJob({}, [], ['--write-policy-reports']);
    expect(stderr).toMatch(
      /^gracegate: writing PolicyReports needs the verbs list, create, patch and delete on policyreports and clusterpolicyreports of wgpolicyk8s\.io: .* cannot list resource "policyreports" in API group "wgpolicyk8s\.io" at the cluster scope\n$/,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('says what it may not read, deletes no report then, and fails', async () => {
    const left = { name: 'gracegate-baseline.2', namespace: shop };
    const labels = { 'app.kubernetes.io/managed-by': 'gracegate', 'gracegate.dev/profile': 'baseline' };
    const planted = {
      apiVersion: 'wgpolicyk8s.io/v1alpha2',
      kind: 'PolicyReport',
      metadata: { ...left, labels },
    };
    expect(await kubectl(['apply', '-f', '-'], { input: manifest(planted) })).toMatchObject({ code: 0 });
    const { code, stderr } = await runJob({ policyReports: true }, ['--without=secrets']);
    expect(stderr).toMatch(/^gracegate: secrets cannot be read, .* cannot list resource "secrets"/);
    expect(stderr).toContain('none was deleted, because not all could be read\n');
    expect(code).toBe(2);
    expect(await reportNames()).toEqual(['gracegate-baseline', 'gracegate-baseline.2']);
    expect(JSON.parse((await configMap()).data?.['summary.json'] ?? '')).toMatchObject({ errors: 1 });

    expect(await runJob({ policyReports: true })).toMatchObject({ code: 0 });
    expect(await reportNames()).toEqual(['gracegate-baseline']);
  });
});
