/** Installing, upgrading and uninstalling on a real API server: what Gracegate wrote stays, and in the end nothing does. */
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { cluster, createNamespace, kubectl, request, uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { chart, helm } from './helm.ts';
import { Release, type Written } from './release.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Any certificate will do: nobody answers at the Service. */
const certificate = cluster.caCertificate;
const written: Written = {
  caBundle: base64(certificate),
  data: { 'ca.crt': base64(certificate), 'ca.key': base64('a private key') },
};

/** Other defaults: selectors and the number of webhooks change, and the pods with them. */
const before = { configuration: { defaults: { warn: 'strict' } } };
const after = { replicaCount: 3, configuration: { defaults: {} } };

/** What the notes and the documentation tell to delete while no replica answers. */
const wayOut = 'validatingwebhookconfiguration,mutatingwebhookconfiguration';

const releases: Release[] = [];
async function install(...args: Parameters<typeof Release.install>): Promise<Release> {
  const release = await Release.install(...args);
  releases.push(release);
  return release;
}
afterEach(async () => {
  for (const { name, namespace } of releases.splice(0)) {
    const selector = ['--selector', `app.kubernetes.io/instance=${name}`];
    await kubectl(['delete', '--ignore-not-found', clusterWide, ...selector]);
    await request('DELETE', `/api/v1/namespaces/${namespace}`);
  }
});

const clusterWide =
  'validatingwebhookconfigurations,mutatingwebhookconfigurations,clusterrolebindings,clusterroles';

/** Every object of a release, as `kind/name`, its own record included. */
async function objectsOf({ name, namespace }: Release): Promise<string[]> {
  const { stdout } = await kubectl(['api-resources', '--verbs=list,delete', '--output=name']);
  const kinds = stdout
    .trim()
    .split('\n')
    // What controllers make of the rest, and go away with it in a moment.
    .filter((kind) => !/^(events|endpoints|endpointslices|replicasets|pods)(\.|$)/.test(kind))
    .join(',');
  const found = await Promise.all(
    [`app.kubernetes.io/instance=${name}`, `name=${name},owner=helm`].map((selector) =>
      kubectl(['get', kinds, '-n', namespace, '--selector', selector, '--output=name']),
    ),
  );
  for (const { code, stderr } of found) if (code !== 0) throw new Error(stderr);
  return found.flatMap(({ stdout: lines }) => lines.trim().split('\n')).filter((line) => line !== '');
}

/** What Gracegate wrote, as far as it is still there. */
async function whatIsLeft(release: Release): Promise<object> {
  const bundles = await release.bundles();
  return {
    data: await release.secretData(),
    mutate: bundles['mutate.gracegate.dev'],
    enforce: bundles['enforce.gracegate.dev'],
  };
}
const everything = {
  data: written.data,
  mutate: written.caBundle,
  enforce: written.caBundle,
};

describe.each([
  ['server-side apply', ['--server-side=true']],
  ['the three-way merge of clients, as Helm 3 does it', ['--server-side=false']],
])('with %s', (_, flags) => {
  it('an upgrade leaves alone what Gracegate wrote', async () => {
    const release = await install(before, flags);
    await release.writeAsGracegate(written);
    expect(await whatIsLeft(release)).toEqual(everything);
    await release.upgrade(after, flags);
    expect(await whatIsLeft(release)).toEqual(everything);
    const bundles = await release.bundles();
    // Without a default for warn, audit has a webhook for namespaces without the label as well: a new one, and not trusted
    // until Gracegate has seen it. It ignores failures, as do all whose number depends on the defaults.
    const untrusted = Object.keys(bundles).filter((name) => bundles[name] === undefined);
    expect(untrusted.toSorted()).toEqual(['audit-enforce-off.gracegate.dev', 'audit.gracegate.dev']);
  });

  it('so does a rollback', async () => {
    const release = await install(before, flags);
    await release.writeAsGracegate(written);
    await release.upgrade(after, flags);
    await release.helm('rollback', release.name, '1');
    expect(await whatIsLeft(release)).toEqual(everything);
  });

  it('an upgrade and a rollback leave alone what the audit wrote', async () => {
    const release = await install({ ...before, audit: { enabled: true } }, flags);
    await release.writeAsAudit({ 'summary.json': '{}' });
    await release.upgrade({ ...after, audit: { enabled: true, policyReports: true } }, flags);
    expect(await release.summaryData()).toEqual({ 'summary.json': '{}' });
    await release.helm('rollback', release.name, '1');
    expect(await release.summaryData()).toEqual({ 'summary.json': '{}' });
  });

  it('an upgrade brings back configurations that somebody deleted', async () => {
    const release = await install(before, flags);
    const { code } = await kubectl(['delete', wayOut, release.name]);
    expect(code).toBe(0);
    expect(await release.configurations()).toEqual([]);
    await release.upgrade(before, flags);
    expect((await release.configurations()).map(({ kind }) => kind)).toEqual([
      'MutatingWebhookConfiguration',
      'ValidatingWebhookConfiguration',
    ]);
    expect(Object.keys(await release.bundles())).toContain('enforce.gracegate.dev');
  });

  it('an uninstall leaves nothing', async () => {
    const release = await install(before, flags);
    await release.writeAsGracegate(written);
    const objects = await objectsOf(release);
    expect(objects.length).toBeGreaterThanOrEqual(13);
    expect(objects).toContain(`secret/sh.helm.release.v1.${release.name}.v1`);
    expect(objects).toContain(`secret/${release.name}-authority`);
    await release.helm('uninstall', release.name);
    await eventually('every object to be gone', async () => (await objectsOf(release)).length === 0);
    expect(await objectsOf(release)).toEqual([]);
  });
});

it('a release of Helm 3 can be upgraded to server-side apply, and back', async () => {
  const release = await install(before, ['--server-side=false']);
  await release.writeAsGracegate(written);
  await release.upgrade(after, ['--server-side=true']);
  expect(await whatIsLeft(release)).toEqual(everything);
  await release.upgrade(before, ['--server-side=false']);
  expect(await whatIsLeft(release)).toEqual(everything);
});

it('--force-conflicts takes nothing that Gracegate wrote', async () => {
  const release = await install(before);
  await release.writeAsGracegate(written);
  await release.upgrade(after, ['--force-conflicts']);
  expect(await whatIsLeft(release)).toEqual(everything);
});

it('--force-replace empties bundles and the Secret, as the documentation says', async () => {
  const release = await install(before);
  await release.writeAsGracegate(written);
  await release.upgrade(before, ['--force-replace', '--server-side=false']);
  expect(new Set(Object.values(await release.bundles()))).toEqual(new Set([undefined]));
  expect(await release.secretData()).toBeUndefined();
});

it('the notes name what the release has: the way out and the uninstall work as they stand', async () => {
  const release = await install({});
  const { stdout } = await helm(['get', 'notes', release.name, '--namespace', release.namespace]);
  const commands = stdout.split('\n').filter((line) => line.startsWith('  kubectl '));
  expect(commands).toHaveLength(5);
  const command = commands.find((line) => line.includes(`delete ${wayOut}`)) ?? '';
  expect(await release.configurations()).toHaveLength(2);
  const { code } = await kubectl(command.trim().split(' ').slice(1));
  expect(code).toBe(0);
  expect(await release.configurations()).toEqual([]);
  const uninstall = stdout.trim().split('\n').at(-1) ?? '';
  expect((await helm(uninstall.trim().split(' ').slice(1))).code).toBe(0);
});

describe('while no replica answers', () => {
  const isRefused = async (namespace: string): Promise<boolean> => {
    const { stderr } = await kubectl(['run', 'probe', '--image=probe', '-n', namespace, '--dry-run=server']);
    return stderr.includes('failed calling webhook');
  };

  it('pods are refused in an enforcing namespace, and not in others; helm uninstall ends that', async () => {
    const release = await install({});
    const enforcing = await createNamespace({ enforce: 'baseline' });
    const other = await createNamespace();
    await eventually('the registration to be seen', () => isRefused(enforcing));
    expect(await isRefused(other)).toBe(false);
    expect(await isRefused(release.namespace)).toBe(false);
    await release.helm('uninstall', release.name);
    await eventually('the registration to be gone', async () => !(await isRefused(enforcing)));
    expect(await release.configurations()).toEqual([]);
  });

  it('the label off is a way out, although nobody answers for the namespace', async () => {
    await install({});
    const enforcing = await createNamespace({ enforce: 'baseline', mutate: 'baseline' });
    await eventually('the registration to be seen', () => isRefused(enforcing));
    const labels = ['gracegate.dev/enforce=off', 'gracegate.dev/mutate=off'];
    const { code } = await kubectl(['label', '--overwrite', 'namespace', enforcing, ...labels]);
    expect(code).toBe(0);
    await eventually('the label to count', async () => !(await isRefused(enforcing)));
  });
});

/** Refuses to delete Deployments in a namespace, until disposed of. */
async function holdDeployments(namespace: string): Promise<AsyncDisposable> {
  const name = uniqueName('hold');
  const path = '/apis/admissionregistration.k8s.io/v1';
  const group = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name } };
  await request('POST', `${path}/validatingadmissionpolicies`, {
    ...group,
    kind: 'ValidatingAdmissionPolicy',
    spec: {
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        resourceRules: [
          { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['DELETE'], resources: ['deployments'] },
        ],
      },
      validations: [{ expression: 'false', message: 'held' }],
    },
  });
  await request('POST', `${path}/validatingadmissionpolicybindings`, {
    ...group,
    kind: 'ValidatingAdmissionPolicyBinding',
    spec: { policyName: name, validationActions: ['Deny'] },
  });
  await eventually('the policy to be in force', async () => {
    const { stderr } = await kubectl(['delete', 'deployments', '--all', '-n', namespace, '--dry-run=server']);
    return stderr.includes('held');
  });
  return {
    async [Symbol.asyncDispose]() {
      await request('DELETE', `${path}/validatingadmissionpolicybindings/${name}`);
      await request('DELETE', `${path}/validatingadmissionpolicies/${name}`);
    },
  };
}

