/** `gracegate audit --write-policy-reports` on a real API server, with the real definitions of wgpolicyk8s.io. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cluster, createNamespace, kubectl, request, type KubeObject } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { gracegate } from './support/gracegate.ts';
import { bareContainer, cleanContainer, deployment, manifest, pod } from './support/manifests.ts';
import { installPolicyReports } from './support/policy-reports.ts';

const apiVersion = 'wgpolicyk8s.io/v1alpha2';

interface Report extends KubeObject {
  readonly results: readonly {
    readonly rule?: string;
    readonly result: string;
    readonly resources: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  }[];
}

const audit = (...args: string[]) =>
  gracegate(['audit', '--cluster', '--kubeconfig', cluster.kubeconfig, '--fail-on', 'none', ...args]);

async function reports(namespace: string): Promise<readonly Report[]> {
  const path = `/apis/${apiVersion}/namespaces/${namespace}/policyreports`;
  return (await request<{ readonly items: readonly Report[] }>('GET', path)).body.items;
}

const namesIn = async (namespace: string): Promise<string[]> =>
  (await reports(namespace)).map(({ metadata }) => metadata.name);

async function apply(...objects: object[]): Promise<void> {
  const { code, stderr } = await kubectl(['apply', '-f', '-'], { input: manifest(...objects) });
  if (code !== 0) throw new Error(stderr);
}

/** A report as an earlier audit, or somebody else, has left it. */
const left = (namespace: string, name: string, labels: Readonly<Record<string, string>>) => ({
  apiVersion,
  kind: 'PolicyReport',
  metadata: { name, namespace, labels },
});
const ours = (profile: string) => ({
  'app.kubernetes.io/managed-by': 'gracegate',
  'gracegate.dev/profile': profile,
});

const inNamespace = (namespace: string, object: ReturnType<typeof deployment>) => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

