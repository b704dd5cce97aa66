/** `helm install` on a real node: what an operator gets, and what is left afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { writeCertificates } from '../../src/tls/write.ts';
import { NODE_ADDRESS } from '../cluster/node/network.ts';
import { application, importApplication } from './support/application.ts';
import { installedFor } from './support/installed.ts';
import { forSeconds } from './support/load.ts';
import { createNamespace } from './support/namespace.ts';
import { install, RELEASE_NAMESPACE, untilEnforced } from './support/release.ts';
import { report } from './support/report.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';

const configurations = ['validatingwebhookconfiguration/gracegate', 'mutatingwebhookconfiguration/gracegate'];

describe.skipIf(!hasNode)('helm install', () => {
  const release = installedFor();
  beforeAll(() => importApplication(sharedNode()), 60_000);

  it('brings two replicas that are Ready and trusted', async () => {
    const replicas = await release().replicas();
    expect(replicas).toHaveLength(2);
    for (const replica of replicas)
      expect(await release().metric(replica, 'gracegate_ca_bundle_trusted')).toBe(2);
    report('install', {
      secondsToReady: release().secondsToReady,
      imageMegabytes: release().image.megabytes,
    });
  });

  it('refuses a Deployment without probes, and lets one with probes through', async () => {
    const node = sharedNode();
    await using namespace = await createNamespace(node, 'shop', { 'gracegate.dev/enforce': 'baseline' });
    await untilEnforced(node, namespace.name);
    const refused = await node.kubectl([
      ...['--namespace', namespace.name, 'create', 'deployment', 'web', '--image=web'],
    ]);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('no readiness probe [readiness-probe]');
    await namespace.apply(...application('graceful'));
    await namespace.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
  });

  it('patches what a pod lacks, and leaves its Deployment as it was', async () => {
    const node = sharedNode();
    await using namespace = await createNamespace(node, 'shop', { 'gracegate.dev/mutate': 'baseline' });
    await namespace.apply(...application('graceful'));
    await namespace.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    const { items } = JSON.parse(await namespace.kubectl('get', 'pods', '-o', 'json')) as {
      items: { spec: { terminationGracePeriodSeconds: number; containers: { lifecycle?: object }[] } }[];
    };
    expect(items).toHaveLength(3);
    for (const { spec } of items) {
      expect(spec.terminationGracePeriodSeconds).toBe(45);
      expect(spec.containers[0]?.lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
    }
    const template = JSON.parse(await namespace.kubectl('get', 'deployment', 'web', '-o', 'json')) as {
      spec: { template: { spec: { terminationGracePeriodSeconds: number; containers: object[] } } };
    };
    expect(template.spec.template.spec.terminationGracePeriodSeconds).toBe(30);
    expect(template.spec.template.spec.containers[0]).not.toHaveProperty('lifecycle');
  });

  it('takes little when nothing happens', async () => {
    const [replica] = await release().replicas();
    if (replica === undefined) throw new Error('there is no replica');
    const cpu = () => release().metric(replica, 'process_cpu_seconds_total');
    const [before, started] = [await cpu(), performance.now()];
    await forSeconds(20);
    const milliCores = ((await cpu()) - before) / ((performance.now() - started) / 1e6);
    const megabytes = (await release().metric(replica, 'process_resident_memory_bytes')) / 1e6;
    report('idle', { milliCores, megabytes });
    // What a node keeps free for it.
    const requested = await release().kubectl(
      ...['get', 'pod', replica.name, '-o', 'jsonpath={.spec.containers[0].resources.requests.memory}'],
    );
    expect(requested).toMatch(/^\d+Mi$/);
    expect(megabytes * 1e6).toBeLessThan(Number.parseInt(requested, 10) * 1024 ** 2);
    expect(milliCores).toBeLessThan(100);
  });
});

describe.skipIf(!hasNode)('helm install with certificates of our own, on the network of the node', () => {
  const secretName = 'own-certificates';
  const service = `gracegate.${RELEASE_NAMESPACE}.svc`;

  it('brings a replica that the API server trusts and calls', async () => {
    const node = sharedNode();
    const dir = await mkdtemp(join(tmpdir(), 'gracegate-own-'));
    try {
      const { caFile, certFile, keyFile } = await writeCertificates({ dir, hosts: [service] });
      await node.kubectlOk(['create', 'namespace', RELEASE_NAMESPACE]);
      await node.kubectlOk([
        ...['--namespace', RELEASE_NAMESPACE, 'create', 'secret', 'generic', secretName],
        ...[
          `--from-file=ca.crt=${caFile}`,
          `--from-file=tls.crt=${certFile}`,
          `--from-file=tls.key=${keyFile}`,
        ],
      ]);
      const release = await install(node, {
        'certificates.mode': 'files',
        'certificates.files.secretName': secretName,
        hostNetwork: 'true',
        replicaCount: '1',
      });
      try {
        await using namespace = await createNamespace(node, 'own', { 'gracegate.dev/enforce': 'baseline' });
        await untilEnforced(node, namespace.name);
        const [replica] = await release.replicas();
        expect(replica?.address).toBe(NODE_ADDRESS);
      } finally {
        await release.uninstall();
      }
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }, 400_000);
});

describe.skipIf(!hasNode)('the end of a release', () => {
  it('leaves nothing, even when no replica can start any more', async () => {
    const node = sharedNode();
    const release = await install(node);
    // Pods that cannot start any more: nothing of the uninstall may need them.
    await release.kubectl('set', 'image', 'deployment/gracegate', 'gracegate=localhost/nowhere:1');
    await release.kubectl('delete', 'pods', '--all', '--force', '--grace-period=0');
    await release.uninstall();
    for (const name of configurations)
      expect((await node.kubectl(['get', name])).stderr).toContain('NotFound');
    const kinds = 'clusterroles,clusterrolebindings,namespaces';
    expect(await node.kubectlOk(['get', kinds, '-o', 'name'])).not.toContain('gracegate');
  }, 240_000);

  it('leaves no webhook when its namespace is deleted by hand', async () => {
    const node = sharedNode();
    await install(node);
    await node.kubectlOk(['delete', 'namespace', RELEASE_NAMESPACE, '--timeout=90s'], { timeoutMs: 100_000 });
    await vi.waitFor(
      async () => {
        for (const name of configurations)
          expect((await node.kubectl(['get', name])).stderr).toContain('NotFound');
      },
      { timeout: 20_000, interval: 200 },
    );
    // Helm's record went with the namespace; what has no namespace goes by its label.
    await node.kubectlOk([
      ...['delete', 'clusterroles,clusterrolebindings', '-l', 'app.kubernetes.io/instance=gracegate'],
    ]);
  }, 400_000);
});
