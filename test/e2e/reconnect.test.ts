/** The API server goes away and comes back: the caches follow again by themselves, and a start waits for it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { cluster, createNamespace, kubectl, label } from './support/cluster.ts';
import { startDetached, type Detached } from './support/detached.ts';
import { eventually } from './support/eventually.ts';
import { startProxy, type Proxy } from './support/proxy.ts';
import { askForVerdict } from './support/verdict.ts';

let proxy: Proxy;
let server: Detached | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
  proxy.close();
});

async function throughProxy(): Promise<string> {
  proxy = await startProxy(new URL(cluster.url));
  const file = join(cluster.dir, `proxied-${proxy.port}.kubeconfig`);
  await writeFile(
    file,
    (await readFile(cluster.kubeconfig, 'utf8')).replaceAll(cluster.url, `https://127.0.0.1:${proxy.port}`),
  );
  return file;
}

it('follows label changes again after every connection was cut for a while', async () => {
  server = await startDetached({ kubeconfig: await throughProxy() });
  const running = server;
  const namespace = await createNamespace({ enforce: 'strict' });
  await eventually('the first label', async () =>
    (await askForVerdict(running, namespace)).message.includes('profile strict'),
  );
  proxy.cut();
  await label(namespace, 'enforce=baseline');
  // What is cached still answers, but before a refusal the API server is asked, and it does not answer: fail closed.
  expect((await askForVerdict(running, namespace)).message).toContain('could not judge Deployment');
  proxy.heal();
  await eventually('the changed label', async () =>
    (await askForVerdict(running, namespace)).message.includes('profile baseline'),
  );
  const metrics = await (await fetch(`${running.healthUrl}/metrics`)).text();
  expect(metrics).toMatch(/^gracegate_watch_errors_total\{resource="namespaces"\} [1-9]/m);
});

/**
 * The bound that README states: a connection that is silent for 30 s is given up, and a new list takes a moment. Only
 * warnings can be that old; before a refusal the labels are read live.
 */
const staleSeconds = 45;

it(`answers by labels that are at most ${staleSeconds} s old when connections fall silent`, async () => {
  server = await startDetached({ kubeconfig: await throughProxy() });
  const running = server;
  const namespace = await createNamespace({ warn: 'strict' });
  const says = async (profile: string): Promise<boolean> => {
    const { warnings } = await askForVerdict(running, namespace, 'warn');
    return warnings.some((warning) => warning.startsWith(`gracegate/${profile}: `));
  };
  await eventually('the first label', () => says('strict'));
  proxy.freeze();
  await label(namespace, 'warn=baseline');
  // Nobody has told it yet: this is what the bound is for.
  expect(await says('strict')).toBe(true);
  await eventually('the changed label', () => says('baseline'), staleSeconds * 1000);
});

it('starts without an API server, unready, and becomes ready when there is one', async () => {
  const kubeconfig = await throughProxy();
  proxy.cut();
  server = await startDetached({ kubeconfig, isReady: false });
  const { healthUrl } = server;
  const readiness = async () => (await fetch(`${healthUrl}/readyz`)).text();
  expect(await readiness()).toBe('waiting for the caches to fill\n');
  expect((await fetch(`${healthUrl}/healthz`)).status).toBe(200);
  proxy.heal();
  await eventually('readiness', async () => (await readiness()) === 'ok\n');
  expect((await kubectl(['get', 'namespaces'])).code).toBe(0);
});