it('a cluster that does not know PolicyReports is told of at once, with what to do', async () => {
  const { code, stdout, stderr } = await audit('--write-policy-reports');
  expect(stderr).toMatch(
    /^gracegate: the cluster does not know PolicyReports \(wgpolicyk8s\.io\/v1alpha2\); Kyverno brings them, or: kubectl apply -f \S+ -f \S+\n$/,
  );
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

describe('on a cluster that knows them', () => {
  let definitions: AsyncDisposable;
  beforeAll(async () => {
    definitions = await installPolicyReports();
  });
  afterAll(() => definitions[Symbol.asyncDispose]());

  it('the reports say what the audit prints', async () => {
    const namespace = await createNamespace();
    await apply(
      inNamespace(namespace, deployment({})),
      inNamespace(namespace, deployment({ name: 'clean', containers: [cleanContainer], replicas: 2 })),
    );
    const { code, stdout, stderr } = await audit(
      ...['--write-policy-reports', '-n', namespace, '-o', 'policy-report'],
    );
    expect(stderr).toBe('gracegate: wrote 1 policy report, deleted 0 of earlier audits\n');
    expect(code).toBe(0);
    const [printed]: Report[] = JSON.parse(stdout).items;
    const [written, ...more] = await reports(namespace);
    expect(more).toEqual([]);
    expect(written).toMatchObject({ ...printed });
    const web = await request<KubeObject>('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/web`);
    expect(written?.results.find(({ rule }) => rule === 'cpu-request')).toMatchObject({
      result: 'fail',
      resources: [{ kind: 'Deployment', name: 'web', uid: web.body.metadata.uid }],
    });
  });

  it('the next audit replaces them, and removes its own that are left over, but no other', async () => {
    const [mended, emptied, other] = [
      await createNamespace(),
      await createNamespace(),
      await createNamespace(),
    ];
    await apply(inNamespace(mended, deployment({})), inNamespace(emptied, deployment({})));
    expect(await audit('--write-policy-reports')).toMatchObject({ code: 0 });
    expect(await namesIn(mended)).toEqual(['gracegate-baseline']);
    expect(await namesIn(emptied)).toEqual(['gracegate-baseline']);

    await apply(
      inNamespace(mended, deployment({ containers: [cleanContainer], replicas: 2 })),
      left(mended, 'gracegate-baseline.2', ours('baseline')),
      left(mended, 'gracegate-strict', ours('strict')),
      left(other, 'gracegate-baseline', ours('baseline')),
      left(other, 'cpol-require-probes', { 'app.kubernetes.io/managed-by': 'kyverno' }),
      left(other, 'of-nobody', {}),
    );
    await kubectl(['delete', 'deployment', 'web', '-n', emptied]);
    await eventually('the pods of the deployment to be gone', async () => {
      const { stdout } = await kubectl(['get', 'replicasets,pods', '-n', emptied, '-o', 'name']);
      return stdout === '';
    });
    const { code, stderr } = await audit('--write-policy-reports');
    expect(stderr).toMatch(/^gracegate: wrote \d+ policy reports?, deleted 3 of earlier audits\n$/);
    expect(code).toBe(0);
    const [report] = await reports(mended);
    expect(report?.results.filter(({ result }) => result === 'fail')).toEqual([]);
    expect(await namesIn(mended)).toEqual(['gracegate-baseline', 'gracegate-strict']);
    expect(await namesIn(emptied)).toEqual([]);
    expect(await namesIn(other)).toEqual(['cpol-require-probes', 'of-nobody']);
  });

  it('a namespace with very many results has several, and no more of them than it needs', async () => {
    const namespace = await createNamespace();
    const containers = Array.from({ length: 30 }, (_, index) => ({ ...bareContainer, name: `app-${index}` }));
    const pods = Array.from({ length: 10 }, (_, index) => {
      const one = pod({ name: `web-${index}`, containers });
      return { ...one, metadata: { ...one.metadata, namespace } };
    });
    await apply(...pods);
    const write = () => audit('--write-policy-reports', '-n', namespace, '--profile', 'strict');
    await write();
    const parts = await namesIn(namespace);
    expect(parts.slice(0, 2)).toEqual(['gracegate-strict', 'gracegate-strict.2']);
    const judged = (await reports(namespace)).flatMap(({ results }) =>
      results.flatMap(({ resources }) => resources.map(({ name }) => name)),
    );
    expect(new Set(judged)).toEqual(new Set(pods.map(({ metadata }) => metadata.name)));

    const names = pods.slice(1).map(({ metadata }) => metadata.name);
    const gone = await kubectl(['delete', 'pods', '-n', namespace, '--force', '--grace-period=0', ...names]);
    expect(gone.code).toBe(0);
    const { stderr } = await write();
    expect(stderr).toBe(`gracegate: wrote 1 policy report, deleted ${parts.length - 1} of earlier audits\n`);
    expect(await namesIn(namespace)).toEqual(['gracegate-strict']);
  });

  it('a namespace that is being deleted is no failure', async () => {
    const [going, other] = [await createNamespace(), await createNamespace()];
    const held = inNamespace(going, deployment({}));
    await apply(
      { ...held, metadata: { ...held.metadata, finalizers: ['example.com/hold'] } },
      inNamespace(other, deployment({})),
    );
    try {
      await kubectl(['delete', 'namespace', going, '--wait=false']);
      await eventually('the namespace to be going', async () => {
        const { body } = await request<KubeObject>('GET', `/api/v1/namespaces/${going}`);
        return body.status.phase === 'Terminating';
      });
      const { code, stderr } = await audit('--write-policy-reports');
      expect(stderr).toMatch(/^gracegate: wrote \d+ policy reports?, deleted \d+ of earlier audits\n$/);
      expect(code).toBe(0);
      expect(await namesIn(going)).toEqual([]);
      expect(await namesIn(other)).toEqual(['gracegate-baseline']);
    } finally {
      const patch = ['--type=merge', '--patch', '{"metadata":{"finalizers":null}}'];
      await kubectl(['patch', 'deployment', 'web', '-n', going, ...patch]);
    }
  });

  it('an audit of one namespace leaves those of all others alone', async () => {
    const [one, other] = [await createNamespace(), await createNamespace()];
    await apply(
      left(one, 'gracegate-baseline', ours('baseline')),
      left(other, 'gracegate-baseline', ours('baseline')),
    );
    const { stderr } = await audit('--write-policy-reports', '-n', one);
    expect(stderr).toBe('gracegate: wrote 0 policy reports, deleted 1 of earlier audits\n');
    expect(await namesIn(one)).toEqual([]);
    expect(await namesIn(other)).toEqual(['gracegate-baseline']);
  });

  it('another profile has reports of its own', async () => {
    const namespace = await createNamespace();
    await apply(inNamespace(namespace, deployment({})));
    await audit('--write-policy-reports', '-n', namespace);
    await audit('--write-policy-reports', '-n', namespace, '--profile', 'strict');
    expect(await namesIn(namespace)).toEqual(['gracegate-baseline', 'gracegate-strict']);
  });
});
