import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNamespace, kubectl } from './support/cluster.ts';
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
      readiness-probe: { action: deny }
`;

let gracegate: Gracegate;
beforeAll(async () => {
  gracegate = await startGracegate({ config });
});
afterAll(() => gracegate.stop());

it('a resize below the minimum of the profile is refused, one above it passes, whatever its probes', async () => {
  const namespace = await createNamespace();
  const container = { ...bareContainer, resources: { requests: { cpu: '100m' } } };
  await kubectl(['create', '-n', namespace, '-f', '-'], {
    input: manifest(pod({ containers: [container] })),
  });
  await kubectl(['label', 'namespace', namespace, 'gracegate.dev/enforce=bounded']);
  const resize = (cpu: string) => {
    const patch = JSON.stringify({
      spec: { containers: [{ name: 'app', resources: { requests: { cpu } } }] },
    });
    return kubectl(['patch', 'pod', 'web', '-n', namespace, '--subresource', 'resize', '-p', patch]);
  };
  const below = await resize('20m');
  expect(below.code).toBe(1);
  expect(below.stderr).toContain(
    'container app: cpu request 20m is below the minimum 50m [limit-range]; the pods would be refused; fit it to profile bounded',
  );
  expect(below.stderr).not.toContain('readiness');
  expect(await resize('200m')).toMatchObject({ code: 0 });
});
