/** Gracegate that no API server calls: the bundle with namespaces from a file, or from a cluster. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { createRun } from '../../cluster/run.ts';
import { ensureCertificates } from '../../../src/tls/write.ts';

export interface Detached {
  readonly url: string;
  readonly healthUrl: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly configFile: string;
  readonly pid: number;
  log(): Promise<string>;
  /** Resident memory, in MiB. */
  residentMegabytes(): Promise<number>;
  stop(): Promise<void>;
}

export interface DetachedOptions {
  readonly config?: string;
  readonly args?: readonly string[];
  /** A cluster to ask instead of namespaces from a file. */
  readonly kubeconfig?: string;
  /** False: return as soon as it is alive. */
  readonly isReady?: boolean;
}

const namespaces = `
apiVersion: v1
kind: Namespace
metadata:
  name: demo
  labels: { gracegate.dev/mutate: baseline, gracegate.dev/enforce: baseline }
`;

export async function startDetached({
  config,
  args = [],
  kubeconfig,
  isReady = true,
}: DetachedOptions = {}): Promise<Detached> {
  const run = await createRun();
  try {
    const folder = run.directory.path;
    await mkdir(folder, { recursive: true });
    const { paths } = await ensureCertificates({
      dir: join(folder, 'certs'),
      hosts: ['127.0.0.1', 'localhost'],
    });
    const [namespacesFile, configFile] = [join(folder, 'namespaces.yaml'), join(folder, 'config.yaml')];
    await writeFile(namespacesFile, namespaces);
    await writeFile(
      configFile,
      config ?? 'apiVersion: gracegate.dev/v1alpha1\nkind: GracegateConfiguration\n',
    );
    const [port, healthPort] = [await getPort(), await getPort()];
    const server = await run.start({
      name: 'gracegate',
      command: process.execPath,
      args: [
        'dist/main.js',
        'serve',
        ...['--host', '127.0.0.1', '--port', String(port), '--health-port', String(healthPort)],
        ...['--tls-cert', paths.certFile, '--tls-key', paths.keyFile],
        ...(kubeconfig === undefined ? ['--namespaces', namespacesFile] : ['--kubeconfig', kubeconfig]),
        ...['--config', configFile],
        ...args,
      ],
    });
    const healthUrl = `http://127.0.0.1:${healthPort}`;
    await server.waitUntil(
      'readiness',
      async () => (await fetch(`${healthUrl}/${isReady ? 'readyz' : 'healthz'}`)).ok,
      30_000,
    );
    return {
      ...paths,
      url: `https://127.0.0.1:${port}`,
      healthUrl,
      configFile,
      pid: server.pid,
      log: () => readFile(server.logFile, 'utf8'),
      async residentMegabytes() {
        const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
        return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
      },
      stop: () => run.stop({ keepLogs: false }),
    };
  } catch (error) {
    await run.stop({ keepLogs: true });
    throw error;
  }
}
