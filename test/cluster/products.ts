/** What is obtained as a whole when it is not on this machine: the binaries of one upstream release. */
import type { BinaryName } from './binary-version.ts';
import { ETCD_VERSION, type KubernetesRelease } from './versions.ts';

export interface Product {
  readonly name: 'Kubernetes' | 'etcd';
  readonly version: string;
  /** Its directory in the cache. */
  readonly directory: string;
  readonly binaries: readonly BinaryName[];
}

export function productsOf(release: KubernetesRelease): Product[] {
  return [
    {
      name: 'etcd',
      version: ETCD_VERSION,
      directory: `etcd-v${ETCD_VERSION}`,
      binaries: ['etcd'],
    },
    {
      name: 'Kubernetes',
      version: release.version,
      directory: `kubernetes-v${release.version}`,
      binaries: ['kube-apiserver', 'kube-controller-manager', 'kubectl'],
    },
  ];
}

/** Puts binaries of a product into a directory, or rejects with why it cannot. */
export interface Supplier {
  readonly name: string;
  supply(product: Product, binaries: readonly BinaryName[], directory: string): Promise<void>;
}
