/** PolicyReports on the API server, by the real definitions of wgpolicyk8s.io. */
import { fileURLToPath } from 'node:url';
import { kubectl } from './cluster.ts';
import { eventually } from './eventually.ts';

const files = ['policyreports', 'clusterpolicyreports'].flatMap((plural) => [
  '-f',
  fileURLToPath(new URL(`../../fixtures/schemas/wgpolicyk8s.io_${plural}.yaml`, import.meta.url)),
]);

/** Installs the definitions, and resolves when they are served. All reports go away with them. */
export async function installPolicyReports(): Promise<AsyncDisposable> {
  const { code, stderr } = await kubectl(['apply', ...files]);
  if (code !== 0) throw new Error(stderr);
  await eventually('the PolicyReport API', async () => {
    const got = await kubectl(['get', 'policyreports,clusterpolicyreports', '--all-namespaces']);
    return got.code === 0;
  });
  return {
    async [Symbol.asyncDispose]() {
      await kubectl(['delete', '--ignore-not-found', ...files]);
    },
  };
}
