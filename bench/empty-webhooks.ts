/** The floor under every webhook: one mutating and one validating that only say yes, answered by the bare server. */
import type { ControlPlane } from '../test/cluster/control-plane.ts';
import { create } from './kube-objects.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';

/** Registers both for the namespaces with a label. */
export async function registerEmptyWebhooks(
  controlPlane: ControlPlane,
  matchLabels: Readonly<Record<string, string>>,
  { url, ca }: { readonly url: string; readonly ca: string },
): Promise<void> {
  const webhook = (name: string) => ({
    name,
    clientConfig: { url, caBundle: Buffer.from(ca).toString('base64') },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    namespaceSelector: { matchLabels },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    failurePolicy: 'Fail',
  });
  for (const [kind, name] of [
    ['MutatingWebhookConfiguration', mutating],
    ['ValidatingWebhookConfiguration', validating],
  ] as const) {
    await create(controlPlane, `/apis/${apiVersion}/${kind.toLowerCase()}s`, {
      apiVersion,
      kind,
      metadata: { name: 'empty' },
      webhooks: [webhook(name)],
    });
  }
}

const mutating = 'mutate.empty.bench';
const validating = 'validate.empty.bench';

/** How often the API server has called each of the two. They leave no trace in a pod that would tell. */
export async function emptyWebhookCalls({ request }: ControlPlane): Promise<readonly [number, number]> {
  const { body } = await request<string>('GET', '/metrics');
  const calls = (name: string): number =>
    body
      .split('\n')
      .filter(
        (line) => line.startsWith('apiserver_admission_webhook_request_total{') && line.includes(`"${name}"`),
      )
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  return [calls(mutating), calls(validating)];
}
