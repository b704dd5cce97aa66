import { inject } from 'vitest';
import { accessTo } from '../../cluster/access.ts';
import { eventually } from './eventually.ts';

/** The control plane of this run. */
export const cluster = inject('cluster');

export const { kubectl, request } = accessTo(cluster);

/** Any Kubernetes object, as the API answers it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  // oxlint-disable-next-line no-explicit-any -- tests read all sorts of specs; their assertions say what they expect
  readonly spec: any;
  // oxlint-disable-next-line no-explicit-any -- the same of statuses
  readonly status: any;
}

let count = 0;

/** A name that no other test of this run uses. */
export function uniqueName(prefix: string): string {
  count += 1;
  return `${prefix}-${process.pid.toString(36)}-${count}`;
}

/** Makes a namespace with labels (without the prefix `gracegate.dev/`) and waits until it admits pods. */
export async function createNamespace(labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const name = uniqueName('ns');
  const prefixed = Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [`gracegate.dev/${key}`, value]),
  );
  const { status, body } = await request('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: prefixed },
  });
  if (status !== 201) throw new Error(`namespace ${name}: ${JSON.stringify(body)}`);
  await eventually(`ServiceAccount of ${name}`, async () => {
    return (await request('GET', `/api/v1/namespaces/${name}/serviceaccounts/default`)).status === 200;
  });
  return name;
}

export async function list(path: string): Promise<readonly KubeObject[]> {
  const { body } = await request<{ items?: readonly KubeObject[] }>('GET', path);
  return body.items ?? [];
}

export function pods(namespace: string): Promise<readonly KubeObject[]> {
  return list(`/api/v1/namespaces/${namespace}/pods`);
}

/** The first pods of a namespace, once there are that many. */
export async function waitForPods(namespace: string, wanted: number): Promise<readonly KubeObject[]> {
  let found: readonly KubeObject[] = [];
  await eventually(`${wanted} pods in ${namespace}`, async () => {
    found = await pods(namespace);
    return found.length >= wanted;
  });
  return found;
}

/** Labels a namespace, `mode=profile`. The webhooks may take a moment to see it, so what follows must wait for its effect. */
export async function label(namespace: string, assignment: string): Promise<void> {
  const { code, stderr } = await kubectl([
    'label',
    '--overwrite',
    'namespace',
    namespace,
    `gracegate.dev/${assignment}`,
  ]);
  if (code !== 0) throw new Error(stderr);
}
