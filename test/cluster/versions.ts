/**
 * Which Kubernetes the harness runs. A minor is pinned to one patch so that two machines test the same server and the
 * cache has one entry for each minor. Only a patch whose staging modules are all published can be built (`go-module.ts`).
 */

/** Supported minors, newest first; the first one is the default. */
const PINNED_PATCHES = ['1.37.1', '1.36.4', '1.35.8', '1.34.4'] as const;

export const ETCD_VERSION = '3.7.3';
export const HELM_VERSION = '4.3.1';
export const KUBECONFORM_VERSION = '0.8.0';
export const ACTIONLINT_VERSION = '1.7.12';
export const CERT_MANAGER_VERSION = '1.21.2';

/** A Kubernetes release the harness is asked to run. */
export interface KubernetesRelease {
  /** Without a leading `v`: `1.37.1`. */
  readonly version: string;
  /** `37` of `1.37.1`. */
  readonly minor: number;
  /** Whether the patch was asked for by name: then a binary of another patch of this minor does not do. */
  readonly exact: boolean;
}

/** Every supported minor at its pinned patch, newest first. */
export function supportedReleases(): KubernetesRelease[] {
  return PINNED_PATCHES.map((version) => ({ version, minor: minorOf(version), exact: false }));
}

/**
 * The release that `wanted` names: nothing for the newest, a minor (`1.36`) for its pinned patch, or a full version
 * of a supported minor (`1.36.2`).
 */
export function selectRelease(wanted: string | undefined): KubernetesRelease {
  const releases = supportedReleases();
  const asked = wanted?.trim().replace(/^v/, '') ?? '';
  if (asked === '') {
    return firstOf(releases);
  }
  const [, minor, patch] = /^1\.(\d+)(?:\.(\d+))?$/.exec(asked) ?? [];
  const release = releases.find((candidate) => candidate.minor === Number(minor));
  if (release === undefined) {
    const supported = releases.map(({ version }) => `1.${minorOf(version)} (${version})`).join(', ');
    throw new Error(
      `"${asked}" is not a supported Kubernetes version (GRACEGATE_K8S); supported are ${supported}, or another patch of these`,
    );
  }
  return patch === undefined ? release : { version: asked, minor: release.minor, exact: true };
}

/** `37` of `1.37.1`, `v1.37.1` or `v1.37.1+vendor`. */
export function minorOf(version: string): number {
  return Number(/^v?1\.(\d+)/.exec(version)?.[1]);
}

function firstOf(releases: readonly KubernetesRelease[]): KubernetesRelease {
  const [first] = releases;
  if (first === undefined) {
    throw new Error('no Kubernetes release is pinned');
  }
  return first;
}
