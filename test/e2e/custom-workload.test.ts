/** A custom resource that makes pods, named in the configuration, is judged like a Deployment. The example: Argo Rollout. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cluster, createNamespace, kubectl, request } from './support/cluster.ts';
import { eventually } from './support/eventually.ts';
import { gracegate as cli, startGracegate, type Gracegate } from './support/gracegate.ts';
import { bareContainer, cleanContainer, manifest } from './support/manifests.ts';

const config = `
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
workloads:
  - apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    resource: rollouts
profiles:
  team:
    checks:
      readiness-probe: { action: deny }
      hpa-target: { action: deny }
      hpa-requests: { action: warn }
      pdb-missing: { action: warn }
`;

/** As much of Argo's own definition as an API server needs to store a Rollout and to scale it. */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'rollouts.argoproj.io' },
  spec: {
    group: 'argoproj.io',
    scope: 'Namespaced',
    names: { kind: 'Rollout', listKind: 'RolloutList', plural: 'rollouts', singular: 'rollout' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
      },
    ],
  },
};

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

let gracegate: Gracegate;
beforeAll(async () => {
  await request('POST', definitions, definition);
  await eventually('the Rollout API', async () => (await kubectl(['get', 'rollouts', '-A'])).code === 0);
  gracegate = await startGracegate({ config });
});
afterAll(async () => {
  await gracegate.stop();
  await request('DELETE', `${definitions}/${definition.metadata.name}`);
});

const rollout = (container: object, replicas = 3) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
  },
});

const autoscaler = (apiVersion: string) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: { scaleTargetRef: { apiVersion, kind: 'Rollout', name: 'web' }, minReplicas: 2, maxReplicas: 5 },
});

const apply = (namespace: string, ...objects: object[]) =>
  kubectl(['apply', '-n', namespace, '-f', '-'], { input: manifest(...objects) });

it('is refused by its pod template, and passes when that is right', async () => {
  const namespace = await createNamespace({ enforce: 'team' });
  const refused = await apply(namespace, rollout(bareContainer));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`Rollout ${namespace}/web would not start, scale and stop safely`);
  expect(refused.stderr).toContain('container app: no readiness probe [readiness-probe]');
  expect(await apply(namespace, rollout(cleanContainer))).toMatchObject({ code: 0 });
});

it('is scaled and paused freely, and a changed template is judged', async () => {
  const namespace = await createNamespace();
  await apply(namespace, rollout(bareContainer));
  await kubectl(['label', 'namespace', namespace, 'gracegate.dev/enforce=team']);
  const changed = { ...bareContainer, image: 'registry.example.com/app:2' };
  await eventually('a refusal of the new template', async () => {
    const { stderr } = await apply(namespace, rollout(changed));
    return stderr.includes('[readiness-probe]');
  });
  expect(await apply(namespace, rollout(bareContainer, 5))).toMatchObject({ code: 0 });
});

it('is found by the checks that look around it', async () => {
  const namespace = await createNamespace({ enforce: 'team' });
  const stored = await apply(namespace, rollout(cleanContainer), autoscaler('argoproj.io/v1alpha1'));
  expect(stored).toMatchObject({ code: 0 });
  expect(stored.stderr).toContain('[pdb-missing]');
  expect(stored.stderr).not.toContain('[hpa-target]');
  const { code, stdout } = await cli([
    'audit',
    ...['--cluster', '--kubeconfig', cluster.kubeconfig, '-n', namespace],
    ...['--config', gracegate.configFile, '--profile', 'team'],
  ]);
  expect(code).toBe(1);
  expect(stdout).toContain(`Rollout ${namespace}/web`);
  expect(stdout).toContain('pdb-missing');
});

it('is counted when a namespace asks what enforcing would break', async () => {
  const namespace = await createNamespace();
  await apply(namespace, rollout(bareContainer));
  let warnings = '';
  await eventually('the count', async () => {
    const assignment = 'gracegate.dev/enforce=team';
    warnings = (await kubectl(['label', '--dry-run=server', 'namespace', namespace, assignment])).stderr;
    return warnings !== '';
  });
  expect(warnings).toContain('1 of 1 workloads would be refused');
  expect(warnings).toContain('Rollout web: no readiness probe [readiness-probe]');
});
