/** Gracegate on the node, installed as a user would: by its chart. */
import { fileURLToPath } from 'node:url';
import { buildGracegateImage, type GracegateImage } from '../../cluster/images/gracegate.ts';
import type { NodeAccess } from '../../cluster/node/access.ts';
import { eventually } from '../../e2e/support/eventually.ts';
import { httpGet } from './http.ts';
import { forSeconds } from './load.ts';

/** Commands inside the node begin at its root. */
const CHART = fileURLToPath(new URL('../../../charts/gracegate', import.meta.url));
const RELEASE = 'gracegate';
export const RELEASE_NAMESPACE = 'gracegate-system';
/** Not the pods of its audit. */
const SELECTOR = `app.kubernetes.io/name=gracegate,app.kubernetes.io/instance=${RELEASE}`;

export interface Replica {
  readonly name: string;
  readonly address: string;
}

export interface Release {
  readonly image: GracegateImage;
  /** From `helm install` to both replicas Ready. */
  readonly secondsToReady: number;
  upgrade(values?: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<void>;
  /** Pods that are there and not terminating. */
  replicas(): Promise<readonly Replica[]>;
  /** The sum of all samples of a metric of a replica, or of those with this text in their labels. */
  metric(replica: Replica, name: string, labels?: string): Promise<number>;
  kubectl(...args: readonly string[]): Promise<string>;
  logs(): Promise<string>;
  uninstall(): Promise<void>;
}

export async function install(
  node: NodeAccess,
  values: Readonly<Record<string, string>> = {},
): Promise<Release> {
  const image = await buildGracegateImage();
  await node.importImage(image.archive);
  const [repository = '', tag = ''] = image.reference.split(':');
  const set = (more: Readonly<Record<string, string>>): string[] => {
    const all = {
      'image.repository': repository,
      'image.tag': tag,
      'image.pullPolicy': 'Never',
      ...values,
      ...more,
    };
    return Object.entries(all).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  };
  const helm = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await node.helm(['--namespace', RELEASE_NAMESPACE, ...args], {
      timeoutMs: 200_000,
    });
    if (code !== 0) throw new Error(`helm ${args[0]}: ${stderr}\n${await whatIsThere(node)}`);
  };
  const kubectl = (...args: readonly string[]): Promise<string> =>
    node.kubectlOk(['--namespace', RELEASE_NAMESPACE, ...args], { timeoutMs: 130_000 });
  const uninstall = async (): Promise<void> => {
    await helm('uninstall', RELEASE, '--wait', '--timeout', '120s', '--ignore-not-found');
    await node.kubectlOk(['delete', 'namespace', RELEASE_NAMESPACE, '--ignore-not-found', '--timeout=90s'], {
      timeoutMs: 100_000,
    });
  };
  const started = performance.now();
  try {
    await helm('install', RELEASE, CHART, '--create-namespace', '--wait', '--timeout', '120s', ...set({}));
  } catch (error) {
    // The next file must not find half of it.
    await uninstall();
    throw error;
  }
  const secondsToReady = (performance.now() - started) / 1000;
  return {
    image,
    secondsToReady,
    upgrade: (more = {}, ...flags) =>
      helm('upgrade', RELEASE, CHART, '--wait', '--timeout', '180s', ...set(more), ...flags),
    async replicas() {
      const { items } = JSON.parse(await kubectl('get', 'pods', '-l', SELECTOR, '-o', 'json')) as PodList;
      return items
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(({ metadata, status }) => ({ name: metadata.name, address: status.podIP ?? '' }));
    },
    async metric({ address }, name, labels = '') {
      const { body } = await httpGet(node, `http://${address}:8080/metrics`);
      return body
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
        .filter((line) => line.includes(labels))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
    kubectl,
    logs: () => kubectl('logs', '-l', SELECTOR, '--tail=-1', '--prefix'),
    uninstall,
  };
}

/** Reviews that each replica answers, over a while. */
export async function shares(release: Release, seconds: number): Promise<ReadonlyMap<Replica, number>> {
  const count = (replica: Replica): Promise<number> => release.metric(replica, 'gracegate_reviews_total');
  const replicas = await release.replicas();
  const before = await Promise.all(replicas.map(count));
  await forSeconds(seconds);
  const after = await Promise.all(replicas.map(count));
  return new Map(replicas.map((replica, index) => [replica, (after[index] ?? 0) - (before[index] ?? 0)]));
}

/** The replica that answers the most: connections are kept, so traffic is not spread evenly. */
export async function busiest(release: Release): Promise<Replica> {
  const [first] = [...(await shares(release, 1))].toSorted(([, a], [, b]) => b - a);
  if (first === undefined || first[1] === 0) throw new Error('no replica has any traffic');
  return first[0];
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly status: { readonly podIP?: string };
  }[];
}

async function whatIsThere(node: NodeAccess): Promise<string> {
  const [pods, logs] = await Promise.all([
    node.kubectl(['--namespace', RELEASE_NAMESPACE, 'describe', 'pods']),
    node.kubectl(['--namespace', RELEASE_NAMESPACE, 'logs', '-l', SELECTOR, '--tail=20']),
  ]);
  return `${pods.stdout.slice(-4000)}\n${logs.stdout}${logs.stderr}`;
}

/** Waits until a bare pod of a namespace is refused: the API server takes a moment to notice a label. */
export async function untilEnforced(node: NodeAccess, namespace: string): Promise<void> {
  await eventually(`a verdict in ${namespace}`, async () => {
    const { stderr } = await node.kubectl([
      ...['run', 'probe', '--image=probe', '--namespace', namespace, '--dry-run=server'],
    ]);
    return stderr.includes('would not start, scale and stop safely');
  });
}
