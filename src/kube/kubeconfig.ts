/** Where credentials come from. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { ApiError } from './client.ts';

/** Credentials from a kubeconfig file. Throws ApiError with the file and the reason. */
export function kubeConfigFromFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  return config;
}

/**
 * Credentials as kubectl finds them: the files of KUBECONFIG, then ~/.kube/config; undefined when there are none. That
 * KUBECONFIG names only files that are not there is an error, rather than a reason to take another cluster.
 */
export function kubeConfigOfUser(): KubeConfig | undefined {
  const named = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (named.length > 0) return mergedConfig(named);
  const file = join(homedir(), '.kube', 'config');
  return existsSync(file) ? mergedConfig([file]) : undefined;
}

/** Of entries with the same name the first counts, and of the current contexts the first that is set. */
function mergedConfig(files: readonly string[]): KubeConfig {
  const merged = new KubeConfig();
  let missing: ApiError | undefined;
  let isFound = false;
  for (const file of files) {
    try {
      const text = readFileSync(file, 'utf8');
      isFound = true;
      // To kubectl an empty file is a kubeconfig with nothing in it.
      if (text.trim() !== '') addConfig(merged, text, dirname(file));
    } catch (error) {
      if (!isMissing(error)) throw unreadable(file, error);
      missing ??= unreadable(file, error);
    }
  }
  if (!isFound && missing !== undefined) throw missing;
  return merged;
}

function addConfig(merged: KubeConfig, text: string, folder: string): void {
  const config = new KubeConfig();
  config.loadFromString(text);
  config.makePathsAbsolute(folder);
  merged.clusters = firstByName([...merged.clusters, ...config.clusters]);
  merged.users = firstByName([...merged.users, ...config.users]);
  merged.contexts = firstByName([...merged.contexts, ...config.contexts]);
  merged.currentContext ||= config.currentContext;
}

function firstByName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  return [...byName.values()];
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unreadable(file: string, error: unknown): ApiError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new ApiError(`cannot read the kubeconfig ${file}: ${reason}`);
}

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Credentials of the pod that this runs in; undefined outside of a cluster. */
export function kubeConfigInCluster(): KubeConfig | undefined {
  if (process.env['KUBERNETES_SERVICE_HOST'] === undefined || !existsSync(serviceAccountToken))
    return undefined;
  const config = new KubeConfig();
  config.loadFromCluster();
  return config;
}
