/** Access to a control plane that another process started: what a test file needs, made of plain values. */
import { createApiClient, type ApiRequest } from './api-client.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import type { KeyPair } from './pki.ts';

/** Plain values, so that they can be handed from the process that starts a control plane to those that use it. */
export interface Coordinates {
  /** As `/version` says it: `v1.37.1`. */
  readonly version: string;
  readonly minor: number;
  readonly url: string;
  readonly caCertificate: string;
  readonly admin: KeyPair;
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
  /** The run's folder. */
  readonly dir: string;
  readonly kubectlBinary: string;
}

export interface Access {
  readonly kubectl: Kubectl;
  /** As the admin. */
  readonly request: ApiRequest;
  /** Ends idle connections. */
  close(): void;
}

export function accessTo({ url, caCertificate, admin, kubectlBinary, dir, kubeconfig }: Coordinates): Access {
  const client = createApiClient(url, caCertificate, admin);
  return {
    kubectl: createKubectl(kubectlBinary, dir, kubeconfig),
    request: client.request,
    close: () => client.close(),
  };
}
