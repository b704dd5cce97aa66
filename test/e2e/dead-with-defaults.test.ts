/**
 * With defaults every namespace waits for Gracegate while it is dead, but for those that the configuration exempts: what
 * Gracegate itself waits for, such as the network of the pods, can start before it.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNamespace, kubectl, waitForPods } from './support/cluster.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { deployment, manifest, pod } from './support/manifests.ts';

let gracegate: Gracegate;
let exempt: string;

beforeAll(async () => {
  exempt = await createNamespace();
  gracegate = await startGracegate({
    config: `apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
defaults: { enforce: baseline, mutate: baseline }
exemptions: { namespaces: [${exempt}] }
`,
  });
});
afterAll(() => gracegate.stop());

const create = (namespace: string, object: object) =>
  kubectl(['create', '-n', namespace, '-f', '-'], { input: manifest(object) });

it('while it lives, it says that a label on an exempt namespace has no effect', async () => {
  const { code, stderr } = await kubectl(['label', 'namespace', exempt, 'gracegate.dev/enforce=strict']);
  expect(code).toBe(0);
  expect(stderr).toContain(`namespace ${exempt}: label gracegate.dev/enforce has no effect, it is exempt`);
});

it('when it is dead, pods of a namespace without labels are refused', async () => {
  await gracegate.kill();
  const { code, stderr } = await create(await createNamespace(), pod({}));
  expect(code).toBe(1);
  expect(stderr).toContain('failed calling webhook "mutate.gracegate.dev"');
});

it('and those of an exempt namespace are created, labelled or not; their workloads too', async () => {
  expect(await create(exempt, pod({}))).toMatchObject({ code: 0, stderr: '' });
  expect(await create(exempt, deployment({}))).toMatchObject({ code: 0, stderr: '' });
  await waitForPods(exempt, 2);
});
