/** Starts what is measured: the bundle as it is shipped, and the bare server, each a process of its own. */
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { runOrThrow } from '../test/cluster/command.ts';
import type { ManagedProcess } from '../test/cluster/process.ts';
import type { Run } from '../test/cluster/run.ts';
import { ask } from './ask.ts';

/** One certificate for both servers, or TLS would cost them differently. */
export interface Certificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM. */
  readonly ca: string;
}

export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface Gracegate extends Server {
  /** Milliseconds from the start of the process to the first 200 of /readyz. */
  readonly readyMs: number;
  /** Reviews until now that it could not judge. They are answered with 200, so the load generator takes them for good. */
  readonly failedReviews: () => Promise<number>;
}

/** Where Gracegate gets its namespaces from. */
export type Source = { readonly namespaces: string } | { readonly kubeconfig: string };

const startTimeoutMs = 30_000;
const stopGraceMs = 3000;
/** Finer than what is measured, and still rare enough not to take CPU from the start. */
const pollMs = 4;
/** After so long the caller looks whether the process is still there. */
const pollWindowMs = 500;

export async function issueCertificates(bundle: string, run: Run): Promise<Certificates> {
  const dir = join(run.directory.path, 'certs');
  await runOrThrow(process.execPath, [bundle, 'certs', '--dir', dir, '--host', 'localhost,127.0.0.1'], {
    timeoutMs: startTimeoutMs,
  });
  const caFile = join(dir, 'ca.crt');
  return {
    caFile,
    certFile: join(dir, 'tls.crt'),
    keyFile: join(dir, 'tls.key'),
    ca: await readFile(caFile, 'utf8'),
  };
}

export async function startBareServer(run: Run, certificates: Certificates): Promise<Server> {
  const port = await getPort();
  const server = await run.start({
    name: 'bare-server',
    command: process.execPath,
    args: [
      fileURLToPath(new URL('bare-server.ts', import.meta.url)),
      String(port),
      certificates.certFile,
      certificates.keyFile,
    ],
  });
  const url = `https://127.0.0.1:${port}`;
  const answers = async () =>
    (await ask(url, certificates.ca, '{"request":{"uid":"start"}}')).response?.uid === 'start';
  await server.waitUntil('its first answer', answers, startTimeoutMs);
  return serverOf(server, url);
}

/** Its log goes to a file, one line for each refusal. */
export async function startGracegate(
  run: Run,
  bundle: string,
  certificates: Certificates,
  source: Source,
): Promise<Gracegate> {
  const [port, healthPort] = [await getPort(), await getPort()];
  const address = ['--host', '127.0.0.1', '--port', String(port), '--health-port', String(healthPort)];
  const tls = ['--tls-cert', certificates.certFile, '--tls-key', certificates.keyFile];
  const from =
    'namespaces' in source ? ['--namespaces', source.namespaces] : ['--kubeconfig', source.kubeconfig];
  const started = performance.now();
  const server = await run.start({
    name: 'gracegate',
    command: process.execPath,
    args: [bundle, 'serve', ...address, ...tls, ...from, '--lame-duck', '0'],
  });
  await server.waitUntil('readiness', () => becomesReady(healthPort), startTimeoutMs);
  const readyMs = performance.now() - started;
  const failedReviews = () => countFailures(`http://127.0.0.1:${healthPort}/metrics`);
  return { ...serverOf(server, `https://127.0.0.1:${port}`), readyMs, failedReviews };
}

function serverOf(managed: ManagedProcess, url: string): Server {
  return { url, pid: managed.pid, stop: () => managed.stop(stopGraceMs) };
}

async function countFailures(metricsUrl: string): Promise<number> {
  const metrics = await (await fetch(metricsUrl)).text();
  const counts = metrics.matchAll(/^gracegate_reviews_total\{[^}]*decision="error"[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Asks every few milliseconds. Gives up after a while, so that a process that has ended is noticed. */
async function becomesReady(port: number): Promise<boolean> {
  const deadline = performance.now() + pollWindowMs;
  while (performance.now() < deadline) {
    if (await isReady(port)) return true;
    await sleep(pollMs);
  }
  return false;
}

function isReady(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  }).on('error', () => resolve(false));
  return promise;
}
