/** A kubeconfig with its credentials inside, so that the one file is all a client needs. */
import type { KeyPair } from './pki.ts';

/** As JSON, which is YAML too. */
export function kubeconfig(url: string, caCertificate: string, client: KeyPair): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'gracegate', cluster: { server: url, 'certificate-authority-data': base64(caCertificate) } },
    ],
    users: [
      {
        name: 'client',
        user: {
          'client-certificate-data': base64(client.certificate),
          'client-key-data': base64(client.key),
        },
      },
    ],
    contexts: [{ name: 'gracegate', context: { cluster: 'gracegate', user: 'client' } }],
    'current-context': 'gracegate',
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
