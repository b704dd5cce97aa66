/** Replicas of Gracegate in which everything that is counted has happened once. */
import { readFile, writeFile } from 'node:fs/promises';
import { Agent, request as httpsRequest } from 'node:https';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import getPort from 'get-port';
import type { Run } from '../../cluster/run.ts';
import { cluster, createNamespace, kubectl, label } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { gracegate as runGracegate, type Gracegate } from '../support/gracegate.ts';
import { cleanContainer, deployment, hooklessContainer, manifest, pod } from '../support/manifests.ts';

/** With a check that the author of a workload may exempt a pod from. */
export const config = `
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
profiles:
  lenient: { extends: baseline, checks: { cpu-request: { exemptible: true } } }
`;

/** A ConfigMap for the numbers of audits, as `serve --audit-summary` takes it, in which there are none. */
export async function awaitAudit(): Promise<string> {
  const namespace = await createNamespace();
  const { code, stderr } = await kubectl(['create', 'configmap', 'audit', '-n', namespace]);
  if (code !== 0) throw new Error(stderr);
  return `${namespace}/audit`;
}

/** The same with the numbers of an audit of a namespace where something is wrong. */
export async function auditOnce(): Promise<string> {
  const place = await awaitAudit();
  const [namespace = ''] = place.split('/');
  await applyOrThrow(namespace, deployment({}), 0);
  const { code, stderr } = await runGracegate([
    ...['audit', '--cluster', '--kubeconfig', cluster.kubeconfig, '-n', namespace],
    ...['--fail-on', 'none', '--write-metrics', place],
  ]);
  if (code !== 0) throw new Error(stderr);
  return place;
}

/**
 * A replica beside one that is registered: with the same certificate, and with an eye on the CA bundles and on the numbers
 * of an audit.
 * @returns the `host:port` of its metrics
 */
export async function startReplica(
  run: Run,
  { caFile, configFile }: Gracegate,
  auditSummary: string,
): Promise<string> {
  const certs = dirname(caFile);
  const [port, healthPort] = [await getPort(), await getPort()];
  const server = await run.start({
    name: `replica-${port}`,
    command: process.execPath,
    args: [
      'dist/main.js',
      'serve',
      ...['--host', '127.0.0.1', '--port', String(port), '--health-port', String(healthPort)],
      ...['--tls-cert', join(certs, 'tls.crt'), '--tls-key', join(certs, 'tls.key')],
      ...['--config', configFile, '--kubeconfig', cluster.kubeconfig, '--lame-duck', '1'],
      ...['--webhook-configuration', 'gracegate', '--audit-summary', auditSummary],
    ],
  });
  const host = `127.0.0.1:${healthPort}`;
  await server.waitUntil('readiness', async () => (await fetch(`http://${host}/readyz`)).ok, 30_000);
  return host;
}

/** Once each: a refusal, a warning, an audit finding, an exemption, a mutation, a namespace's label, a bad call, reloads. */
export async function keepBusy(gracegate: Gracegate): Promise<void> {
  const clean = { containers: [cleanContainer] };
  const exempt = {
    'gracegate.dev/exempt': 'cpu-request',
    'gracegate.dev/exempt-reason': 'a test of metrics',
  };
  const { resources: _none, ...withoutRequest } = cleanContainer;
  await apply({ enforce: 'baseline', mutate: 'baseline' }, deployment({}), 1);
  await apply({ enforce: 'baseline' }, deployment({ ...clean, replicas: 2 }), 0);
  await apply({ enforce: 'lenient' }, deployment({ containers: [withoutRequest], annotations: exempt }), 0);
  await apply({ mutate: 'baseline' }, pod({ containers: [hooklessContainer] }), 0);
  await apply({ warn: 'baseline' }, deployment({}), 0);
  await apply({ audit: 'baseline' }, deployment({}), 0);
  await label(await createNamespace({ warn: 'baseline' }), 'enforce=baseline');
  await callBadly(gracegate);
  await reload(gracegate, `${config}  another: { extends: baseline }\n`, 'taken');
  await reload(gracegate, 'not a configuration', 'refused');
}

async function apply(
  labels: Readonly<Record<string, string>>,
  object: object,
  expected: number,
): Promise<void> {
  await applyOrThrow(await createNamespace(labels), object, expected);
}

/** @param expected the exit code */
async function applyOrThrow(namespace: string, object: object, expected: number): Promise<void> {
  const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], { input: manifest(object) });
  if (code !== expected) throw new Error(`kubectl apply ended with ${code}: ${stderr}`);
}

async function callBadly({ url, caFile }: Gracegate): Promise<void> {
  const agent = new Agent({ ca: await readFile(caFile) });
  const call = httpsRequest(`${url}/mutate`, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json' },
  });
  call.end('not a review');
  const [answer] = await once(call, 'response');
  agent.destroy();
  if (answer.statusCode !== 400) throw new Error(`a bad call was answered with ${answer.statusCode}`);
}

async function reload({ configFile, healthUrl }: Gracegate, text: string, result: string): Promise<void> {
  await writeFile(configFile, text);
  const sample = `gracegate_reloads_total{what="configuration",result="${result}"} `;
  await eventually(`a reload to be ${result}`, async () =>
    (await (await fetch(`${healthUrl}/metrics`)).text())
      .split('\n')
      .some((line) => line.startsWith(sample) && !line.endsWith(' 0')),
  );
}
