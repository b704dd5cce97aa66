import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamespace, kubectl, list, request, waitForPods, type KubeObject } from './support/cluster.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import {
  bareContainer,
  cleanContainer,
  deployment,
  hooklessContainer,
  manifest,
  pod,
} from './support/manifests.ts';

const config = `
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
profiles:
  as-filled:
    checks:
      memory-request: { action: deny }
      pre-stop: { action: deny }
      grace-period: { action: deny }
`;

let gracegate: Gracegate;
beforeAll(async () => {
  gracegate = await startGracegate({ config });
});
afterAll(() => gracegate.stop());

async function apply(namespace: string, ...objects: object[]) {
  const result = await kubectl(['apply', '-n', namespace, '-f', '-'], { input: manifest(...objects) });
  expect(result.code, result.stderr).toBe(0);
  return result;
}

describe('a namespace with mutate=baseline', () => {
  it('gives the pods of a Deployment the sleep, the grace and the defaults, and leaves the Deployment alone', async () => {
    const namespace = await createNamespace({ mutate: 'baseline' });
    const free = await createNamespace();
    await apply(namespace, deployment({}));
    await apply(free, deployment({}));
    const [created] = await waitForPods(namespace, 1);
    const [app] = created?.spec.containers ?? [];
    expect(app.lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
    expect(app.resources).toEqual({ requests: { memory: '128Mi' } });
    expect(created?.spec.terminationGracePeriodSeconds).toBe(45);
    expect(created?.metadata.annotations?.['gracegate.dev/mutations']).toBe(
      'memory request for container app; preStop sleep 15s for container app; terminationGracePeriodSeconds 45 (was 30)',
    );
    const specOf = async (place: string) =>
      (await list(`/apis/apps/v1/namespaces/${place}/deployments`))[0]?.spec;
    expect(await specOf(namespace)).toEqual(await specOf(free));
  });

  it('shows the patched pod in a server-side dry run and creates nothing', async () => {
    const namespace = await createNamespace({ mutate: 'baseline' });
    const { stdout } = await kubectl(
      ['apply', '--dry-run=server', '-o', 'json', '-n', namespace, '-f', '-'],
      {
        input: manifest(pod({})),
      },
    );
    const answer = JSON.parse(stdout) as KubeObject;
    expect(answer.spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
    expect(await list(`/api/v1/namespaces/${namespace}/pods`)).toEqual([]);
  });

  it('follows the annotations of the author', async () => {
    const namespace = await createNamespace({ mutate: 'baseline' });
    const annotations = { 'gracegate.dev/pre-stop-sleep-seconds': '60', 'gracegate.dev/drain-seconds': '20' };
    await apply(
      namespace,
      pod({ annotations }),
      pod({ name: 'off', annotations: { 'gracegate.dev/pre-stop-sleep-seconds': '0' } }),
    );
    const { spec } = await find(namespace, 'web');
    expect(spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 60 } } });
    expect(spec.terminationGracePeriodSeconds).toBe(80);
    expect((await find(namespace, 'off')).spec.containers[0].lifecycle).toBeUndefined();
  });

  it('warns of an annotation that it cannot read', async () => {
    const namespace = await createNamespace({ mutate: 'baseline' });
    const annotations = { 'gracegate.dev/pre-stop-sleep-seconds': 'soon' };
    const { stderr } = await apply(namespace, pod({ annotations }));
    expect(stderr).toContain('"soon" is not a number of seconds from 0 to 3600; it is ignored');
  });

  it('leaves what an author wrote, Jobs, init containers and sidecars alone', async () => {
    const namespace = await createNamespace({ mutate: 'baseline' });
    const preStop = { exec: { command: ['/bin/sh', '-c', 'sleep 5'] } };
    await apply(
      namespace,
      pod({ containers: [{ ...bareContainer, lifecycle: { preStop } }] }),
      pod({ name: 'job', spec: { restartPolicy: 'Never' } }),
      pod({
        name: 'sidecar',
        spec: {
          initContainers: [
            { ...bareContainer, name: 'proxy', restartPolicy: 'Always' },
            { ...bareContainer, name: 'init' },
          ],
        },
      }),
    );
    const web = await find(namespace, 'web');
    expect(web.spec.containers[0].lifecycle).toEqual({ preStop });
    expect(web.spec.terminationGracePeriodSeconds).toBe(35);
    const job = await find(namespace, 'job');
    expect(job.spec.containers[0].lifecycle).toBeUndefined();
    expect(job.spec.terminationGracePeriodSeconds).toBe(30);
    const sidecar = await find(namespace, 'sidecar');
    expect(sidecar.spec.initContainers.map((one: { lifecycle?: object }) => one.lifecycle)).toEqual([
      undefined,
      undefined,
    ]);
    expect(sidecar.spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
  });

  it('patches a pod whose name is still to be generated', async () => {
    const namespace = await createNamespace({ mutate: 'baseline', enforce: 'baseline' });
    const { metadata, ...rest } = pod({ containers: [hooklessContainer] });
    const body = { ...rest, metadata: { ...metadata, name: undefined, generateName: 'web-' } };
    const { status, body: created } = await request<KubeObject>(
      'POST',
      `/api/v1/namespaces/${namespace}/pods`,
      body,
    );
    expect(status).toBe(201);
    expect(created.metadata.name).toMatch(/^web-/);
    expect(created.spec.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
  });

  it('keeps an accepted template and its pods of one mind: what the mutations fill is not asked for', async () => {
    const namespace = await createNamespace({ mutate: 'baseline', enforce: 'as-filled' });
    const slow = {
      ...cleanContainer,
      resources: { requests: { cpu: '100m' } },
      lifecycle: { preStop: { sleep: { seconds: 30 } } },
    };
    const containers = [slow, { ...bareContainer, name: 'bare' }];
    expect(await apply(namespace, deployment({ containers }))).toMatchObject({ stderr: '' });
    const [created] = await waitForPods(namespace, 1);
    expect(created?.spec.terminationGracePeriodSeconds).toBe(60);
    expect(created?.spec.containers[0].resources.requests).toEqual({ cpu: '100m', memory: '128Mi' });
    // Where nothing is filled the same is refused.
    const unfilled = await createNamespace({ enforce: 'as-filled' });
    const { stderr } = await kubectl(['apply', '-n', unfilled, '-f', '-'], {
      input: manifest(deployment({ containers })),
    });
    for (const check of ['memory-request', 'pre-stop', 'grace-period'])
      expect(stderr).toContain(`[${check}]`);
  });
});

async function find(namespace: string, name: string): Promise<KubeObject> {
  return (await request<KubeObject>('GET', `/api/v1/namespaces/${namespace}/pods/${name}`)).body;
}
