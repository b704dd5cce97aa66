/** The credentials that Gracegate has in a cluster: a ServiceAccount with the rights of the chart and no others. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { render, type Rendered } from '../chart/helm.ts';
import { cluster, kubectl, uniqueName } from './cluster.ts';
import { manifest } from './manifests.ts';

const kinds = new Set([
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Secret',
]);

/**
 * Makes what the chart renders of them, and a kubeconfig with a token.
 * @param namespace where the chart would be installed; it must exist
 * @param configuration the text of a GracegateConfiguration, whose custom workloads need rights as well
 * @returns the path of the kubeconfig
 */
export async function serviceAccountKubeconfig(namespace: string, configuration = ''): Promise<string> {
  const { workloads } = (parse(configuration) ?? {}) as { workloads?: unknown };
  const objects = await render(workloads === undefined ? {} : { configuration: { workloads } }, namespace);
  const account = objects.find(({ kind }) => kind === 'ServiceAccount');
  if (account === undefined) throw new Error('the chart renders no ServiceAccount');
  return kubeconfigOf(account.metadata.name, namespace, objects);
}

/** Makes a ServiceAccount that may do what these rules say, in its namespace alone, and a kubeconfig with a token. */
export async function accountWith(rules: readonly object[], namespace: string): Promise<string> {
  const name = uniqueName('account');
  const rbac = 'rbac.authorization.k8s.io';
  const metadata = { name, namespace, labels: {} };
  return kubeconfigOf(name, namespace, [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ]);
}

/**
 * Makes what is rendered of ServiceAccounts, their rights, and what these name, and a kubeconfig with a token of one.
 * @returns the path of the kubeconfig
 */
export async function kubeconfigOf(
  account: string,
  namespace: string,
  rendered: readonly Rendered[],
): Promise<string> {
  await must(['apply', '-f', '-'], manifest(...rendered.filter(({ kind }) => kinds.has(kind))));
  const token = await must(['create', 'token', account, '-n', namespace, '--duration=24h']);
  const file = join(cluster.dir, `${uniqueName('service-account')}.kubeconfig`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'c',
        cluster: {
          server: cluster.url,
          'certificate-authority-data': Buffer.from(cluster.caCertificate).toString('base64'),
        },
      },
    ],
    users: [{ name: 'u', user: { token: token.trim() } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

async function must(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}
