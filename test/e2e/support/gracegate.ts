/** Starts the bundle in dist/ with the rights that the chart gives, and registers it with the API server. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { run as runCommand } from '../../cluster/command.ts';
import { createRun } from '../../cluster/run.ts';
import { cluster, createNamespace, kubectl, request } from './cluster.ts';
import { eventually } from './eventually.ts';
import { serviceAccountKubeconfig } from './service-account.ts';

export interface GracegateOptions {
  /** The text of a GracegateConfiguration. */
  readonly config?: string;
}

export interface Gracegate {
  readonly url: string;
  readonly healthUrl: string;
  readonly caFile: string;
  readonly configFile: string;
  /** The kubeconfig of its ServiceAccount. */
  readonly account: string;
  readonly pid: number;
  /** SIGKILL, leaving the registration in place. */
  kill(): Promise<void>;
  /** The log so far. */
  log(): Promise<string>;
  /** Removes the registration and ends the process. */
  stop(): Promise<void>;
}

/** Runs the command line of the bundle. */
export function gracegate(args: readonly string[], input = '') {
  return runCommand(process.execPath, ['dist/main.js', ...args], {
    input,
    timeoutMs: 30_000,
    env: { PATH: process.env['PATH'], HOME: cluster.dir },
  });
}

async function must(args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await gracegate(args);
  if (code !== 0) throw new Error(`gracegate ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
}

export async function startGracegate({ config }: GracegateOptions = {}): Promise<Gracegate> {
  const run = await createRun();
  try {
    const certs = join(run.directory.path, 'certs');
    const configFile = join(run.directory.path, 'gracegate.yaml');
    await mkdir(certs, { recursive: true });
    await writeFile(
      configFile,
      config ?? 'apiVersion: gracegate.dev/v1alpha1\nkind: GracegateConfiguration\n',
    );
    await must(['certs', '--dir', certs, '--host', 'localhost,127.0.0.1']);
    const account = await serviceAccountKubeconfig(await createNamespace(), config);
    const [port, healthPort] = [await getPort(), await getPort()];
    const server = await run.start({
      name: 'gracegate',
      command: process.execPath,
      args: [
        'dist/main.js',
        'serve',
        ...['--host', '127.0.0.1', '--port', String(port), '--health-port', String(healthPort)],
        ...['--tls-cert', join(certs, 'tls.crt'), '--tls-key', join(certs, 'tls.key')],
        ...['--config', configFile, '--kubeconfig', account, '--lame-duck', '1'],
      ],
    });
    const healthUrl = `http://127.0.0.1:${healthPort}`;
    await server.waitUntil('readiness', async () => (await fetch(`${healthUrl}/readyz`)).ok, 30_000);
    const url = `https://127.0.0.1:${port}`;
    const caFile = join(certs, 'ca.crt');
    await must([
      'register',
      '--url',
      url,
      '--ca-file',
      caFile,
      '--kubeconfig',
      cluster.kubeconfig,
      '--config',
      configFile,
    ]);
    await waitUntilLive();
    return {
      url,
      healthUrl,
      caFile,
      configFile,
      account,
      pid: server.pid,
      kill: () => server.stop(0),
      log: () => readFile(server.logFile, 'utf8'),
      async stop() {
        await unregister();
        await run.stop({ keepLogs: false });
      },
    };
  } catch (error) {
    await unregister();
    await run.stop({ keepLogs: true });
    throw error;
  }
}

export async function unregister(): Promise<void> {
  for (const resource of ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations']) {
    await request('DELETE', `/apis/admissionregistration.k8s.io/v1/${resource}/gracegate`);
  }
  // A new registration of the next file must not be taken for this one.
  const probe = await createNamespace({ enforce: 'strict' });
  await eventually('the registration to be gone', async () => !(await isRefused(probe)));
}

/** The API server takes a moment to notice a registration: a bare pod is tried, in dry run, until it is refused. */
export async function waitUntilLive(): Promise<void> {
  const probe = await createNamespace({ enforce: 'strict', mutate: 'baseline' });
  await eventually('the webhooks to be live', () => isRefused(probe));
}

async function isRefused(namespace: string): Promise<boolean> {
  const { stderr } = await kubectl(['run', 'probe', '--image=probe', '-n', namespace, '--dry-run=server']);
  return stderr.includes('admission webhook "enforce.gracegate.dev" denied');
}
