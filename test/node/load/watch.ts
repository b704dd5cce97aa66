/**
 * Sees what happens to the pods of a namespace: every watch event of its Pods and EndpointSlices as it arrives, and, by
 * looking often, to which of them the node's rules route. It makes READY_FILE when it has begun to see.
 * usage: watch.ts KUBECONFIG NAMESPACE READY_FILE STOP_FILE RESULT_FILE
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { IncomingMessage } from 'node:http';
import { credentialsOf } from './credentials.ts';
import { routedAddresses, type Observed, type Routes, type WatchEvent } from './observed.ts';

const LOOK_EVERY_MS = 50;
const RESOURCES = [
  '/api/v1/namespaces/NAMESPACE/pods',
  '/apis/discovery.k8s.io/v1/namespaces/NAMESPACE/endpointslices',
];

const [file = '', namespace = '', ready = '', stop = '', result = ''] = process.argv.slice(2);
const { server, tls } = await credentialsOf(file);

const events: WatchEvent[] = [];
const routes: Routes[] = [];

const watches = await Promise.all(RESOURCES.map((path) => watch(path.replace('NAMESPACE', namespace))));
await look();
await writeFile(ready, '');
while (!existsSync(stop)) {
  await delay(LOOK_EVERY_MS);
  await look();
}
for (const end of watches) end();
const observed: Observed = { events, routes };
await writeFile(`${result}.draft`, JSON.stringify(observed));
await rename(`${result}.draft`, result);

/** Without a resourceVersion the server sends what is there first. Resolves to a function that ends it. */
async function watch(path: string): Promise<() => void> {
  const outgoing = request(`${server}${path}?watch=true`, tls);
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  if (incoming.statusCode !== 200) throw new Error(`watch of ${path}: HTTP ${incoming.statusCode}`);
  const lines = createInterface(incoming);
  let isEnding = false;
  lines.on('line', (line) => {
    const { type, object } = JSON.parse(line) as WatchEvent;
    if (!['ADDED', 'MODIFIED', 'DELETED'].includes(type)) throw new Error(`watch of ${path}: ${line}`);
    events.push({ at: Date.now(), type, object });
  });
  // What happens afterwards would be missing in the result: better none at all.
  lines.on('close', () => {
    if (!isEnding) throw new Error(`watch of ${path}: ended by the server`);
  });
  outgoing.on('error', (error) => {
    if (!isEnding) throw error;
  });
  return () => {
    isEnding = true;
    lines.close();
    outgoing.destroy();
  };
}

async function look(): Promise<void> {
  const { stdout } = await promisify(execFile)('iptables-save', ['-t', 'nat']);
  const at = Date.now();
  const addresses = routedAddresses(stdout, namespace);
  if (addresses.join() !== routes.at(-1)?.addresses.join()) routes.push({ at, addresses });
}
