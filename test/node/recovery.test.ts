/** What Gracegate stands on goes away and comes back: it recovers by itself, and says the right thing afterwards. */
import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../e2e/support/eventually.ts';
import { baselinePod } from './load/pods.ts';
import { enforcedNamespace, installedFor } from './support/installed.ts';
import { forSeconds } from './support/load.ts';
import { createNamespace, type TestNamespace } from './support/namespace.ts';
import { untilEnforced } from './support/release.ts';
import { report } from './support/report.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';

/** The bound that docs/operations.md states; test/e2e/reconnect.test.ts holds it for connections that fall silent. */
const staleMs = 45_000;

describe.skipIf(!hasNode)('Gracegate recovers', () => {
  const release = installedFor();
  const namespace = enforcedNamespace('recovery', { 'gracegate.dev/enforce': 'baseline' });
  const label = (profile: string): Promise<string> =>
    sharedNode().kubectlOk([
      ...['label', '--overwrite', 'namespace', namespace(), `gracegate.dev/enforce=${profile}`],
    ]);

  /**
   * Changes the profile of the namespace back and forth and gives the seconds until verdicts are by the new one. The pod
   * is one that the profile before lets through: labels are read live before a refusal, so only what is let through can
   * show that a replica still goes by old ones.
   */
  async function secondsUntilNewLabel(): Promise<number> {
    const node = sharedNode();
    const input = JSON.stringify(baselinePod({ name: 'probe' }));
    const verdict = (): ReturnType<typeof node.kubectl> =>
      node.kubectl(['create', '--namespace', namespace(), '--dry-run=server', '-f', '-'], { input });
    await label('baseline');
    await eventually('the pod to be let through', async () => (await verdict()).code === 0, staleMs);
    const started = performance.now();
    await label('strict');
    const isStrict = async (): Promise<boolean> => (await verdict()).stderr.includes('(profile strict, ');
    await eventually('a refusal by the new label', isStrict, staleMs);
    // Each replica has a watch of its own.
    for (let times = 0; times < 10; times += 1) expect(await isStrict()).toBe(true);
    const seconds = (performance.now() - started) / 1000;
    await label('baseline');
    return seconds;
  }

  async function restarts(): Promise<string> {
    return release().kubectl(
      'get',
      'pods',
      '-o',
      'jsonpath={.items[*].status.containerStatuses[*].restartCount}',
    );
  }

  it('when the API server is restarted', async () => {
    const node = sharedNode();
    await node.restartComponent('kube-apiserver', 'SIGKILL');
    await vi.waitFor(async () => expect((await node.kubectl(['get', '--raw', '/readyz'])).code).toBe(0), {
      timeout: 90_000,
      interval: 200,
    });
    report('API server restarted', { secondsUntilNewLabel: await secondsUntilNewLabel() });
    expect(await restarts()).toBe('0 0');
  }, 240_000);

  it('when etcd stands still for a while', async () => {
    const node = sharedNode();
    await node.signalComponent('etcd', 'SIGSTOP');
    try {
      await forSeconds(8);
      // It has no say in whether the cluster can be asked; its replicas must live and wait.
      expect((await node.kubectl(['get', 'namespaces', '--request-timeout=2s'])).code).not.toBe(0);
    } finally {
      await node.signalComponent('etcd', 'SIGCONT');
    }
    await vi.waitFor(async () => expect((await node.kubectl(['get', '--raw', '/readyz'])).code).toBe(0), {
      timeout: 90_000,
      interval: 200,
    });
    report('etcd stood still', { secondsUntilNewLabel: await secondsUntilNewLabel() });
    expect(await restarts()).toBe('0 0');
  }, 240_000);

  it('when the pods are cut off from the API server, without being told', async () => {
    const node = sharedNode();
    const replicas = await release().replicas();
    // What is dropped is neither refused nor closed: only silence tells.
    const drop = (flag: '-I' | '-D') =>
      Promise.all(
        replicas.map(async ({ address }) => {
          const { code, stderr } = await node.exec('iptables', [
            ...['-w', flag, 'INPUT', '-s', address, '-p', 'tcp', '--dport', '6443', '-j', 'DROP'],
          ]);
          // What was never put in cannot be taken out.
          if (flag === '-I') expect({ code, stderr }).toMatchObject({ code: 0 });
        }),
      );
    try {
      await drop('-I');
      await label('strict');
      await forSeconds(5);
      const { stderr } = await node.kubectl([
        ...['run', 'probe', '--image=probe', '--namespace', namespace(), '--dry-run=server'],
      ]);
      // Before a refusal the labels are read live; where they cannot be, the answer is no verdict by old ones.
      expect(stderr).not.toContain('(profile baseline');
      expect(stderr).toContain('gracegate');
    } finally {
      await drop('-D');
    }
    report('cut off and back', { secondsUntilNewLabel: await secondsUntilNewLabel() });
  }, 240_000);
});

describe.skipIf(!hasNode)('without any replica', () => {
  const release = installedFor();

  it('an enforcing namespace refuses pods and says why; both ways out work', async () => {
    const node = sharedNode();
    await using enforcing = await createNamespace(node, 'outage', { 'gracegate.dev/enforce': 'baseline' });
    await using warning = await createNamespace(node, 'outage', { 'gracegate.dev/warn': 'baseline' });
    await using plain = await createNamespace(node, 'outage');
    await untilEnforced(node, enforcing.name);
    const pod = (namespace: TestNamespace) =>
      node.kubectl(['run', 'pod', '--image=probe', '--namespace', namespace.name, '--dry-run=server']);
    await release().kubectl('scale', 'deployment/gracegate', '--replicas=0');
    await release().kubectl(
      'wait',
      '--for=delete',
      'pod',
      '-l',
      'app.kubernetes.io/name=gracegate',
      '--timeout=60s',
    );

    const refused = await pod(enforcing);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/failed calling webhook "enforce\.gracegate\.dev"/);
    report('kubectl says, without any replica', { stderr: refused.stderr.trim() });
    expect((await pod(warning)).code).toBe(0);
    expect((await pod(plain)).code).toBe(0);

    // The first way out, for one namespace.
    await enforcing.kubectl('label', '--overwrite', 'namespace', enforcing.name, 'gracegate.dev/enforce=off');
    await vi.waitFor(async () => expect((await pod(enforcing)).code).toBe(0), {
      timeout: 20_000,
      interval: 200,
    });
    await enforcing.kubectl(
      'label',
      '--overwrite',
      'namespace',
      enforcing.name,
      'gracegate.dev/enforce=baseline',
    );
    await vi.waitFor(async () => expect((await pod(enforcing)).code).toBe(1), {
      timeout: 20_000,
      interval: 200,
    });
    // The second, for the whole cluster.
    await node.kubectlOk([
      ...['delete', 'validatingwebhookconfigurations,mutatingwebhookconfigurations'],
      ...['-l', 'app.kubernetes.io/instance=gracegate'],
    ]);
    await vi.waitFor(async () => expect((await pod(enforcing)).code).toBe(0), {
      timeout: 20_000,
      interval: 200,
    });
  }, 240_000);
});
