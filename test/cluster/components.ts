/** The command lines of a control plane's processes. */
import { join } from 'node:path';
import type { ControlPlaneFiles } from './control-plane-files.ts';

export interface Ports {
  readonly etcdClient: number;
  readonly etcdPeer: number;
  readonly apiserver: number;
}

export function etcdArgs(directory: string, ports: Ports): string[] {
  const client = `http://127.0.0.1:${ports.etcdClient}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    '--name=default',
    `--data-dir=${join(directory, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // The data dies with the run, so it need not survive a power cut.
    '--unsafe-no-fsync=true',
    '--log-level=warn',
  ];
}

export interface ApiserverOptions {
  readonly ports: Ports;
  readonly files: ControlPlaneFiles;
  /** Last, so that they win over ours. */
  readonly extraArgs: readonly string[];
}

export function apiserverArgs({ ports, files, extraArgs }: ApiserverOptions): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcdClient}`,
    '--bind-address=127.0.0.1',
    // Without it the server looks for a default route, and gives up on a machine that has none.
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.apiserver}`,
    `--cert-dir=${files.certDir}`,
    `--tls-cert-file=${files.servingCertificate}`,
    `--tls-private-key-file=${files.servingKey}`,
    `--client-ca-file=${files.ca}`,
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    // There is no node that could reach an endpoint on the loopback interface.
    '--endpoint-reconciler-type=none',
    ...(files.audit === undefined
      ? []
      : [`--audit-policy-file=${files.audit.policy}`, `--audit-log-path=${files.audit.log}`]),
    ...extraArgs,
  ];
}

export function controllerManagerArgs(files: ControlPlaneFiles): string[] {
  return [
    `--kubeconfig=${files.controllerManagerKubeconfig}`,
    // No HTTPS endpoint: no port to find, no certificate to make.
    '--secure-port=0',
    '--leader-elect=false',
    `--root-ca-file=${files.ca}`,
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    '--use-service-account-credentials=true',
    // The defaults (20 and 30) make dozens of controllers wait for one another at the start.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    // An autoscaler is looked at every 15 s by default, before 1.37 for the first time too.
    '--horizontal-pod-autoscaler-sync-period=1s',
  ];
}
