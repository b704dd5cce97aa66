/** The project's own image, really built from the Dockerfile and really run under the restrictions it promises to bear. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { buildGracegateImage, type GracegateImage } from '../cluster/images/gracegate.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { httpGet } from './support/http.ts';
import { killContainer } from './support/kill.ts';
import { createNamespace, type TestNamespace } from './support/namespace.ts';
import { hasNode, sharedNode } from './support/shared-node.ts';

const MAX_MEGABYTES = 160;

describe.skipIf(!hasNode)('the image', () => {
  let image: GracegateImage;
  beforeAll(async () => {
    image = await buildGracegateImage();
    await sharedNode().importImage(image.archive);
  }, 300_000);

  function pod(name: string, args: readonly string[], container: object = {}): object {
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 15,
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, fsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'gracegate',
            image: image.reference,
            imagePullPolicy: 'Never',
            args,
            securityContext: {
              readOnlyRootFilesystem: true,
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
            },
            volumeMounts: [{ name: 'certs', mountPath: '/certs' }],
            ...container,
          },
        ],
        volumes: [{ name: 'certs', emptyDir: {} }],
      },
    };
  }

  /** Deletes a pod, long before SIGKILL would end it; resolves to what kubectl says once it has ended with this code. */
  async function deleted(namespace: TestNamespace, name: string, code: number): Promise<string> {
    const exitCode = '{.status.containerStatuses[0].state.terminated.exitCode}';
    const [seen] = await Promise.all([
      namespace.kubectl('wait', `--for=jsonpath=${exitCode}=${code}`, `pod/${name}`, '--timeout=12s'),
      namespace.kubectl('delete', 'pod', name, '--timeout=30s'),
    ]);
    return seen;
  }

  it('is small', () => {
    // Nearly all of it is Node: 127 MB of the binary and its libraries.
    expect(image.megabytes).toBeLessThan(MAX_MEGABYTES);
  });

  it('tells its version as an ordinary user on a read-only file system', async () => {
    await using namespace = await createNamespace(sharedNode(), 'image');
    await namespace.apply(pod('version', ['--version']));
    await namespace.kubectl(
      'wait',
      '--for=jsonpath={.status.phase}=Succeeded',
      'pod/version',
      '--timeout=60s',
    );
    expect((await namespace.kubectl('logs', 'version')).trim()).toBe(manifest.version);
  });

  it('ends by SIGTERM when an audit is called off, though it is the first process of its container', async () => {
    await using namespace = await createNamespace(sharedNode(), 'image');
    // It waits for manifests that never come.
    await namespace.apply(pod('audit', ['audit', '-f', '-'], { stdin: true }));
    await namespace.kubectl('wait', '--for=condition=Ready', 'pod/audit', '--timeout=60s');
    const exitCode = (): Promise<string> =>
      namespace.kubectl(
        ...['get', 'pod', 'audit', '-o'],
        'jsonpath={.status.containerStatuses[0].state.terminated.exitCode}',
      );
    // A container that runs may not have come so far that it hears a signal; one that never does is not ended by any number.
    await eventually('it to end by SIGTERM', async () => {
      const sent = killContainer(sharedNode(), namespace.name, 'audit', '/app/dist/main.js audit', 'TERM');
      await sent.catch(() => undefined);
      return (await exitCode()) !== '';
    });
    expect(await exitCode()).toBe('143');
  });

  it('serves, and ends in order when its pod is deleted', async () => {
    const node = sharedNode();
    await using namespace = await createNamespace(node, 'image');
    await namespace.apply(
      pod('serve', [
        'serve',
        '--standalone',
        '--host',
        '0.0.0.0',
        '--certs-dir',
        '/certs',
        '--lame-duck',
        '1',
      ]),
    );
    await namespace.kubectl('wait', '--for=condition=Ready', 'pod/serve', '--timeout=60s');
    const address = await namespace.kubectl('get', 'pod', 'serve', '-o', 'jsonpath={.status.podIP}');

    await vi.waitFor(
      async () => expect(await httpGet(node, `http://${address}:8080/readyz`)).toMatchObject({ status: 200 }),
      15_000,
    );
    // A review is a POST: GET gets an answer of ours, through TLS.
    expect((await httpGet(node, `https://${address}:8443/mutate`)).status).toBeGreaterThanOrEqual(400);

    expect(await deleted(namespace, 'serve', 0)).toContain('condition met');
  });
});
