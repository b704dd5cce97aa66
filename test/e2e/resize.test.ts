import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamespace, kubectl, label } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { startGracegate, type Gracegate } from './support/gracegate.ts';
import { bareContainer, manifest, pod } from './support/manifests.ts';

const config = `
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
profiles:
  bounded:
    mutations:
      limit-range:
        limits: [{ type: Container, min: { cpu: 50m } }]
    checks:
      limit-range: { action: deny }
      cpu-request: { action: deny }
      readiness-probe: { action: deny }
  lenient: { extends: bounded, pods: warn }
`;

let gracegate: Gracegate;
beforeAll(async () => {
  gracegate = await startGracegate({ config });
});
afterAll(() => gracegate.stop());

interface Amounts {
  readonly cpu?: string;
  readonly memory?: string;
}

/** A namespace that enforces a profile, with a pod that has these requests since before. */
async function podBefore(profile: string, requests: Amounts): Promise<string> {
  const namespace = await createNamespace();
  const { code, stderr } = await kubectl(['create', '-n', namespace, '-f', '-'], {
    input: manifest(pod({ containers: [{ ...bareContainer, resources: { requests } }] })),
  });
  if (code !== 0) throw new Error(stderr);
  await label(namespace, `enforce=${profile}`);
  await eventually('the label to be seen', async () => {
    const probe = manifest(pod({ name: 'probe' }));
    const args = ['create', '--dry-run=server', '-n', namespace, '-f', '-'];
    return (await kubectl(args, { input: probe })).stderr.includes('[cpu-request]');
  });
  return namespace;
}

function resize(namespace: string, requests: Amounts) {
  const patch = JSON.stringify({ spec: { containers: [{ name: 'app', resources: { requests } }] } });
  return kubectl(['patch', 'pod', 'web', '-n', namespace, '--subresource', 'resize', '-p', patch]);
}

describe('a resize', () => {
  it('below the minimum of the profile is refused, one above it passes, whatever its probes', async () => {
    const namespace = await podBefore('bounded', { cpu: '100m' });
    const below = await resize(namespace, { cpu: '20m' });
    expect(below.code).toBe(1);
    expect(below.stderr).toContain(
      'container app: cpu request 20m is below the minimum 50m [limit-range]; the pods would be refused; fit it to profile bounded',
    );
    expect(below.stderr).not.toContain('readiness');
    expect(await resize(namespace, { cpu: '200m' })).toMatchObject({ code: 0, stderr: '' });
  });

  it('of the memory of a pod that never had a CPU request passes, with a warning', async () => {
    const namespace = await podBefore('bounded', { memory: '64Mi' });
    const { code, stderr } = await resize(namespace, { memory: '128Mi' });
    expect(code).toBe(0);
    const words = `Warning: gracegate/bounded: Pod ${namespace}/web:`;
    expect(stderr).toContain(`${words} let through, the pod was no better before the resize`);
    expect(stderr).toContain(`${words} container app: no CPU request [cpu-request]`);
    expect(stderr).not.toContain('readiness');
  });

  it('of a pod that was below the minimum is refused where it makes that worse, and passes where it does not', async () => {
    const namespace = await podBefore('bounded', { cpu: '40m' });
    const worse = await resize(namespace, { cpu: '20m' });
    expect(worse.code).toBe(1);
    expect(worse.stderr).toContain('cpu request 20m is below the minimum 50m [limit-range]');
    const better = await resize(namespace, { cpu: '45m' });
    expect(better.code).toBe(0);
    expect(better.stderr).toContain('let through, the pod was no better before the resize');
  });

  it('passes under pods: warn, where a new pod of that size would pass as well', async () => {
    const namespace = await podBefore('lenient', { cpu: '100m' });
    const { code, stderr } = await resize(namespace, { cpu: '20m' });
    expect(code).toBe(0);
    expect(stderr).toContain('cpu request 20m is below the minimum 50m [limit-range]');
  });
});
