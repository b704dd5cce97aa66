/**
 * Starts and ends a real node with its control plane: etcd, kube-apiserver, kube-controller-manager, kube-scheduler,
 * containerd, kubelet and kube-proxy, in private namespaces and a folder of their own, so that several can run at once
 * and the machine is not changed. Pods really run, Services really route.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries, type Binaries } from '../binaries.ts';
import { CONTROL_PLANE_BINARIES, NODE_BINARIES } from '../binary-version.ts';
import { apiserverArgs, controllerManagerArgs, etcdArgs } from '../components.ts';
import { writeControlPlaneFiles, type ControlPlaneFiles } from '../control-plane-files.ts';
import { writePauseImage, writeToolsImage } from '../images/busybox.ts';
import { issueControlPlanePki } from '../pki.ts';
import type { ManagedProcess } from '../process.ts';
import { createRun, type Run } from '../run.ts';
import { sweepAbandonedRuns } from '../run-directory.ts';
import { minorOf, selectRelease } from '../versions.ts';
import { accessToNode, type NodeAccess } from './access.ts';
import {
  apiserverNodeArgs,
  containerdArgs,
  kubeletArgs,
  kubeProxyArgs,
  schedulerArgs,
  type ComponentName,
} from './components.ts';
import { findProgram } from './distribution.ts';
import { NODE_CLIENTS, PAUSE_IMAGE, writeNodeFiles, type NodeFiles } from './files.ts';
import { KUBE_PROXY_HEALTH, KUBERNETES_SERVICE_ADDRESS, NODE_ADDRESS, NODE_NAME, PORTS } from './network.ts';
import { missingForNode } from './requirements.ts';
import { startSpace, type StartedSpace } from './space.ts';

const READY_TIMEOUT_MS = 90_000;
const NAMES = [...CONTROL_PLANE_BINARIES, ...NODE_BINARIES, 'helm'] as const;

export interface NodeOptions {
  /** A minor (`1.36`) or a full version; GRACEGATE_K8S by default, and the newest without that. */
  readonly version?: string;
  /** An audit.k8s.io/v1 Policy; the events are then in the file `coordinates.auditLog`. */
  readonly auditPolicy?: object;
  /** Appended to kube-apiserver's arguments. */
  readonly extraApiserverArgs?: readonly string[];
}

export interface RunningNode extends NodeAccess {
  /** Ends every process and removes every trace; the logs are kept when asked here or by GRACEGATE_KEEP_LOGS=1. */
  stop(options?: { readonly keepLogs?: boolean }): Promise<void>;
}

/** Rejects on a machine that cannot (`requirements.ts`), and says what is missing. */
export async function startNode(options: NodeOptions = {}): Promise<RunningNode> {
  const missing = await missingForNode();
  if (missing.length > 0) {
    throw new Error(
      `this machine cannot run a node; missing:\n${missing.map((what) => `- ${what}`).join('\n')}`,
    );
  }
  const release = selectRelease(options.version ?? process.env['GRACEGATE_K8S']);
  const [binaries] = await Promise.all([findBinaries(release, NAMES), sweepAbandonedRuns()]);
  const run = await createRun();
  let space: StartedSpace | undefined;
  try {
    space = await startSpace(run);
    return await furnish(run, space, binaries, options);
  } catch (error) {
    await space?.end();
    await run.stop({ keepLogs: true });
    throw error;
  }
}

