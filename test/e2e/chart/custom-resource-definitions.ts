/** The real CustomResourceDefinitions of cert-manager and the Prometheus operator, out of their Go modules. */
import { goModuleFiles } from '../../cluster/go-module-files.ts';
import { CERT_MANAGER_VERSION } from '../../cluster/versions.ts';
import { kubectl, request } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const definitions = [
  [
    `github.com/cert-manager/cert-manager@v${CERT_MANAGER_VERSION}`,
    'deploy/crds',
    /_(certificates|issuers)\.yaml$/,
  ],
  [
    'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    'example/prometheus-operator-crd',
    /_(servicemonitors|prometheusrules)\.yaml$/,
  ],
] as const;

/** What the API server serves of them. */
const groupVersions = ['cert-manager.io/v1', 'monitoring.coreos.com/v1'];

async function manifests(): Promise<string> {
  const texts: string[] = [];
  for (const [module, folder, names] of definitions)
    texts.push(...(await goModuleFiles(module, folder, names)));
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
