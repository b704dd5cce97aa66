import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createNamespace,
  kubectl,
  list,
  uniqueName,
  waitForPods,
  type KubeObject,
} from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { startInjector } from './support/injector.ts';
import {
  budget,
  cleanContainer,
  manifest,
  pod,
  replicated,
  strictHooklessContainer,
} from './support/manifests.ts';

let gracegate: Gracegate;
beforeAll(async () => {
  gracegate = await startGracegate();
});
afterAll(() => gracegate.stop());

const proxy = { name: 'istio-proxy', image: 'registry.example.com/istio/proxyv2:1.30.0' };

it.each([
  ['before', 'aa-injector'],
  ['after', 'zz-injector'],
])(
  'a bare istio-proxy injected %s us does not refuse the pods of an accepted template',
  async (_when, prefix) => {
    const namespace = await createNamespace({ mutate: 'baseline', enforce: 'strict' });
    const remove = await startInjector(uniqueName(prefix), namespace, proxy);
    try {
      await eventually('the injector to be live', async () =>
        (await dryRunContainers(namespace)).includes('istio-proxy'),
      );
      const accepted = await kubectl(['apply', '-n', namespace, '-f', '-'], {
        input: manifest(budget, replicated({ containers: [strictHooklessContainer] })),
      });
      expect(accepted).toMatchObject({ code: 0, stderr: '' });
      const [created] = await waitForPods(namespace, 2);
      const containers = created?.spec.containers as { name: string; lifecycle?: object }[];
      expect(containers.map(({ name }) => name)).toEqual(['app', 'istio-proxy']);
      // The proxy must outlast the application, so it gets the sleep as well, in a second round if it came after us.
      expect(containers.map(({ lifecycle }) => lifecycle)).toEqual([
        { preStop: { sleep: { seconds: 15 } } },
        { preStop: { sleep: { seconds: 15 } } },
      ]);
      expect(await list(`/api/v1/namespaces/${namespace}/events?fieldSelector=reason=FailedCreate`)).toEqual(
        [],
      );
    } finally {
      await remove();
    }
  },
);

it('any other bare container that is injected is refused, and the event says which', async () => {
  const namespace = await createNamespace({ mutate: 'baseline', enforce: 'baseline' });
  const remove = await startInjector(uniqueName('zz-injector'), namespace, {
    ...proxy,
    name: 'unknown-agent',
  });
  try {
    let refusal = '';
    await eventually('a refusal', async () => {
      const args = ['create', '--dry-run=server', '-n', namespace, '-f', '-'];
      const { code, stderr } = await kubectl(args, {
        input: manifest(pod({ containers: [cleanContainer] })),
      });
      refusal = stderr;
      return code !== 0;
    });
    expect(refusal).toContain('container unknown-agent: no CPU request [cpu-request]');
  } finally {
    await remove();
  }
});

async function dryRunContainers(namespace: string): Promise<string[]> {
  const { stdout } = await kubectl(['create', '--dry-run=server', '-o', 'json', '-n', namespace, '-f', '-'], {
    input: manifest(pod({ containers: [strictHooklessContainer] })),
  });
  return (JSON.parse(stdout) as KubeObject).spec.containers.map(({ name }: { name: string }) => name);
}
