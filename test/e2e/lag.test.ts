/** Namespace, LimitRange and Deployments in one apply: the caches of the API server and our own lag behind. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kubectl, uniqueName } from './support/cluster.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { deployment, manifest, strictContainer } from './support/manifests.ts';

let gracegate: Gracegate;
beforeAll(async () => {
  gracegate = await startGracegate();
});
afterAll(() => gracegate.stop());

const rounds = 100;
const atOnce = 4;

it(`gives the right verdict ${rounds} times out of ${rounds}`, async () => {
  const failures: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < rounds) {
      next += 1;
      failures.push(...(await oneApply()));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  expect(failures).toEqual([]);
}, 180_000);

/** Returns what was wrong with the verdicts. */
async function oneApply(): Promise<string[]> {
  const namespace = uniqueName('lag');
  const { resources: _, ...withoutResources } = strictContainer;
  const tooLarge = {
    ...strictContainer,
    resources: { requests: { cpu: '2', memory: '128Mi' }, limits: { cpu: '2', memory: '128Mi' } },
  };
  const { code, stdout, stderr } = await kubectl(['apply', '-f', '-'], {
    input: manifest(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace, labels: { 'gracegate.dev/enforce': 'strict' } },
      },
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'limits', namespace },
        spec: {
          limits: [
            {
              type: 'Container',
              defaultRequest: { cpu: '100m', memory: '64Mi' },
              default: { memory: '64Mi' },
              max: { cpu: '1' },
            },
          ],
        },
      },
      inNamespace(
        namespace,
        deployment({ name: 'filled-by-the-limit-range', replicas: 0, containers: [withoutResources] }),
      ),
      inNamespace(namespace, deployment({ name: 'too-large', replicas: 0, containers: [tooLarge] })),
    ),
  });
  const wrong: string[] = [];
  if (!stdout.includes('deployment.apps/filled-by-the-limit-range created'))
    wrong.push(`refused what fits: ${stderr}`);
  if (stderr.includes('filled-by-the-limit-range')) wrong.push(`warned of what fits: ${stderr}`);
  if (!stderr.includes('cpu limit 2 is above the maximum 1 [limit-range]'))
    wrong.push(`accepted what does not: ${stdout}`);
  if (code !== 1) wrong.push(`exit code ${code}`);
  return wrong;
}

function inNamespace<T extends { metadata: object }>(namespace: string, object: T): T {
  return { ...object, metadata: { ...object.metadata, namespace } };
}
