/** Asks a binary which version it is, and judges whether that fits the release under test. */
import { runOrThrow } from './command.ts';
import {
  ACTIONLINT_VERSION,
  CERT_MANAGER_VERSION,
  ETCD_VERSION,
  HELM_VERSION,
  KUBECONFORM_VERSION,
  type KubernetesRelease,
} from './versions.ts';

/** What a control plane and its client need. */
export const CONTROL_PLANE_BINARIES = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kubectl',
] as const;

/** What a node needs beside a control plane; its container runtime is the distribution's. */
export const NODE_BINARIES = ['kube-scheduler', 'kubelet', 'kube-proxy'] as const;

/** Every program the harness can find or obtain. */
export type BinaryName =
  | (typeof CONTROL_PLANE_BINARIES)[number]
  | (typeof NODE_BINARIES)[number]
  // What installs and checks a chart.
  | 'helm'
  | 'kubeconform'
  // What checks the project's workflows.
  | 'actionlint'
  // What issues certificates where the chart leaves it to cert-manager.
  | 'cert-manager-controllers';

const ASK_TIMEOUT_MS = 10_000;

interface Version {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** How a binary tells its version, and which ones do. */
interface Requirement {
  readonly args: readonly string[];
  /** Its group is the version; a vendor's suffix is left out. */
  readonly answer: RegExp;
  fits(version: Version, release: KubernetesRelease): boolean;
  wanted(release: KubernetesRelease): string;
}

const SERVER: Requirement = {
  args: ['--version'],
  answer: /Kubernetes v(\d+\.\d+\.\d+)/,
  fits: ({ text, major, minor }, release) =>
    release.exact ? text === release.version : major === 1 && minor === release.minor,
  wanted: ({ exact, version, minor }) => (exact ? version : `1.${minor}`),
};

const REQUIREMENTS: Readonly<Record<BinaryName, Requirement>> = {
  'kube-apiserver': SERVER,
  'kube-controller-manager': SERVER,
  'kube-scheduler': SERVER,
  kubelet: SERVER,
  'kube-proxy': SERVER,
  kubectl: {
    args: ['version', '--client', '-o', 'json'],
    answer: /"gitVersion":\s*"v(\d+\.\d+\.\d+)/,
    // https://kubernetes.io/releases/version-skew-policy/#kubectl
    fits: ({ major, minor }, release) => major === 1 && Math.abs(minor - release.minor) <= 1,
    wanted: ({ minor }) => `1.${minor - 1} to 1.${minor + 1}`,
  },
  etcd: {
    args: ['--version'],
    answer: /etcd Version: (\d+\.\d+\.\d+)/,
    fits: ({ major, minor }) => major === 3 && minor >= 5,
    wanted: () => `3.5 or newer, such as ${ETCD_VERSION}`,
  },
  helm: {
    args: ['version', '--short'],
    answer: /^v(\d+\.\d+\.\d+)/,
    // Tests use what only Helm 4 has, such as --server-side.
    fits: ({ major }) => major === 4,
    wanted: () => `4, such as ${HELM_VERSION}`,
  },
  kubeconform: {
    args: ['-v'],
    answer: /^v(\d+\.\d+\.\d+)/,
    fits: ({ major, minor }) => major > 0 || minor >= 6,
    wanted: () => `0.6 or newer, such as ${KUBECONFORM_VERSION}`,
  },
  actionlint: {
    args: ['-version'],
    answer: /^v?(\d+\.\d+\.\d+)/,
    // An older one does not know the newer runners, permissions and inputs of actions.
    fits: ({ major, minor }) => major > 1 || (major === 1 && minor >= 7),
    wanted: () => `1.7 or newer, such as ${ACTIONLINT_VERSION}`,
  },
  'cert-manager-controllers': {
    args: ['--version'],
    answer: /^cert-manager v(\d+\.\d+\.\d+)/,
    fits: ({ text }) => text === CERT_MANAGER_VERSION,
    wanted: () => CERT_MANAGER_VERSION,
  },
};

/** Undefined when the binary fits; otherwise why it does not, in words for the list of sources tried. */
export async function unfitness(
  name: BinaryName,
  path: string,
  release: KubernetesRelease,
): Promise<string | undefined> {
  const requirement = REQUIREMENTS[name];
  let output: string;
  try {
    output = await runOrThrow(path, requirement.args, { timeoutMs: ASK_TIMEOUT_MS });
  } catch (error) {
    return `${path} does not tell its version (${error instanceof Error ? error.message : String(error)})`;
  }
  const text = requirement.answer.exec(output)?.[1];
  if (text === undefined) {
    return `${path} answers "${output.trim().slice(0, 80)}" when asked for its version`;
  }
  const [major = NaN, minor = NaN] = text.split('.').map(Number);
  return requirement.fits({ text, major, minor }, release)
    ? undefined
    : `${path} is ${text}, wanted ${requirement.wanted(release)}`;
}

/** What {@link unfitness} accepts, in words. */
export function wantedVersion(name: BinaryName, release: KubernetesRelease): string {
  return REQUIREMENTS[name].wanted(release);
}
