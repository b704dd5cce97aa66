import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createNamespace, kubectl, label, uniqueName, waitForPods } from './support/cluster.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { cleanContainer, deployment, manifest, pod } from './support/manifests.ts';

const sandbox = uniqueName('sandbox');
const config = `
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
exemptions: { runtimeClasses: [${sandbox}] }
`;

let gracegate: Gracegate;
beforeAll(async () => {
  gracegate = await startGracegate({ config });
});
afterAll(() => gracegate.stop());

const dryRunLabel = (namespace: string, assignment: string) =>
  kubectl([
    'label',
    '--dry-run=server',
    '--overwrite',
    'namespace',
    namespace,
    `gracegate.dev/${assignment}`,
  ]);

async function create(input: string, namespace = 'default'): Promise<void> {
  const { code, stderr } = await kubectl(['create', '-n', namespace, '-f', '-'], { input });
  if (code !== 0) throw new Error(stderr);
}

describe('the labels of a namespace', () => {
  it('are refused when they name no profile, on creation and on change', async () => {
    const namespace = await createNamespace();
    const changed = await kubectl(['label', 'namespace', namespace, 'gracegate.dev/enforce=basline']);
    expect(changed.code).toBe(1);
    expect(changed.stderr).toContain(
      `Namespace ${namespace}: label gracegate.dev/enforce=basline names no profile; known are baseline, strict, off`,
    );
    const created = await kubectl(['apply', '-f', '-'], {
      input: manifest({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: uniqueName('bad'), labels: { 'gracegate.dev/mutate': 'nope' } },
      }),
    });
    expect(created.stderr).toContain('label gracegate.dev/mutate=nope names no profile');
  });

  it('are warned about when the key has no meaning', async () => {
    const namespace = await createNamespace();
    const { code, stderr } = await kubectl([
      'label',
      'namespace',
      namespace,
      'gracegate.dev/enforced=baseline',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('label gracegate.dev/enforced has no meaning');
  });

  it('are warned about in a namespace that no webhook acts on', async () => {
    const { code, stderr } = await kubectl([
      'label',
      'namespace',
      'kube-system',
      'gracegate.dev/enforce=baseline',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('namespace kube-system: label gracegate.dev/enforce has no effect');
    await kubectl(['label', 'namespace', 'kube-system', 'gracegate.dev/enforce-']);
  });
});

describe('what would break', () => {
  it('is counted by a dry run of the label: workloads, and pods that could not come back, by folded reason', async () => {
    const namespace = await createNamespace();
    const objects = [
      deployment({ name: 'bad-1', replicas: 2 }),
      deployment({ name: 'bad-2', replicas: 1 }),
      deployment({ name: 'good', containers: [cleanContainer] }),
      pod({ name: 'bare' }),
    ];
    // One selector for all Deployments would make them fight over pods.
    const distinct = objects.map((object) =>
      JSON.parse(JSON.stringify(object).replaceAll('"app":"web"', `"app":"${object.metadata.name}"`)),
    );
    await kubectl(['create', '-n', namespace, '-f', '-'], { input: manifest(...distinct) });
    await waitForPods(namespace, 5);
    const { code, stderr, stdout } = await dryRunLabel(namespace, 'enforce=baseline');
    expect(code).toBe(0);
    expect(stdout).toContain('labeled (server dry run)');
    const reason =
      'no CPU request [cpu-request], no readiness probe [readiness-probe], no liveness probe [liveness-probe]';
    const prefix = `Warning: gracegate enforce=baseline in ${namespace}:`;
    expect(stderr).toContain(`${prefix} 2 of 3 workloads would be refused`);
    expect(stderr).toContain(`${prefix} Deployment bad-1 (and 1 more): ${reason}`);
    expect(stderr).toContain(`${prefix} 4 of 5 running pods could not be recreated after a drain`);
    expect(stderr).toMatch(new RegExp(`${prefix} bad-1-\\S+ \\(and 3 more\\): no CPU request`));
    const labels = await kubectl(['get', 'namespace', namespace, '-o', 'jsonpath={.metadata.labels}']);
    expect(labels.stdout).not.toContain('gracegate.dev/enforce');
  });

  it('counts nothing that admission leaves alone, nor what is on its way out', async () => {
    const namespace = await createNamespace();
    const name = uniqueName('node');
    const runtimeClass = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: sandbox } };
    // Nothing but the pod that names it is to land there.
    const taints = [{ key: 'gracegate.dev/test', effect: 'NoSchedule' }];
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { taints } };
    await create(manifest({ ...runtimeClass, handler: 'runsc' }, node));
    onTestFinished(async () => {
      await kubectl(['delete', '--wait=false', `node/${name}`, `runtimeclass/${sandbox}`]);
    });
    const { stdout: uid } = await kubectl(['get', 'node', name, '-o', 'jsonpath={.metadata.uid}']);
    const owner = { apiVersion: 'v1', kind: 'Node', name, uid, controller: true };
    const { metadata, ...mirror } = pod({ name: 'mirror', spec: { nodeName: name } });
    const annotations = { 'kubernetes.io/config.mirror': 'd41d8cd98f' };
    const leaving = pod({ name: 'leaving' });
    await create(
      manifest(
        deployment({ name: 'sandboxed', replicas: 2, spec: { runtimeClassName: sandbox } }),
        { ...mirror, metadata: { ...metadata, annotations, ownerReferences: [owner] } },
        { ...leaving, metadata: { ...leaving.metadata, finalizers: ['gracegate.dev/test'] } },
        pod({ name: 'bare' }),
      ),
      namespace,
    );
    await waitForPods(namespace, 5);
    await kubectl(['delete', 'pod', 'leaving', '-n', namespace, '--wait=false']);
    const { code, stderr } = await dryRunLabel(namespace, 'enforce=baseline');
    expect(code).toBe(0);
    const prefix = `gracegate enforce=baseline in ${namespace}:`;
    expect(stderr).toContain(`${prefix} 1 of 1 running pods could not be recreated after a drain`);
    expect(stderr).toContain(`${prefix} bare: no CPU request`);
    expect(stderr).not.toContain('workloads would be refused');
    // A namespace with a pod that nobody lets go would never end.
    const released = JSON.stringify({ metadata: { finalizers: null } });
    await kubectl(['patch', 'pod', 'leaving', '-n', namespace, '-p', released]);
  });

  it('counts the autoscalers and disruption budgets that would be refused', async () => {
    const namespace = await createNamespace();
    const budget = (name: string, maxUnavailable: number) => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: { maxUnavailable, selector: { matchLabels: { app: 'web' } } },
    });
    await kubectl(['create', '-n', namespace, '-f', '-'], {
      input: manifest(budget('none', 0), budget('one', 1)),
    });
    const { stderr } = await dryRunLabel(namespace, 'enforce=strict');
    expect(stderr).toContain('1 of 2 autoscalers and disruption budgets would be refused');
    expect(stderr).toMatch(/PodDisruptionBudget none: .* \[pdb-blocks\]/);
  });

  it('is nothing in a clean namespace, and is not asked again when the label is there already', async () => {
    const namespace = await createNamespace();
    await kubectl(['create', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({ containers: [cleanContainer] })),
    });
    await waitForPods(namespace, 1);
    expect((await dryRunLabel(namespace, 'enforce=baseline')).stderr).toBe('');
    await label(namespace, 'enforce=baseline');
    expect((await dryRunLabel(namespace, 'enforce=baseline')).stderr).toBe('');
  });

  it('answers the question for every namespace at once', async () => {
    // Two that give the same answer, of which kubectl would show only one if it did not name them.
    const both = [await createNamespace(), await createNamespace()];
    for (const namespace of both)
      await kubectl(['create', '-n', namespace, '-f', '-'], { input: manifest(deployment({ replicas: 0 })) });
    const args = [
      'label',
      '--dry-run=server',
      '--overwrite',
      'ns',
      '--all',
      'gracegate.dev/enforce=baseline',
    ];
    // The namespaces of all tests that ran before are among them, and kubectl asks for one after another.
    const { code, stdout, stderr } = await kubectl(args, { timeoutMs: 170_000 });
    // Tests beside this one delete namespaces, perhaps between kubectl's list and its question.
    const errors = stderr.split('\n').filter((line) => /^error/i.test(line) && !line.includes('(NotFound)'));
    expect(errors).toEqual([]);
    expect(code).toBeLessThanOrEqual(1);
    for (const namespace of both) {
      expect(stdout).toContain(`namespace/${namespace} labeled (server dry run)`);
      expect(stderr).toContain(
        `gracegate enforce=baseline in ${namespace}: Deployment web: no CPU request [cpu-request]`,
      );
    }
  }, 180_000);
});
