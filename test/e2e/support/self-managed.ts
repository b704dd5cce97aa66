/** Replicas that issue their own certificates, as the chart runs them, on one registration. */
import { join } from 'node:path';
import getPort from 'get-port';
import { createRun } from '../../cluster/run.ts';
import type { ManagedProcess } from '../../cluster/process.ts';
import { cluster, createNamespace } from './cluster.ts';
import { gracegate, unregister, waitUntilLive } from './gracegate.ts';
import { serviceAccountKubeconfig } from './service-account.ts';

export interface Replica {
  readonly url: string;
  readonly healthUrl: string;
  readonly process: ManagedProcess;
}

export interface SelfManaged {
  /** The first one is registered: a registration by URL names one address only. */
  readonly replicas: readonly Replica[];
  readonly namespace: string;
  /** The path of the Secret. */
  readonly secret: string;
  stop(): Promise<void>;
}

export const secretName = 'gracegate-authority';

const lifetimes = ['--authority-lifetime', '1h', '--certificate-lifetime', '30m', '--rotation-overlap', '1s'];

export async function startSelfManaged(count: number): Promise<SelfManaged> {
  const namespace = await createNamespace();
  const account = await serviceAccountKubeconfig(namespace);
  const run = await createRun();
  const stop = async (): Promise<void> => {
    await unregister();
    await run.stop({ keepLogs: false });
  };
  try {
    const ports = await Promise.all(
      Array.from({ length: count }, async () => ({ port: await getPort(), healthPort: await getPort() })),
    );
    const replicas = await Promise.all(
      ports.map(async ({ port, healthPort }, index): Promise<Replica> => {
        const managed = await run.start({
          name: `gracegate-${index}`,
          command: process.execPath,
          env: { POD_NAMESPACE: namespace },
          args: [
            'dist/main.js',
            'serve',
            ...['--host', '127.0.0.1', '--port', String(port), '--health-port', String(healthPort)],
            ...['--authority-secret', secretName, '--certificate-host', '127.0.0.1', ...lifetimes],
            ...['--webhook-configuration', 'gracegate', '--kubeconfig', account],
            ...['--lame-duck', '1', '--certs-dir', join(run.directory.path, 'unused')],
          ],
        });
        return {
          url: `https://127.0.0.1:${port}`,
          healthUrl: `http://127.0.0.1:${healthPort}`,
          process: managed,
        };
      }),
    );
    const [first] = replicas;
    if (first === undefined) throw new Error('at least one replica is needed');
    const { code, stderr } = await gracegate([
      'register',
      '--url',
      first.url,
      '--kubeconfig',
      cluster.kubeconfig,
    ]);
    if (code !== 0) throw new Error(stderr);
    for (const { process: managed, healthUrl } of replicas)
      await managed.waitUntil('readiness', async () => (await fetch(`${healthUrl}/readyz`)).ok, 30_000);
    await waitUntilLive();
    return { replicas, namespace, secret: `/api/v1/namespaces/${namespace}/secrets/${secretName}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
