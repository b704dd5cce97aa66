/** The command lines of a node's processes, beside those of its control plane. */
import { join } from 'node:path';
import type { ControlPlaneFiles } from '../control-plane-files.ts';
import type { NodeFiles } from './files.ts';
import { NODE_ADDRESS, NODE_NAME } from './network.ts';

export type ComponentName =
  | 'etcd'
  | 'containerd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubelet'
  | 'kube-proxy'
  // Of a test, where it runs.
  | 'cert-manager';

/** What a server with a kubelet and with pods that call it wants otherwise than one alone (`../components.ts`). */
export function apiserverNodeArgs(files: ControlPlaneFiles): string[] {
  return [
    '--bind-address=0.0.0.0',
    `--advertise-address=${NODE_ADDRESS}`,
    // Pods reach the server through the Service `kubernetes`, whose endpoint this writes.
    '--endpoint-reconciler-type=lease',
    // Added to RBAC: the flag is a list.
    '--authorization-mode=Node',
    '--enable-admission-plugins=NodeRestriction',
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-client-certificate=${files.adminCertificate}`,
    `--kubelet-client-key=${files.adminKey}`,
  ];
}

export function containerdArgs(files: NodeFiles): string[] {
  return ['--config', files.containerd];
}

export function schedulerArgs(files: NodeFiles): string[] {
  return [`--kubeconfig=${files.schedulerKubeconfig}`, '--leader-elect=false', '--secure-port=0'];
}

export function kubeletArgs(dir: string, files: NodeFiles): string[] {
  return [
    `--config=${files.kubelet}`,
    `--kubeconfig=${files.kubeletKubeconfig}`,
    `--root-dir=${join(dir, 'kubelet')}`,
    `--cert-dir=${join(dir, 'kubelet-pki')}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_ADDRESS}`,
    '--v=2',
  ];
}

export function kubeProxyArgs(files: NodeFiles): string[] {
  return [`--config=${files.kubeProxy}`, '--v=2'];
}
