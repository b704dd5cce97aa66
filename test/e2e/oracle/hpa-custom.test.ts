/**
 * Proves that the autoscaler oracle knows custom kinds with a scale, such as Argo's Rollout. In a file of its own because
 * it is slow: the controller asks for new kinds every 30 s, and no flag changes that.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hpaTarget } from '../../../src/policy/checks/hpa-target.ts';
import { createNamespace, request } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { create } from '../support/oracle-create.ts';
import { hpa, oracleHpa, removeHpas } from '../support/oracle-hpa.ts';
import { messagesOf, ourFindings } from '../support/ours.ts';

const group = 'oracle.example.com';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

function rollouts(): object {
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `rollouts.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'rollouts', kind: 'Rollout' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { ...open, properties: { spec: open, status: open } } },
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.replicas',
              statusReplicasPath: '.status.replicas',
              labelSelectorPath: '.status.selector',
            },
          },
        },
      ],
    },
  };
}

let namespace: string;
beforeAll(async () => {
  expect((await request('POST', definitions, rollouts())).status).toBe(201);
});
afterAll(async () => {
  await removeHpas(namespace);
  await request('DELETE', `${definitions}/rollouts.${group}`);
});

it('knows a custom kind with a scale, once discovery knows it', async () => {
  namespace = await createNamespace();
  const path = `/apis/${group}/v1/namespaces/${namespace}/rollouts`;
  const rollout = { apiVersion: `${group}/v1`, kind: 'Rollout', spec: { replicas: 1 } };
  for (const name of ['web', 'bare']) {
    await eventually('the custom kind', async () => {
      return (await request('POST', path, { ...rollout, metadata: { name } })).status === 201;
    });
    await create(namespace, hpa(`rollout-${name}`, { apiVersion: `${group}/v9`, kind: 'Rollout', name }));
  }
  const patch = { 'content-type': 'application/merge-patch+json' };
  await request('PATCH', `${path}/web/status`, { status: { replicas: 1, selector: 'app=rollout' } }, patch);
  const web = await oracleHpa(
    namespace,
    'rollout-web',
    ({ ScalingActive: active }) => (active?.reason ?? 'InvalidSelector') !== 'InvalidSelector',
  );
  const bare = await oracleHpa(namespace, 'rollout-bare', (found) => found['ScalingActive'] !== undefined);
  expect(web['ScalingActive']?.reason).toBe('FailedGetResourceMetric');
  // Nor do we object to what only discovery knows.
  const target = { apiVersion: `${group}/v9`, kind: 'Rollout', name: 'web' };
  expect(messagesOf(ourFindings(hpaTarget, hpa('rollout-web', target)))).toEqual([]);
  expect(bare['ScalingActive']).toMatchObject({
    reason: 'InvalidSelector',
    message: "the HPA target's scale is missing a selector",
  });
});
