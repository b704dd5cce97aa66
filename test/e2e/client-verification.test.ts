/**
 * Only the API server is heard: one that shows a client certificate, as --admission-control-config-file tells it to.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#authenticate-apiservers
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts';
import { issueControlPlanePki } from '../cluster/pki.ts';
import { gracegate } from './support/gracegate.ts';
import { startDetached, type Detached } from './support/detached.ts';
import { eventually } from './support/eventually.ts';
import { askForVerdict } from './support/verdict.ts';

/** The name in the certificate that the API server shows. */
const name = 'gracegate-test-admin';

let dir: string;
let controlPlane: ControlPlane;
let running: Detached | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gracegate-clients-'));
  const { caCertificate, admin } = await issueControlPlanePki();
  const at = (file: string): string => join(dir, file);
  const configuration = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: ['ValidatingAdmissionWebhook', 'MutatingAdmissionWebhook'].map((plugin) => ({
      name: plugin,
      configuration: {
        apiVersion: 'apiserver.config.k8s.io/v1',
        kind: 'WebhookAdmissionConfiguration',
        kubeConfigFile: at('webhooks.kubeconfig'),
      },
    })),
  };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    users: [{ name: '*', user: { 'client-certificate': at('client.crt'), 'client-key': at('client.key') } }],
  };
  await Promise.all([
    writeFile(at('ca.crt'), caCertificate),
    writeFile(at('client.crt'), admin.certificate),
    writeFile(at('client.key'), admin.key),
    writeFile(at('webhooks.kubeconfig'), JSON.stringify(kubeconfig)),
    writeFile(at('admission.json'), JSON.stringify(configuration)),
  ]);
  controlPlane = await startControlPlane({
    extraApiserverArgs: [`--admission-control-config-file=${at('admission.json')}`],
  });
});
afterAll(async () => {
  await running?.stop();
  await controlPlane.stop();
  await rm(dir, { recursive: true, force: true });
});

/** What kubectl says of a bare pod in a namespace that is enforced. */
async function verdict(): Promise<string> {
  const { stderr } = await controlPlane.kubectl(['run', 'bare', '--image=a', '--dry-run=server']);
  return stderr;
}

async function start(...args: readonly string[]): Promise<Detached> {
  await running?.stop();
  running = await startDetached({
    kubeconfig: controlPlane.kubeconfig,
    args: ['--client-ca', join(dir, 'ca.crt'), ...args],
  });
  const { code, stderr } = await gracegate([
    ...['register', '--url', running.url, '--ca-file', running.caFile],
    ...['--kubeconfig', controlPlane.kubeconfig],
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  await controlPlane.kubectl([
    'label',
    '--overwrite',
    'namespace',
    'default',
    'gracegate.dev/enforce=baseline',
  ]);
  return running;
}

it('the API server is heard by its certificate, and nobody without one', async () => {
  const server = await start('--client-name', `another,${name}`);
  await eventually('a verdict', async () =>
    (await verdict()).includes('would not start, scale and stop safely'),
  );
  await expect(askForVerdict(server)).rejects.toThrow(/certificate required|ECONNRESET|hang up/);
});

it('a certificate with another name is refused, and kubectl says that the webhook could not be called', async () => {
  const server = await start('--client-name', 'another');
  await eventually('a refusal', async () => (await verdict()).includes('failed calling webhook'));
  const metrics = await (await fetch(`${server.healthUrl}/metrics`)).text();
  expect(metrics).toMatch(/^gracegate_bad_requests_total\{code="unknown-client"\} [1-9]/m);
});