it('an uninstall that breaks off in the middle has removed the webhooks already, and can be repeated', async () => {
  const release = await install({});
  const hold = await holdDeployments(release.namespace);
  try {
    await expect(release.helm('uninstall', release.name)).rejects.toThrow('failed to delete release');
    expect(await release.configurations()).toEqual([]);
    expect(await objectsOf(release)).toContain(`deployment.apps/${release.name}`);
  } finally {
    await hold[Symbol.asyncDispose]();
  }
  await eventually('the deployment to be free again', async () => {
    const { code } = await helm(['uninstall', release.name, '--namespace', release.namespace]);
    return code === 0;
  });
  await eventually('every object to be gone', async () => (await objectsOf(release)).length === 0);
  expect(await objectsOf(release)).toEqual([]);
});

describe('when the namespace is deleted by hand', () => {
  const deleteNamespace = async ({ namespace }: Release): Promise<void> => {
    const { code, stderr } = await kubectl(['delete', 'namespace', namespace, '--timeout=60s']);
    if (code !== 0) throw new Error(stderr);
  };
  const leftOf = async ({ name }: Release): Promise<string[]> => {
    const selector = `app.kubernetes.io/name=gracegate,app.kubernetes.io/instance=${name}`;
    const { stdout } = await kubectl(['get', clusterWide, '--selector', selector, '--output=name']);
    return stdout.split('\n').filter((line) => line !== '');
  };

  it('Gracegate has the right to take the webhooks away; what is left harms nobody', async () => {
    const release = await install({});
    await release.unregisterAsGracegate();
    await deleteNamespace(release);
    expect(await leftOf(release)).toEqual([
      `clusterrolebinding.rbac.authorization.k8s.io/${release.name}`,
      `clusterrole.rbac.authorization.k8s.io/${release.name}`,
    ]);
  });

  it('with no replica that runs, the webhooks stay; the documented command removes everything', async () => {
    const release = await install({});
    await deleteNamespace(release);
    expect(await leftOf(release)).toHaveLength(4);
    const [, command = ''] =
      /kubectl (delete \S+,clusterrole [^`]+)/.exec(await readFile(`${chart}/README.md`, 'utf8')) ?? [];
    const args = command.replaceAll('\\\n', ' ').replaceAll('instance=gracegate', `instance=${release.name}`);
    const { code, stderr } = await kubectl(args.split(/\s+/).filter((word) => word !== ''));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(await leftOf(release)).toEqual([]);
  });
});
