/** The node itself: that it runs what it is given, and that nothing is left of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BUSYBOX_IMAGE } from '../cluster/images/busybox.ts';
import type { NodeCoordinates } from '../cluster/node/access.ts';
import { NODE_NAME } from '../cluster/node/network.ts';
import { startNode } from '../cluster/node/node.ts';
import { httpGet } from './support/http.ts';
import { createNamespace } from './support/namespace.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';
import { tracesOf } from './support/traces.ts';

const PAGE =
  'mkdir -p /tmp/www && echo "$HOSTNAME answers" >/tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www';

const ANSWER = { status: 200, body: 'server answers\n' };

function serverObjects(): object[] {
  const labels = { app: 'server' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'server', labels },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'httpd',
            image: BUSYBOX_IMAGE,
            imagePullPolicy: 'Never',
            command: ['sh', '-c', PAGE],
            readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
          },
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'server' },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
}

describe.skipIf(!hasNode)('the node', () => {
  it('runs a pod, routes to it through its Service, and ends it', async () => {
    const node = sharedNode();
    await using namespace = await createNamespace(node, 'node');
    await namespace.apply(...serverObjects());
    await namespace.kubectl('wait', '--for=condition=Ready', 'pod/server', '--timeout=60s');
    expect(await namespace.kubectl('get', 'pod', 'server', '-o', 'jsonpath={.spec.nodeName}')).toBe(
      NODE_NAME,
    );

    const address = await namespace.kubectl('get', 'service', 'server', '-o', 'jsonpath={.spec.clusterIP}');
    const url = `http://${address}/`;
    // From the node, as the API server calls a webhook; kube-proxy needs a moment.
    await vi.waitFor(async () => expect(await httpGet(node, url)).toEqual(ANSWER), 15_000);
    // From a pod, here the server itself, through the same Service.
    const ask = ['wget', '-q', '-O', '-', url];
    expect(await namespace.kubectl('exec', 'server', '--', ...ask)).toBe('server answers\n');

    await namespace.kubectl('delete', 'pod', 'server', '--timeout=30s');
    await vi.waitFor(async () => expect(await httpGet(node, url)).toMatchObject({ status: 0 }), 15_000);
  });

  it('lets a pod reach the API server through its Service, with the token of its ServiceAccount', async () => {
    const node = sharedNode();
    await using namespace = await createNamespace(node, 'token');
    const script =
      'test -s /var/run/secrets/kubernetes.io/serviceaccount/token && nc -w 5 "$KUBERNETES_SERVICE_HOST" "$KUBERNETES_SERVICE_PORT" </dev/null && echo reached';
    await namespace.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'caller' },
      spec: {
        restartPolicy: 'Never',
        containers: [
          { name: 'caller', image: BUSYBOX_IMAGE, imagePullPolicy: 'Never', command: ['sh', '-c', script] },
        ],
      },
    });
    await namespace.kubectl(
      'wait',
      '--for=jsonpath={.status.phase}=Succeeded',
      'pod/caller',
      '--timeout=60s',
    );
    expect(await namespace.kubectl('logs', 'caller')).toContain('reached');
  });

  it('goes on after kube-apiserver and kube-proxy were restarted and etcd stood still', async () => {
    const node = sharedNode();
    const isReady = async (): Promise<boolean> =>
      (await node.kubectl(['get', '--raw', '/readyz', '--request-timeout=2s'])).code === 0;

    await node.restartComponent('kube-apiserver');
    await vi.waitUntil(isReady, 30_000);

    await node.restartComponent('kube-proxy', 'SIGKILL');
    await using namespace = await createNamespace(node, 'restart');
    await namespace.apply(...serverObjects());
    await namespace.kubectl('wait', '--for=condition=Ready', 'pod/server', '--timeout=60s');
    const address = await namespace.kubectl('get', 'service', 'server', '-o', 'jsonpath={.spec.clusterIP}');
    const url = `http://${address}/`;
    await vi.waitFor(async () => expect(await httpGet(node, url)).toEqual(ANSWER), 15_000);

    await node.signalComponent('etcd', 'SIGSTOP');
    try {
      expect(await isReady()).toBe(false);
    } finally {
      await node.signalComponent('etcd', 'SIGCONT');
    }
    await vi.waitUntil(isReady, 30_000);
  });

  it('leaves no process, mount, interface, control group or folder when it is stopped', async () => {
    const second = await startNode();
    onTestFinished(() => second.stop());
    const { name } = await createNamespace(second, 'traces');
    const input = serverObjects()
      .map((object) => JSON.stringify(object))
      .join('\n---\n');
    await second.kubectlOk(['--namespace', name, 'apply', '-f', '-'], { input });
    await second.kubectlOk([
      '--namespace',
      name,
      'wait',
      '--for=condition=Ready',
      'pod/server',
      '--timeout=60s',
    ]);
    // With its pod running; the check is one that can fail.
    expect(await tracesOf(second.coordinates)).not.toEqual([]);

    await second.stop();

    expect(await tracesOf(second.coordinates)).toEqual([]);
  });

  it('leaves nothing when the process that owns it is killed', async () => {
    const owner = spawn(
      process.execPath,
      [fileURLToPath(new URL('support/node-owner.ts', import.meta.url))],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void owner.kill('SIGKILL'));
    const [line]: Buffer[] = await once(owner.stdout, 'data');
    const coordinates: NodeCoordinates = JSON.parse(String(line));
    expect(await tracesOf(coordinates)).not.toEqual([]);

    owner.kill('SIGKILL');

    await vi.waitFor(async () => expect(await tracesOf(coordinates)).toEqual([]), 20_000);
  });
});