async function furnish(
  run: Run,
  space: StartedSpace,
  binaries: Binaries<(typeof NAMES)[number]>,
  options: NodeOptions,
): Promise<RunningNode> {
  const { directory } = run;
  const url = `https://127.0.0.1:${PORTS.apiserver}`;
  const pki = await issueControlPlanePki({
    addresses: [KUBERNETES_SERVICE_ADDRESS, NODE_ADDRESS],
    clients: NODE_CLIENTS,
  });
  const files = await writeControlPlaneFiles(directory, url, pki, options.auditPolicy);
  const ca = { certificate: pki.caCertificate, file: files.ca };
  const nodeFiles = await writeNodeFiles(directory, url, ca, pki.clients);
  const { dir, initPid, cgroups } = space;
  const plain = {
    dir,
    initPid,
    cgroups,
    url,
    kubeconfig: files.adminKubeconfig,
    logs: directory.logs,
    auditLog: files.audit?.log,
    kubectlBinary: binaries.kubectl,
    helmBinary: binaries.helm,
  };
  const starting = accessToNode({ ...plain, version: '', minor: NaN });
  await startComponents(starting, {
    binaries,
    files,
    nodeFiles,
    extraArgs: options.extraApiserverArgs ?? [],
  });
  const { gitVersion: version }: { gitVersion: string } = JSON.parse(
    await starting.kubectlOk(['get', '--raw', '/version']),
  );
  const node = accessToNode({ ...plain, version, minor: minorOf(version) });
  return {
    ...node,
    stop: async ({ keepLogs = process.env['GRACEGATE_KEEP_LOGS'] === '1' } = {}) => {
      await space.end();
      await run.stop({ keepLogs });
    },
  };
}

interface StartContext {
  readonly binaries: Binaries<(typeof NAMES)[number]>;
  readonly files: ControlPlaneFiles;
  readonly nodeFiles: NodeFiles;
  readonly extraArgs: readonly string[];
}

async function startComponents(
  node: NodeAccess,
  { binaries, files, nodeFiles, extraArgs }: StartContext,
): Promise<void> {
  const { dir } = node.coordinates;
  const start = (name: ComponentName, command: string, args: readonly string[]): Promise<ManagedProcess> =>
    node.start({ name, command, args });
  const answers = async (...args: string[]): Promise<boolean> => (await node.kubectl(args)).code === 0;

  await start('etcd', binaries.etcd, etcdArgs(dir, PORTS));
  const containerd = await start(
    'containerd',
    findProgram('containerd') ?? 'containerd',
    containerdArgs(nodeFiles),
  );
  const apiserver = await start(
    'kube-apiserver',
    binaries['kube-apiserver'],
    apiserverArgs({ ports: PORTS, files, extraArgs: [...apiserverNodeArgs(files), ...extraArgs] }),
  );
  await containerd.waitUntil(
    'an answer',
    async () => (await node.exec('ctr', ['version'])).code === 0,
    READY_TIMEOUT_MS,
  );
  await importOwnImages(node);
  await apiserver.waitUntil('readiness', () => answers('get', '--raw', '/readyz'), READY_TIMEOUT_MS);

  const controllerManager = await start(
    'kube-controller-manager',
    binaries['kube-controller-manager'],
    controllerManagerArgs(files),
  );
  await start('kube-scheduler', binaries['kube-scheduler'], schedulerArgs(nodeFiles));
  const kubelet = await start('kubelet', binaries.kubelet, kubeletArgs(dir, nodeFiles));
  const kubeProxy = await start('kube-proxy', binaries['kube-proxy'], kubeProxyArgs(nodeFiles));
  // Without its ServiceAccount a namespace admits no Pod.
  await controllerManager.waitUntil(
    'the ServiceAccount of namespace default',
    () => answers('get', 'serviceaccount', 'default'),
    READY_TIMEOUT_MS,
  );
  await kubeProxy.waitUntil(
    'its first rules',
    async () =>
      (await node.exec('busybox', ['wget', '-q', '-O', '-', `http://${KUBE_PROXY_HEALTH}/healthz`])).code ===
      0,
    READY_TIMEOUT_MS,
  );
  const ready = '{.status.conditions[?(@.type=="Ready")].status}';
  await kubelet.waitUntil(
    `Ready of ${NODE_NAME}`,
    async () => (await node.kubectl(['get', 'node', NODE_NAME, '-o', `jsonpath=${ready}`])).stdout === 'True',
    READY_TIMEOUT_MS,
  );
}

async function importOwnImages(node: NodeAccess): Promise<void> {
  const busybox = findProgram('busybox') ?? 'busybox';
  const folder = join(node.coordinates.dir, 'images');
  await mkdir(folder);
  const [pause, tools] = [join(folder, 'pause.tar'), join(folder, 'busybox.tar')];
  await writePauseImage(busybox, PAUSE_IMAGE, pause);
  await writeToolsImage(busybox, tools);
  await node.importImage(pause);
  await node.importImage(tools);
}
