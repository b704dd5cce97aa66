/** What is obtained as a whole when it is not on this machine: the binaries of one upstream release. */
import { CONTROL_PLANE_BINARIES, NODE_BINARIES, type BinaryName } from './binary-version.ts';
import { certManagerSource } from './cert-manager/source.ts';
import {
  ACTIONLINT_VERSION,
  CERT_MANAGER_VERSION,
  ETCD_VERSION,
  HELM_VERSION,
  KUBECONFORM_VERSION,
  type KubernetesRelease,
} from './versions.ts';

export interface Product {
  readonly name: 'Kubernetes' | 'etcd' | 'Helm' | 'kubeconform' | 'actionlint' | 'cert-manager';
  readonly version: string;
  /** Its directory in the cache. */
  readonly directory: string;
  /** Those that are wanted of it: nobody waits for the build of a kubelet who asks for a control plane. */
  readonly binaries: readonly BinaryName[];
}

/** The products that have the binaries `names`, each with only these. */
export function productsOf(release: KubernetesRelease, names: readonly BinaryName[]): Product[] {
  return allProducts(release)
    .map((product) => ({
      ...product,
      binaries: product.binaries.filter((binary) => names.includes(binary)),
    }))
    .filter(({ binaries }) => binaries.length > 0);
}

function allProducts(release: KubernetesRelease): Product[] {
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
      binaries: [...CONTROL_PLANE_BINARIES.filter((name) => name !== 'etcd'), ...NODE_BINARIES],
    },
    {
      name: 'Helm',
      version: HELM_VERSION,
      directory: `helm-v${HELM_VERSION}`,
      binaries: ['helm'],
    },
    {
      name: 'kubeconform',
      version: KUBECONFORM_VERSION,
      directory: `kubeconform-v${KUBECONFORM_VERSION}`,
      binaries: ['kubeconform'],
    },
    {
      name: 'actionlint',
      version: ACTIONLINT_VERSION,
      directory: `actionlint-v${ACTIONLINT_VERSION}`,
      binaries: ['actionlint'],
    },
    {
      name: 'cert-manager',
      version: CERT_MANAGER_VERSION,
      // Its main package is ours, so another one is another program.
      directory: `cert-manager-v${CERT_MANAGER_VERSION}-${certManagerSource.hash}`,
      binaries: ['cert-manager-controllers'],
    },
  ];
}

/** Puts binaries of a product into a directory, or rejects with why it cannot. */
export interface Supplier {
  readonly name: string;
  supply(product: Product, binaries: readonly BinaryName[], directory: string): Promise<void>;
}
