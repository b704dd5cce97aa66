import { describe, expect, it } from 'vitest';

import { isPod, workloadKinds, WorkloadTable } from '../../../../src/policy/objects/workload-kinds.ts';
import { rollout, withRollouts } from '../graphs.ts';
import { podOf, workloadOf, yamlObject } from '../objects.ts';

const manifest = (apiVersion: string, kind = 'Rollout') =>
  yamlObject(`
    apiVersion: ${apiVersion}
    kind: ${kind}
    metadata: { name: web, namespace: shop }
    spec: { template: { metadata: {}, spec: { containers: [{ name: app }] } } }
  `);

describe('a table with a kind that a configuration adds', () => {
  it('has it after those of Kubernetes itself', () => {
    expect(withRollouts.kinds).toEqual([...workloadKinds, rollout]);
    expect(new WorkloadTable().kinds).toEqual(workloadKinds);
  });

  it('reads it, and everything that it read without', () => {
    const object = manifest('argoproj.io/v1alpha1');
    expect(withRollouts.read(object)).toMatchObject({
      kind: rollout,
      namespace: 'shop',
      name: 'web',
      object,
      template: { spec: { containers: [{ name: 'app' }] } },
      controlled: false,
    });
    const pod = podOf('containers: [{ name: app }]');
    for (const { kind } of workloadKinds) {
      expect(withRollouts.read(workloadOf(kind, pod))?.kind.kind).toBe(kind);
    }
  });

  it.each([
    ['another version', manifest('argoproj.io/v1')],
    ['another group', manifest('example.com/v1alpha1')],
    ['another kind', manifest('argoproj.io/v1alpha1', 'AnalysisRun')],
    ['another case', manifest('argoproj.io/v1alpha1', 'rollout')],
    ['no template', { ...manifest('argoproj.io/v1alpha1'), spec: { workloadRef: {} } }],
  ])('does not read %s', (_name, object) => {
    expect(withRollouts.read(object)).toBeUndefined();
  });

  it('reads a template where the configuration says that it lies', () => {
    const table = new WorkloadTable([{ ...rollout, templatePath: ['spec', 'workload', 'pod'] }]);
    const object = manifest('argoproj.io/v1alpha1');
    const template = { spec: { containers: [] } };
    expect(table.read(object)).toBeUndefined();
    expect(table.read({ ...object, spec: { workload: { pod: template } } })?.template).toBe(template);
  });

  it('does not know it where it was not added', () => {
    expect(new WorkloadTable().read(manifest('argoproj.io/v1alpha1'))).toBeUndefined();
    expect(new WorkloadTable().find('argoproj.io', 'Rollout')).toBeUndefined();
  });
});

describe('find', () => {
  it.each([
    ['argoproj.io', 'Rollout', rollout],
    ['apps', 'Deployment', workloadKinds.find(({ kind }) => kind === 'Deployment')],
    ['', 'Pod', workloadKinds.find(({ kind }) => kind === 'Pod')],
    ['', 'Deployment', undefined],
    ['apps', 'deployment', undefined],
    ['apps/v1', 'Deployment', undefined],
    ['', '', undefined],
  ])('in the group %j the kind %j', (group, kind, expected) => {
    expect(withRollouts.find(group, kind)).toBe(expected);
  });
});

describe('the owner of a workload', () => {
  it.each<[string, boolean, boolean]>([
    ['{}', false, false],
    ['{ apiVersion: apps/v1, kind: Deployment }', false, false],
    ['{ apiVersion: apps/v1, kind: Deployment, controller: true }', true, true],
    ['{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, controller: true }', true, true],
    ['{ apiVersion: argoproj.io/v1beta7, kind: Rollout, controller: true }', true, true],
    ['{ apiVersion: example.com/v1, kind: Database, controller: true }', true, false],
    ['{ apiVersion: example.com/v1, kind: Deployment, controller: true }', true, false],
    ['{ controller: true }', true, false],
  ])('%s is a controller: %s, and a workload itself: %s', (owner, controlled, madeByWorkload) => {
    const metadata = yamlObject(`{ name: web, ownerReferences: [${owner}] }`);
    const pod = { ...podOf('containers: []'), metadata };
    expect(withRollouts.read(pod)).toMatchObject({ controlled, madeByWorkload });
  });

  it('is a workload only where the table has its kind', () => {
    const owner = '{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, controller: true }';
    const metadata = yamlObject(`{ ownerReferences: [${owner}] }`);
    const pod = { ...podOf('containers: []'), metadata };
    expect(new WorkloadTable().read(pod)).toMatchObject({ controlled: true, madeByWorkload: false });
  });
});

it('only what is a pod itself, rather than makes some, is a pod', () => {
  expect(withRollouts.kinds.filter((kind) => isPod({ kind })).map(({ kind }) => kind)).toEqual(['Pod']);
});
