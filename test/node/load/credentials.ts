/** What a program inside the node needs to speak to the API server, from a kubeconfig of the harness. */
import { readFile } from 'node:fs/promises';

interface Kubeconfig {
  readonly clusters: [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: [{ readonly user: Readonly<Record<string, string>> }];
}

export interface Credentials {
  /** Of the API server. */
  readonly server: string;
  /** Options of `https.request`. */
  readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
}

export async function credentialsOf(file: string): Promise<Credentials> {
  const kubeconfig = JSON.parse(await readFile(file, 'utf8')) as Kubeconfig;
  const { cluster } = kubeconfig.clusters[0];
  const { user } = kubeconfig.users[0];
  const decode = (data = ''): Buffer => Buffer.from(data, 'base64');
  return {
    server: cluster['server'] ?? '',
    tls: {
      ca: decode(cluster['certificate-authority-data']),
      cert: decode(user['client-certificate-data']),
      key: decode(user['client-key-data']),
    },
  };
}
