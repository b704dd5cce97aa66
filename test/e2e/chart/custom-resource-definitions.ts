/** The real CustomResourceDefinitions of cert-manager and the Prometheus operator, out of their Go modules. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow } from '../../cluster/command.ts';
import { kubectl, request } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const modules = [
  {
    module: 'github.com/cert-manager/cert-manager@v1.21.2',
    files: ['certificates', 'issuers'].map((kind) => `deploy/crds/cert-manager.io_${kind}.yaml`),
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    files: ['servicemonitors', 'prometheusrules'].map(
      (kind) => `example/prometheus-operator-crd/monitoring.coreos.com_${kind}.yaml`,
    ),
  },
];

/** What the API server serves of them. */
const groupVersions = ['cert-manager.io/v1', 'monitoring.coreos.com/v1'];

const downloadTimeoutMs = 5 * 60_000;

/** Go keeps what it has downloaded, so only the first run needs the network. */
async function manifests(): Promise<string> {
  const texts: string[] = [];
  for (const { module, files } of modules) {
    const answer = await runOrThrow('go', ['mod', 'download', '-json', module], {
      timeoutMs: downloadTimeoutMs,
      env: { ...process.env, GO111MODULE: 'on', GOWORK: 'off', GOFLAGS: '' },
    });
    const { Dir } = JSON.parse(answer) as { Dir: string };
    texts.push(...(await Promise.all(files.map((file) => readFile(join(Dir, file), 'utf8')))));
  }
  return texts.join('\n---\n');
}

/** Installs them, and resolves when they are served and described. */
export async function installCustomResources(): Promise<AsyncDisposable> {
  const input = await manifests();
  // Client-side apply would keep each whole one in an annotation, which is too small for some.
  const { code, stderr } = await kubectl(['apply', '--server-side', '-f', '-'], { input });
  if (code !== 0) throw new Error(stderr);
  for (const groupVersion of groupVersions) {
    await eventually(`${groupVersion} to be described`, async () => {
      const { status } = await request('GET', `/openapi/v3/apis/${groupVersion}`);
      return status === 200;
    });
  }
  return {
    async [Symbol.asyncDispose]() {
      await kubectl(['delete', '--ignore-not-found', '-f', '-'], { input });
    },
  };
}
