/** Names and addresses on a node. Each node has a network of its own, so they are the same on all. */

export const NODE_NAME = 'node1';
export const NODE_ADDRESS = '10.89.0.1';
/** The Service `kubernetes`: the first address of the service range (`components.ts`). */
export const KUBERNETES_SERVICE_ADDRESS = '10.0.0.1';
export const POD_RANGE = '10.244.0.0/24';

export const PORTS = { etcdClient: 2379, etcdPeer: 2380, apiserver: 6443 } as const;
export const KUBE_PROXY_HEALTH = '127.0.0.1:10256';

export const RUNTIME_SOCKET = '/run/containerd/containerd.sock';
