import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamespace, kubectl, list, waitForPods } from './support/cluster.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { deployment, manifest } from './support/manifests.ts';

let gracegate: Gracegate;
beforeAll(async () => {
  gracegate = await startGracegate();
});
afterAll(() => gracegate.stop());

describe('a Deployment without CPU request and probes', () => {
  it('is refused where baseline is enforced, with the message of the design', async () => {
    const namespace = await createNamespace({ enforce: 'baseline' });
    const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({})),
    });
    expect(code).toBe(1);
    expect(stderr).toContain(
      [
        `admission webhook "enforce.gracegate.dev" denied the request: Deployment ${namespace}/web would not start, scale and stop safely (profile baseline, 3 problems):`,
        '  container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m',
        '  container app: no readiness probe [readiness-probe]; traffic would arrive before the app can answer',
        '  container app: no liveness probe [liveness-probe]; a hung process would never be restarted',
        'Explain: gracegate explain cpu-request',
      ].join('\n'),
    );
    expect(await list(`/apis/apps/v1/namespaces/${namespace}/deployments`)).toEqual([]);
  });

  it('passes in a namespace without labels, and its pods come up as written', async () => {
    const namespace = await createNamespace();
    const { code, stderr } = await kubectl(['apply', '-n', namespace, '-f', '-'], {
      input: manifest(deployment({})),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [pod] = await waitForPods(namespace, 1);
    expect(pod?.spec.containers[0].lifecycle).toBeUndefined();
    expect(pod?.spec.terminationGracePeriodSeconds).toBe(30);
  });

  it('gets the same answers in a server-side dry run, which changes nothing', async () => {
    const enforcing = await createNamespace({ enforce: 'baseline' });
    const free = await createNamespace();
    const dryRun = (namespace: string) =>
      kubectl(['apply', '--dry-run=server', '-n', namespace, '-f', '-'], { input: manifest(deployment({})) });
    expect((await dryRun(enforcing)).stderr).toContain('(profile baseline, 3 problems)');
    expect((await dryRun(free)).code).toBe(0);
    expect(await list(`/apis/apps/v1/namespaces/${free}/deployments`)).toEqual([]);
  });
});
