/** `--server-dry-run`: what a real API server says of the pods, with all that it has against them, and nothing is made. */
import { describe, expect, it } from 'vitest';
import { cluster, createNamespace, kubectl, pods, uniqueName } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { cleanContainer, deployment, manifest } from './support/manifests.ts';
import { apply, dryRun } from './support/server-dry-run.ts';

const podSpec = { containers: [cleanContainer] };
const template = { metadata: { labels: { app: 'web' } }, spec: podSpec };
const selector = { matchLabels: { app: 'web' } };
const claims = {
  ...template,
  spec: {
    containers: [{ ...cleanContainer, volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
  },
};
const job = { template: { ...template, spec: { ...podSpec, restartPolicy: 'Never' } } };
const metadata = (name: string) => ({ metadata: { name } });

const ofEveryKind = manifest(
  { apiVersion: 'v1', kind: 'Pod', ...metadata('pod'), spec: podSpec },
  {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    ...metadata('rc'),
    spec: { selector: selector.matchLabels, template },
  },
  deployment({ name: 'deployment', containers: [cleanContainer] }),
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', ...metadata('rs'), spec: { selector, template } },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    ...metadata('sts'),
    spec: {
      selector,
      serviceName: 'sts',
      template: claims,
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', ...metadata('ds'), spec: { selector, template } },
  { apiVersion: 'batch/v1', kind: 'Job', ...metadata('job'), spec: job },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    ...metadata('cron'),
    spec: { schedule: '@daily', jobTemplate: { spec: job } },
  },
);

describe('pods that nothing is against', () => {
  it('are taken of every kind, from files and from a cluster, and none is made', async () => {
    const namespace = await createNamespace();
    const written = await dryRun(ofEveryKind, namespace);
    expect(written).toMatchObject({ code: 0, stderr: '', refused: [] });
    // Several are asked about at a time, and the answers come in the order of the manifests.
    expect(written.objects.map(({ name }) => name)).toEqual([
      ...['pod', 'rc', 'deployment', 'rs', 'sts', 'ds', 'job', 'cron'],
    ]);
    expect(await pods(namespace)).toEqual([]);
    const { code, stderr } = await kubectl(['create', '-n', namespace, '-f', '-'], { input: ofEveryKind });
    expect(code, stderr).toBe(0);
    // All but those of the DaemonSet, as there is no node, and of the CronJob, which waits for midnight.
    await eventually('the pods of the controllers', async () => (await pods(namespace)).length === 6);
    const before = (await pods(namespace)).map(({ metadata: { name } }) => name);
    const { objects, ...found } = await dryRun('', namespace);
    expect(found).toMatchObject({ code: 0, stderr: '', refused: [] });
    expect(objects).toHaveLength(8);
    expect((await pods(namespace)).map(({ metadata: { name } }) => name).toSorted()).toEqual(
      before.toSorted(),
    );
  });
});

describe('pods that something is against', () => {
  it('a quota: told with the words of the API server, at the line of the workload, the same at every run', async () => {
    const namespace = await createNamespace();
    await apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'tight', namespace },
      spec: { hard: { 'requests.cpu': '50m' } },
    });
    await eventually('the quota', async () => {
      const { refused } = await dryRun(ofEveryKind, namespace);
      return refused.length === 8;
    });
    const first = await dryRun(
      `# a comment\n${JSON.stringify(deployment({ containers: [cleanContainer] }))}`,
      namespace,
    );
    expect(first.code).toBe(1);
    expect(first.refused).toEqual([
      {
        name: 'web',
        check: 'server-dry-run',
        action: 'deny',
        container: null,
        path: 'spec.template',
        message:
          'the API server refuses its pod: pods "web-*" is forbidden: exceeded quota: tight, requested: requests.cpu=100m, used: requests.cpu=0, limited: requests.cpu=50m',
        line: 2,
        column: 1,
      },
    ]);
  });

  it('a quota that is full: to be warned of where all pods are there', async () => {
    const namespace = await createNamespace();
    const quota = { hard: { pods: '1' } };
    await apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'one', namespace },
      spec: quota,
    });
    await kubectl(['create', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({ containers: [cleanContainer] })),
    });
    await eventually('the pod, and the quota that counts it', async () => {
      const { refused } = await dryRun('', namespace);
      return refused.length > 0 && refused.every(({ action }) => action === 'warn');
    });
    const { code, refused } = await dryRun('', namespace, cluster.kubeconfig, ['--fail-on', 'deny']);
    expect(code).toBe(0);
    expect(refused.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the API server refuses one pod more: .* exceeded quota: one/),
    ]);
  });

  it('the name that a StatefulSet gives its pods', async () => {
    const namespace = await createNamespace();
    const name = 'a'.repeat(63);
    const spec = { selector, serviceName: 'a', template };
    const { refused } = await dryRun(
      manifest({ apiVersion: 'apps/v1', kind: 'StatefulSet', ...metadata(name), spec }),
      namespace,
    );
    expect(refused.map(({ message }) => message)).toEqual([
      expect.stringContaining('must be no more than 63'),
    ]);
  });

  it('nothing, where it comes with the same manifests', async () => {
    const namespace = await createNamespace();
    const own = { serviceAccountName: 'web', priorityClassName: uniqueName('high') };
    const input = manifest(
      { apiVersion: 'v1', kind: 'ServiceAccount', ...metadata('web') },
      deployment({ containers: [cleanContainer], spec: own }),
    );
    const { code, refused, notices } = await dryRun(input, namespace);
    expect([code, refused]).toEqual([0, []]);
    expect(notices).toEqual([
      `server dry run: it was tried without serviceAccountName web and priorityClassName ${own.priorityClassName}, not there yet`,
    ]);
  });

  it('Pod Security Admission: refused by enforce, warned of by warn', async () => {
    const namespace = await createNamespace();
    const level = (mode: string, value: string) =>
      kubectl([
        'label',
        '--overwrite',
        'namespace',
        namespace,
        `pod-security.kubernetes.io/${mode}=${value}`,
      ]);
    await level('warn', 'restricted');
    const input = manifest(deployment({ containers: [cleanContainer] }));
    let warned = await dryRun(input, namespace);
    await eventually('a warning', async () => {
      warned = await dryRun(input, namespace);
      return warned.notices.length > 0;
    });
    expect(warned).toMatchObject({ code: 0, refused: [] });
    expect(warned.notices).toEqual([
      expect.stringMatching(/^server dry run: would violate PodSecurity "restricted:latest": allow/),
    ]);
    await level('enforce', 'baseline');
    const privileged = { ...cleanContainer, securityContext: { privileged: true } };
    await eventually('a refusal', async () => {
      const { refused } = await dryRun(manifest(deployment({ containers: [privileged] })), namespace);
      return refused.some(({ message }) => message.includes('violates PodSecurity "baseline:latest"'));
    });
  });

  it('what validation has against them', async () => {
    const namespace = await createNamespace();
    const twice = deployment({ containers: [cleanContainer, { ...cleanContainer }] });
    const { refused } = await dryRun(manifest(twice), namespace);
    expect(refused.map(({ message }) => message)).toEqual([
      expect.stringContaining('spec.containers[1].name: Duplicate value: "app"'),
    ]);
  });

  it('a policy', async () => {
    const namespace = await createNamespace();
    const name = uniqueName('no-latest');
    const admission = 'admissionregistration.k8s.io/v1';
    await apply(
      {
        apiVersion: admission,
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name },
        spec: {
          matchConstraints: {
            resourceRules: [
              { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
            ],
          },
          validations: [
            {
              // Only of a pod that a controller makes: what is sent has an owner.
              expression: "!object.metadata.ownerReferences.exists(o, o.kind == 'ReplicaSet')",
              message: 'no ReplicaSets here',
            },
          ],
        },
      },
      {
        apiVersion: admission,
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name },
        spec: {
          policyName: name,
          validationActions: ['Deny'],
          matchResources: {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          },
        },
      },
    );
    try {
      const input = manifest(deployment({ containers: [cleanContainer] }));
      let refused: readonly { readonly message: string }[] = [];
      await eventually('the policy', async () => {
        ({ refused } = await dryRun(input, namespace));
        return refused.length > 0;
      });
      expect(refused.map(({ message }) => message)).toEqual([expect.stringContaining('no ReplicaSets here')]);
    } finally {
      await kubectl(['delete', 'validatingadmissionpolicy,validatingadmissionpolicybinding', name]);
    }
  });
});
