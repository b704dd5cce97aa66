/**
 * Starts and ends a real control plane: etcd, kube-apiserver and kube-controller-manager, in a folder and on ports of
 * its own, so that several can run at once. There are no nodes: Pods are created and stay pending.
 */
import getPort, { portNumbers } from 'get-port';
import type { Coordinates } from './access.ts';
import { createApiClient, type ApiClient, type ApiRequest } from './api-client.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { CONTROL_PLANE_BINARIES } from './binary-version.ts';
import { apiserverArgs, controllerManagerArgs, etcdArgs, type Ports } from './components.ts';
import { writeControlPlaneFiles, type ControlPlaneFiles } from './control-plane-files.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { issueControlPlanePki, type ControlPlanePki } from './pki.ts';
import { createRun, type Run } from './run.ts';
import { sweepAbandonedRuns } from './run-directory.ts';
import { minorOf, selectRelease } from './versions.ts';

const READY_TIMEOUT_MS = 90_000;
/** Another run may take a free port before our process does; then the start is tried again with others. */
const START_ATTEMPTS = 3;

type ControlPlaneBinaries = Binaries<(typeof CONTROL_PLANE_BINARIES)[number]>;

export interface ControlPlaneOptions {
  /** A minor (`1.36`) or a full version; GRACEGATE_K8S by default, and the newest without that. */
  readonly version?: string;
  /** An audit.k8s.io/v1 Policy; the events are then in {@link ControlPlane.auditLog}. */
  readonly auditPolicy?: object;
  /** Appended to kube-apiserver's arguments. */
  readonly extraApiserverArgs?: readonly string[];
}

export interface ControlPlane {
  /** As `/version` says it: `v1.37.1`. */
  readonly version: string;
  readonly minor: number;
  readonly url: string;
  readonly caFile: string;
  /** The path of an admin's kubeconfig. */
  readonly kubeconfig: string;
  /** The run's folder, removed by `stop`. */
  readonly dir: string;
  /** One JSON event a line; set with the option `auditPolicy`. */
  readonly auditLog: string | undefined;
  readonly kubectl: Kubectl;
  /** As the admin. */
  readonly request: ApiRequest;
  /** For other processes; see access.ts. */
  readonly coordinates: Coordinates;
  /** Ends every process and removes the folder; the logs are kept when asked here or by GRACEGATE_KEEP_LOGS=1. */
  stop(options?: { readonly keepLogs?: boolean }): Promise<void>;
}

export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const release = selectRelease(options.version ?? process.env['GRACEGATE_K8S']);
  const [binaries, pki] = await Promise.all([
    findBinaries(release, CONTROL_PLANE_BINARIES),
    issueControlPlanePki(),
    sweepAbandonedRuns(),
  ]);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(binaries, pki, options);
    } catch (error) {
      if (attempt === START_ATTEMPTS || !isPortTaken(error)) {
        throw error;
      }
    }
  }
}

async function startOnce(
  binaries: ControlPlaneBinaries,
  pki: ControlPlanePki,
  options: ControlPlaneOptions,
): Promise<ControlPlane> {
  const run = await createRun();
  const { directory } = run;
  try {
    const ports = await findPorts();
    const url = `https://127.0.0.1:${ports.apiserver}`;
    const files = await writeControlPlaneFiles(directory, url, pki, options.auditPolicy);
    const client = createApiClient(url, pki.caCertificate, pki.admin);
    await startComponents(run, binaries, ports, files, client, options.extraApiserverArgs ?? []);
    const { body } = await client.request<{ gitVersion: string }>('GET', '/version');
    const coordinates = {
      version: body.gitVersion,
      minor: minorOf(body.gitVersion),
      url,
      caCertificate: pki.caCertificate,
      admin: pki.admin,
      kubeconfig: files.adminKubeconfig,
      dir: directory.path,
      kubectlBinary: binaries.kubectl,
    };
    return {
      ...coordinates,
      coordinates,
      caFile: files.ca,
      auditLog: files.audit?.log,
      kubectl: createKubectl(binaries.kubectl, directory.path, files.adminKubeconfig),
      request: client.request,
      stop: async ({ keepLogs = process.env['GRACEGATE_KEEP_LOGS'] === '1' } = {}) => {
        client.close();
        await run.stop({ keepLogs });
      },
    };
  } catch (error) {
    await run.stop({ keepLogs: true });
    throw error;
  }
}

/**
 * kube-apiserver waits for etcd by itself, so both start at once. kube-controller-manager does not gain from an early
 * start: it asks only once a second whether there is a healthy server, and gives up after ten.
 */
async function startComponents(
  run: Run,
  binaries: ControlPlaneBinaries,
  ports: Ports,
  files: ControlPlaneFiles,
  client: ApiClient,
  extraArgs: readonly string[],
): Promise<void> {
  const etcd = await run.start({
    name: 'etcd',
    command: binaries.etcd,
    args: etcdArgs(run.directory.path, ports),
  });
  const apiserver = await run.start({
    name: 'kube-apiserver',
    command: binaries['kube-apiserver'],
    args: apiserverArgs({ ports, files, extraArgs }),
  });
  const etcdHealth = `http://127.0.0.1:${ports.etcdClient}/health`;
  const answers = async (path: string): Promise<boolean> =>
    (await client.request('GET', path)).status === 200;
  await Promise.all([
    etcd.waitUntil('health', async () => (await fetch(etcdHealth)).ok, READY_TIMEOUT_MS),
    apiserver.waitUntil('readiness', () => answers('/readyz'), READY_TIMEOUT_MS),
  ]);

  const controllerManager = await run.start({
    name: 'kube-controller-manager',
    command: binaries['kube-controller-manager'],
    args: controllerManagerArgs(files),
  });
  // Without its ServiceAccount a namespace admits no Pod.
  const serviceAccount = '/api/v1/namespaces/default/serviceaccounts/default';
  await controllerManager.waitUntil(
    'the ServiceAccount of namespace default',
    () => answers(serviceAccount),
    READY_TIMEOUT_MS,
  );
}

/**
 * Below the range from which systems give ports to outgoing connections, or one of our own requests might get the port
 * before the server does; in random order, for runs that start at the same time.
 */
async function findPorts(): Promise<Ports> {
  const candidates = [...portNumbers(20_000, 30_000)].toSorted(() => Math.random() - 0.5);
  const next = (): Promise<number> => getPort({ port: candidates, host: '127.0.0.1' });
  return { etcdClient: await next(), etcdPeer: await next(), apiserver: await next() };
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes('address already in use');
}
