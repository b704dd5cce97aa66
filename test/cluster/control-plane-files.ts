/** The files a control plane's processes read: certificates, keys, kubeconfigs, audit policy. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfig } from './kubeconfig.ts';
import type { ControlPlanePki } from './pki.ts';
import type { RunDirectory } from './run-directory.ts';

export interface ControlPlaneFiles {
  readonly certDir: string;
  readonly ca: string;
  readonly servingCertificate: string;
  readonly servingKey: string;
  readonly serviceAccountKey: string;
  readonly adminCertificate: string;
  readonly adminKey: string;
  readonly adminKubeconfig: string;
  readonly controllerManagerKubeconfig: string;
  readonly audit: { readonly policy: string; readonly log: string } | undefined;
}

export async function writeControlPlaneFiles(
  directory: RunDirectory,
  url: string,
  pki: ControlPlanePki,
  auditPolicy: object | undefined,
): Promise<ControlPlaneFiles> {
  const certDir = join(directory.path, 'pki');
  const files: ControlPlaneFiles = {
    certDir,
    ca: join(certDir, 'ca.crt'),
    servingCertificate: join(certDir, 'apiserver.crt'),
    servingKey: join(certDir, 'apiserver.key'),
    serviceAccountKey: join(certDir, 'sa.key'),
    adminCertificate: join(certDir, 'admin.crt'),
    adminKey: join(certDir, 'admin.key'),
    adminKubeconfig: join(directory.path, 'admin.kubeconfig'),
    controllerManagerKubeconfig: join(directory.path, 'controller-manager.kubeconfig'),
    audit:
      auditPolicy === undefined
        ? undefined
        : { policy: join(directory.path, 'audit-policy.json'), log: join(directory.logs, 'audit.jsonl') },
  };
  await mkdir(certDir);
  const contents: [path: string, content: string][] = [
    [files.ca, pki.caCertificate],
    [files.servingCertificate, pki.serving.certificate],
    [files.servingKey, pki.serving.key],
    [files.serviceAccountKey, pki.serviceAccountKey],
    [files.adminCertificate, pki.admin.certificate],
    [files.adminKey, pki.admin.key],
    [files.adminKubeconfig, kubeconfig(url, pki.caCertificate, pki.admin)],
    [files.controllerManagerKubeconfig, kubeconfig(url, pki.caCertificate, pki.controllerManager)],
  ];
  if (files.audit !== undefined) {
    contents.push([files.audit.policy, JSON.stringify(auditPolicy)]);
  }
  await Promise.all(contents.map(([path, content]) => writeFile(path, content, { mode: 0o600 })));
  return files;
}
