/** The namespaces that are compared, each with something else between a pod and its creation. */
import type { ControlPlane } from '../test/cluster/control-plane.ts';
import { runOrThrow } from '../test/cluster/command.ts';
import type { Run } from '../test/cluster/run.ts';
import { eventually } from '../test/e2e/support/eventually.ts';
import { emptyWebhookCalls, registerEmptyWebhooks } from './empty-webhooks.ts';
import { createNamespace } from './kube-objects.ts';
import { baselineLabels } from './namespace.ts';
import { installPolicies } from './policies.ts';
import { badPods, goodPod, isPatched } from './pods.ts';
import type { Pod } from './reviews.ts';
import { issueCertificates, startBareServer, startGracegate } from './servers.ts';

export const setUpNames = ['none', 'gracegate', 'policies', 'empty webhooks'] as const;
export type SetUpName = (typeof setUpNames)[number];

export interface SetUp {
  readonly name: SetUpName;
  readonly namespace: string;
}

const registerTimeoutMs = 30_000;

/** Makes all four and has each show once that it really acts, or really does nothing. */
export async function installSetUps(
  controlPlane: ControlPlane,
  run: Run,
  bundle: string,
): Promise<readonly SetUp[]> {
  const certificates = await issueCertificates(bundle, run);
  const { kubeconfig } = controlPlane;

  await namespace(controlPlane, 'none', {});
  await namespace(controlPlane, 'gracegate', baselineLabels);
  const gracegate = await startGracegate(run, bundle, certificates, { kubeconfig });
  const registration = ['--url', gracegate.url, '--ca-file', certificates.caFile, '--kubeconfig', kubeconfig];
  await runOrThrow(process.execPath, [bundle, 'register', ...registration], { timeoutMs: registerTimeoutMs });

  const policies = { bench: 'policies' };
  await namespace(controlPlane, 'policies', policies);
  await installPolicies(controlPlane, policies);

  const empty = { bench: 'empty' };
  await namespace(controlPlane, 'empty-webhooks', empty);
  const bare = await startBareServer(run, certificates);
  await registerEmptyWebhooks(controlPlane, empty, { url: bare.url, ca: certificates.ca });

  // An API server takes a moment to notice a policy or a registration.
  await eventually('Gracegate to act', () => acts(controlPlane, 'gracegate'));
  await eventually('the policies to act', () => acts(controlPlane, 'policies'));
  await eventually('the empty webhooks to be called', () => isCalled(controlPlane, 'empty-webhooks'));
  if (!(await doesNothing(controlPlane, 'none')))
    throw new Error('something acts in the namespace without any');
  return setUpNames.map((name) => ({ name, namespace: name.replace(' ', '-') }));
}

/** Creates a pod in a dry run. Resolves to the pod that came back, or undefined when it was refused. */
export async function dryRunCreate(
  { request }: ControlPlane,
  namespaceName: string,
  pod: Pod | string,
): Promise<Pod | undefined> {
  const path = `/api/v1/namespaces/${namespaceName}/pods?dryRun=All`;
  const { status, body } = await request<Pod>('POST', path, pod);
  if (status === 201) return body;
  // 403 is what webhooks and 422 what policies refuse with.
  if (status === 403 || status === 422) return undefined;
  throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
}

async function namespace(
  controlPlane: ControlPlane,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  await createNamespace(controlPlane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

/** Every bad pod is refused, and the good one comes back patched. */
async function acts(controlPlane: ControlPlane, namespaceName: string): Promise<boolean> {
  for (const pod of await badPods()) {
    if ((await dryRunCreate(controlPlane, namespaceName, pod)) !== undefined) return false;
  }
  const created = await dryRunCreate(controlPlane, namespaceName, await goodPod());
  return created !== undefined && isPatched(created);
}

/** Every pod passes as it was sent. */
async function doesNothing(controlPlane: ControlPlane, namespaceName: string): Promise<boolean> {
  for (const pod of [await goodPod(), ...(await badPods())]) {
    const created = await dryRunCreate(controlPlane, namespaceName, pod);
    if (created === undefined || isPatched(created)) return false;
  }
  return true;
}

/** Every pod passes as it was sent, and for each both webhooks were called. */
async function isCalled(controlPlane: ControlPlane, namespaceName: string): Promise<boolean> {
  const before = await emptyWebhookCalls(controlPlane);
  const passes = await doesNothing(controlPlane, namespaceName);
  const after = await emptyWebhookCalls(controlPlane);
  return passes && after.every((calls, index) => calls > (before[index] ?? 0));
}
