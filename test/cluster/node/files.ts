/** The files that the processes of a node read, beside those of its control plane. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfig } from '../kubeconfig.ts';
import type { KeyPair } from '../pki.ts';
import type { RunDirectory } from '../run-directory.ts';
import { findCniFolder, findProgram } from './distribution.ts';
import { KUBE_PROXY_HEALTH, NODE_ADDRESS, NODE_NAME, POD_RANGE, RUNTIME_SOCKET } from './network.ts';

/** The components that have an identity of their own; RBAC knows them by name. */
export const NODE_CLIENTS = {
  kubelet: { commonName: `system:node:${NODE_NAME}`, organization: 'system:nodes' },
  kubeProxy: { commonName: 'system:kube-proxy' },
  scheduler: { commonName: 'system:kube-scheduler' },
} as const;

export type NodeClients = Readonly<Record<keyof typeof NODE_CLIENTS, KeyPair>>;

export interface NodeFiles {
  readonly kubeletKubeconfig: string;
  readonly schedulerKubeconfig: string;
  readonly kubelet: string;
  readonly kubeProxy: string;
  readonly containerd: string;
}

export const PAUSE_IMAGE = 'localhost/gracegate-pause:1';

export async function writeNodeFiles(
  directory: RunDirectory,
  url: string,
  ca: { readonly certificate: string; readonly file: string },
  clients: NodeClients,
): Promise<NodeFiles> {
  const at = (name: string): string => join(directory.path, name);
  const files: NodeFiles = {
    kubeletKubeconfig: at('kubelet.kubeconfig'),
    schedulerKubeconfig: at('scheduler.kubeconfig'),
    kubelet: at('kubelet.json'),
    kubeProxy: at('kube-proxy.json'),
    containerd: at('containerd.toml'),
  };
  const kubeProxyKubeconfig = at('kube-proxy.kubeconfig');
  const cni = at('cni');
  await mkdir(cni);
  const contents: [path: string, content: string][] = [
    [files.kubeletKubeconfig, kubeconfig(url, ca.certificate, clients.kubelet)],
    [files.schedulerKubeconfig, kubeconfig(url, ca.certificate, clients.scheduler)],
    [kubeProxyKubeconfig, kubeconfig(url, ca.certificate, clients.kubeProxy)],
    [files.kubelet, JSON.stringify(kubeletConfiguration(directory, ca.file), null, 2)],
    [files.kubeProxy, JSON.stringify(kubeProxyConfiguration(kubeProxyKubeconfig), null, 2)],
    [files.containerd, containerdConfiguration(directory.path, cni)],
    [join(cni, '10-bridge.conflist'), JSON.stringify(cniConfiguration(), null, 2)],
  ];
  await Promise.all(contents.map(([path, content]) => writeFile(path, content, { mode: 0o600 })));
  return files;
}

function kubeletConfiguration(directory: RunDirectory, caFile: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${RUNTIME_SOCKET}`,
    address: NODE_ADDRESS,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: false },
      x509: { clientCAFile: caFile },
    },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    // There is no group of system daemons to hold to account, and no right to change what others may have.
    enforceNodeAllocatable: [],
    // A private namespace may have no right to lower it.
    oomScoreAdj: 0,
    maxOpenFiles: 20_000,
    resolvConf: '/run/resolv.conf',
    // A pod's log is kept with the others when a test fails.
    podLogsDir: join(directory.logs, 'pods'),
    volumePluginDir: join(directory.path, 'volume-plugins'),
    // Images are imported, never pulled: one that is collected would be gone for good.
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    // How soon a changed Secret is seen in a volume; the default is a minute.
    syncFrequency: '10s',
  };
}

function kubeProxyConfiguration(kubeconfigFile: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clientConnection: { kubeconfig: kubeconfigFile },
    hostnameOverride: NODE_NAME,
    clusterCIDR: POD_RANGE,
    bindAddress: '127.0.0.1',
    healthzBindAddress: KUBE_PROXY_HEALTH,
    metricsBindAddress: '127.0.0.1:10249',
    // Zero: leave the machine's conntrack limits alone, which are global.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    iptables: { minSyncPeriod: '1s', syncPeriod: '30s' },
  };
}

/** Version 2, which containerd 1.x reads and 2.x converts. */
function containerdConfiguration(dir: string, cniConfigurations: string): string {
  const cri = "plugins.'io.containerd.grpc.v1.cri'";
  return `version = 2
root = '${join(dir, 'containerd')}'
state = '/run/containerd'

[grpc]
  address = '${RUNTIME_SOCKET}'

[${cri}]
  sandbox_image = '${PAUSE_IMAGE}'
  # Both would change the machine, or need a right that a private namespace does not have.
  disable_apparmor = true
  restrict_oom_score_adj = true

[${cri}.containerd]
  snapshotter = 'overlayfs'

[${cri}.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'

[${cri}.containerd.runtimes.runc.options]
  BinaryName = '${findProgram('runc') ?? 'runc'}'

[${cri}.cni]
  bin_dir = '${findCniFolder() ?? ''}'
  conf_dir = '${cniConfigurations}'
`;
}

function cniConfiguration(): object {
  return {
    cniVersion: '0.4.0',
    name: 'gracegate',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        ipMasq: false,
        // A pod may reach itself through its own Service.
        hairpinMode: true,
        ipam: {
          type: 'host-local',
          dataDir: '/run/cni-addresses',
          ranges: [[{ subnet: POD_RANGE }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  };
}
