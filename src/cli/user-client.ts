import type { KubeClient } from '../kube/client.ts';
import { connectAsUser } from '../kube/cluster.ts';
import { UserError } from './errors.ts';

/**
 * The cluster of the user who runs an audit.
 * @throws UserError where there is none to talk to
 */
export function userClient(kubeconfig: string | undefined): KubeClient {
  const client = connectAsUser(kubeconfig);
  if (client !== undefined) return client;
  throw new UserError('there is no cluster to talk to: give --kubeconfig FILE, or set KUBECONFIG');
}
