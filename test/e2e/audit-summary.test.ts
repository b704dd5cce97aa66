/** The numbers of `gracegate audit --write-metrics`, shown by a server that has the rights of the chart. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRun, type Run } from '../cluster/run.ts';
import { render } from './chart/helm.ts';
import { cluster, createNamespace, kubectl } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { gracegate } from './support/gracegate.ts';
import { deployment, manifest } from './support/manifests.ts';
import { kubeconfigOf } from './support/service-account.ts';

const inNamespace = (namespace: string, object: { readonly metadata: object }) => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

let run: Run;
let shop: string;
let place: string;
let health: string;
let isPassed = false;

beforeAll(async () => {
  run = await createRun();
  shop = await createNamespace();
  const own = await createNamespace();
  place = `${own}/${own}-audit`;
  const objects = await render({ fullnameOverride: own, audit: { enabled: true } }, own);
  const account = await kubeconfigOf(own, own, objects);
  const configMaps = objects.filter(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === `${own}-audit`,
  );
  const input = manifest(...configMaps, inNamespace(shop, deployment({})));
  expect(await kubectl(['apply', '-f', '-'], { input })).toMatchObject({ code: 0 });
  const certs = join(run.directory.path, 'certs');
  await mkdir(certs);
  await gracegate(['certs', '--dir', certs, '--host', '127.0.0.1']);
  const [port, healthPort] = [await getPort(), await getPort()];
  health = `http://127.0.0.1:${healthPort}`;
  const server = await run.start({
    name: 'gracegate',
    command: process.execPath,
    args: [
      ...['dist/main.js', 'serve', '--kubeconfig', account, '--lame-duck', '0'],
      ...['--host', '127.0.0.1', '--port', String(port), '--health-port', String(healthPort)],
      ...['--tls-cert', join(certs, 'tls.crt'), '--tls-key', join(certs, 'tls.key')],
      ...['--audit-summary', place],
    ],
  });
  await server.waitUntil('readiness', async () => (await fetch(`${health}/readyz`)).ok, 30_000);
  isPassed = true;
});
afterAll(() => run.stop({ keepLogs: !isPassed }));

const audit = (...args: string[]) =>
  gracegate([
    ...['audit', '--cluster', '--kubeconfig', cluster.kubeconfig, '-n', shop, '--fail-on', 'none'],
    ...['--write-metrics', place, ...args],
  ]);

const awaitedSince = 'gracegate_audit_awaited_since_seconds';

async function shownWithAwaited(): Promise<string[]> {
  const text = await (await fetch(`${health}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith('gracegate_audit_'));
}

/** The numbers of an audit. */
async function shown(): Promise<string[]> {
  return (await shownWithAwaited()).filter((line) => !line.startsWith(awaitedSince));
}

async function made(): Promise<number> {
  const [namespace = '', name = ''] = place.split('/');
  const field = 'jsonpath={.metadata.creationTimestamp}';
  const { stdout } = await kubectl(['get', 'configmap', name, '-n', namespace, '-o', field]);
  return Date.parse(stdout) / 1000;
}

const violation = (profile: string): string =>
  `gracegate_audit_violations{profile="${profile}",resource_namespace="${shop}",check="cpu-request",action="deny"} 1`;

async function patch(data: unknown): Promise<void> {
  const [namespace = '', name = ''] = place.split('/');
  const body = JSON.stringify({ data });
  const { code, stderr } = await kubectl([
    ...['patch', 'configmap', name, '-n', namespace, '--type=merge', '--patch', body],
  ]);
  if (code !== 0) throw new Error(stderr);
}

it('an empty ConfigMap has none, and says since when they are awaited', async () => {
  const expected = [`${awaitedSince} ${await made()}`];
  await eventually('the ConfigMap to be seen', async () => (await shownWithAwaited()).length > 0);
  expect(await shownWithAwaited()).toEqual(expected);
});

it('those of the last audit are shown, by its profile', async () => {
  expect(await audit()).toMatchObject({ code: 0, stderr: expect.stringContaining(place) });
  await eventually('the numbers', async () => (await shown()).includes(violation('baseline')));
  const began = Math.floor(Date.now() / 1000);
  expect(await audit('--profile', 'strict')).toMatchObject({ code: 0 });
  await eventually('other numbers', async () => (await shown()).includes(violation('strict')));
  const lines = await shown();
  expect(lines).not.toContain(violation('baseline'));
  expect(lines).toContain('gracegate_audit_errors{profile="strict"} 0');
  const finished = lines.find((line) =>
    line.startsWith('gracegate_audit_timestamp_seconds{profile="strict"}'),
  );
  expect(Number(finished?.split(' ')[1])).toBeGreaterThanOrEqual(began);
  expect(lines).toEqual(await shownWithAwaited());
});

it('they go away with what somebody writes over them, and come back with the next audit', async () => {
  for (const text of ['{', '{}', '']) {
    await audit();
    await eventually('the numbers', async () => (await shown()).includes(violation('baseline')));
    await patch({ 'summary.json': text });
    await eventually('the numbers to be gone', async () => (await shown()).length === 0);
    expect((await fetch(`${health}/readyz`)).status).toBe(200);
  }
});

it('they go away when the key is emptied, and when the ConfigMap is deleted', async () => {
  await audit();
  await eventually('the numbers', async () => (await shown()).includes(violation('baseline')));
  await patch(null);
  await eventually('the numbers to be gone', async () => (await shown()).length === 0);
  expect(await shownWithAwaited()).toEqual([`${awaitedSince} ${await made()}`]);
  await audit();
  await eventually('the numbers', async () => (await shown()).includes(violation('baseline')));
  const [namespace = '', name = ''] = place.split('/');
  await kubectl(['delete', 'configmap', name, '-n', namespace]);
  await eventually('the numbers to be gone', async () => (await shownWithAwaited()).length === 0);
  expect((await fetch(`${health}/readyz`)).status).toBe(200);
});

it('an audit says when there is no ConfigMap to write into', async () => {
  const { code, stderr } = await audit();
  const [namespace = '', name = ''] = place.split('/');
  expect(stderr).toBe(
    `gracegate: there is no ConfigMap ${place}; make an empty one: kubectl create configmap ${name} --namespace ${namespace}\n`,
  );
  expect(code).toBe(2);
});
