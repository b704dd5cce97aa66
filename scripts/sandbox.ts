/**
 * `npm run sandbox`: a real etcd, kube-apiserver and kube-controller-manager with Gracegate registered, to play with.
 * Ctrl-C ends and removes all of it.
 */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import getPort from 'get-port';
import { runOrThrow } from '../test/cluster/command.ts';
import { startControlPlane } from '../test/cluster/control-plane.ts';
import { createRun } from '../test/cluster/run.ts';

const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);

await import('./build.ts');
process.stderr.write('Starting etcd, kube-apiserver and kube-controller-manager ...\n');
const controlPlane = await startControlPlane();
const run = await createRun();
try {
  const certs = join(run.directory.path, 'certs');
  await mkdir(certs);
  const gracegate = (...args: string[]) =>
    runOrThrow(process.execPath, ['dist/main.js', ...args], { timeoutMs: 30_000 });
  await gracegate('certs', '--dir', certs, '--host', 'localhost,127.0.0.1');
  const [port, healthPort] = [await getPort(), await getPort()];
  const server = await run.start({
    name: 'gracegate',
    command: process.execPath,
    args: [
      ...['dist/main.js', 'serve', '--host', '127.0.0.1', '--kubeconfig', controlPlane.kubeconfig],
      ...['--port', String(port), '--health-port', String(healthPort)],
      ...['--tls-cert', join(certs, 'tls.crt'), '--tls-key', join(certs, 'tls.key')],
    ],
  });
  const isReady = async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok;
  await server.waitUntil('readiness', isReady, 30_000);
  const url = `https://127.0.0.1:${port}`;
  await gracegate(
    'register',
    '--url',
    url,
    '--ca-file',
    join(certs, 'ca.crt'),
    '--kubeconfig',
    controlPlane.kubeconfig,
  );
  for (const args of [
    ['create', 'namespace', 'shop'],
    ['label', 'namespace', 'shop', 'gracegate.dev/mutate=baseline', 'gracegate.dev/enforce=baseline'],
    ['create', 'namespace', 'legacy'],
    ['create', '-n', 'legacy', '-f', 'examples/deployment-refused.yaml'],
  ]) {
    const { code, stderr } = await controlPlane.kubectl(args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  }
  process.stdout.write(
    [
      `Kubernetes ${controlPlane.version} with Gracegate registered. In another terminal:`,
      '',
      `  export KUBECONFIG=${controlPlane.kubeconfig}`,
      '',
      '1. A refusal: no CPU request, no probes.',
      '  kubectl apply -n shop -f examples/deployment-refused.yaml',
      '',
      '2. A Deployment that passes, and its pod with what was patched in (no nodes here: it stays Pending).',
      '  kubectl apply -n shop -f examples/deployment-accepted.yaml',
      '  kubectl get pods -n shop -o yaml',
      '',
      '3. What would break in a namespace that is not enforced yet? Nothing is changed.',
      '  kubectl label --dry-run=server --overwrite namespace legacy gracegate.dev/enforce=baseline',
      '',
      `The log of Gracegate: ${relative('', server.logFile)}`,
      'Ctrl-C ends and removes all of it.',
      '',
    ].join('\n'),
  );
  await interrupted;
  process.stderr.write('Ending ...\n');
} finally {
  await run.stop({ keepLogs: false });
  await controlPlane.stop();
}
process.exit(0);
