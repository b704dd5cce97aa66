import { describe, expect, it } from 'vitest';

import { workloadKinds, type WorkloadKind } from '../../../src/policy/objects/workload-kinds.ts';
import { objectKinds } from '../../../src/policy/objects/object-kinds.ts';
import { apiVersionOf } from '../../../src/policy/objects/kube-object.ts';
import { rollout } from '../policy/graphs.ts';
import { configured } from './configurations.ts';

const added = (body: string): readonly WorkloadKind[] =>
  configured(body).workloads.kinds.slice(workloadKinds.length);

/** The lines of the refusal of a configuration whose `workloads` has these items, the first of them on line 4. */
function refusal(...items: readonly string[]): string[] {
  try {
    configured(`workloads:\n${items.map((item) => `  - { ${item} }\n`).join('')}`);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

const argo = 'apiVersion: argoproj.io/v1alpha1, kind: Rollout, resource: rollouts';

describe('workloads of a configuration', () => {
  it('are none where none are written, beside those of Kubernetes itself', () => {
    expect(configured('').workloads.kinds).toEqual(workloadKinds);
    expect(configured('workloads: []').workloads.kinds).toEqual(workloadKinds);
  });

  it.each<[string, string, Partial<WorkloadKind>]>([
    ['with the usual template', argo, {}],
    [
      'with a template elsewhere',
      `${argo}, templatePath: spec.a-b.c_d`,
      { templatePath: ['spec', 'a-b', 'c_d'] },
    ],
    ['with a template of one step', `${argo}, templatePath: pod`, { templatePath: ['pod'] }],
    [
      'of a stable version',
      'apiVersion: example.com/v12, kind: Rollout, resource: rollouts',
      { group: 'example.com', version: 'v12' },
    ],
    [
      'of a group without dots, next to a built-in kind',
      'apiVersion: apps/v1, kind: Rollout, resource: rollouts',
      { group: 'apps', version: 'v1' },
    ],
    [
      'of the name of a built-in kind, in a group of its own',
      'apiVersion: example.com/v1, kind: Deployment, resource: deployments',
      { group: 'example.com', version: 'v1', kind: 'Deployment', resource: 'deployments' },
    ],
    ['of the core group', 'apiVersion: v1, kind: Rollout, resource: rollouts', { group: '', version: 'v1' }],
  ])('are added: %s', (_name, item, expected) => {
    expect(added(`workloads: [{ ${item} }]`)).toEqual([{ ...rollout, ...expected }]);
  });

  it('are added in their order', () => {
    const other = 'apiVersion: argoproj.io/v1alpha1, kind: Other, resource: others';
    expect(added(`workloads: [{ ${argo} }, { ${other} }]`).map(({ kind }) => kind)).toEqual([
      'Rollout',
      'Other',
    ]);
  });
});

describe('a workload that is known already', () => {
  it.each([...workloadKinds, ...objectKinds].map((kind) => [apiVersionOf(kind), kind.kind, kind.resource]))(
    '%s %s is refused',
    (apiVersion, kind, resource) => {
      expect(refusal(`apiVersion: ${apiVersion}, kind: ${kind}, resource: ${resource}`)).toEqual([
        `test.yaml:4: workloads.0.kind: ${apiVersion} ${kind} is known already`,
      ]);
    },
  );

  it('is refused in another version as well', () => {
    expect(refusal('apiVersion: apps/v1beta2, kind: Deployment, resource: deployments')).toEqual([
      'test.yaml:4: workloads.0.kind: apps/v1beta2 Deployment is known already',
    ]);
  });

  it('may be one of its own, with the line of the second', () => {
    expect(refusal(argo, argo.replace('v1alpha1', 'v1'))).toEqual([
      'test.yaml:5: workloads.1.kind: argoproj.io/v1 Rollout is known already',
    ]);
  });
});

describe('a workload that is written badly', () => {
  const form = (field: string, value: string): RegExp =>
    new RegExp(`^test\\.yaml:4: workloads\\.0\\.${field}: ${value} is not of the form that is asked here`);

  it.each(['rollouts', 'argoproj.io/', 'argoproj.io/1', '/v1', 'a/b/v1', 'Argoproj.io/v1', 'v1beta', 'v'])(
    'by the apiVersion %s',
    (apiVersion) => {
      const [line, ...more] = refusal(`apiVersion: "${apiVersion}", kind: Rollout, resource: rollouts`);
      expect(line).toMatch(form('apiVersion', `"${apiVersion}"`));
      expect(more).toEqual([]);
    },
  );

  it.each(['', 'Roll out', '7', 'Rollout/x', '*'])('by the kind %j', (kind) => {
    const [line] = refusal(`apiVersion: argoproj.io/v1alpha1, kind: "${kind}", resource: rollouts`);
    expect(line).toMatch(form('kind', `"${kind.replace('*', String.raw`\*`)}"`));
  });

  it.each(['', 'Rollouts', 'rollouts/scale', '*', '7s'])('by the resource %j', (resource) => {
    const [line] = refusal(`apiVersion: argoproj.io/v1alpha1, kind: Rollout, resource: "${resource}"`);
    expect(line).toMatch(form('resource', `"${resource.replace('*', String.raw`\*`)}"`));
  });

  it.each(['', '.', 'spec.', '.spec', 'spec..template', 'spec.containers[0]', 'spec/template', '$.spec'])(
    'by the templatePath %j',
    (templatePath) => {
      const [line] = refusal(`${argo}, templatePath: "${templatePath}"`);
      expect(line).toContain(`workloads.0.templatePath: "${templatePath}" is not of the form`);
    },
  );

  it.each(['apiVersion', 'kind', 'resource'])('without %s', (field) => {
    const item = argo
      .split(', ')
      .filter((part) => !part.startsWith(`${field}:`))
      .join(', ');
    expect(refusal(item)).toEqual([`test.yaml:4: workloads.0.${field}: must be set`]);
  });

  it('is said with the lines of everything that is wrong', () => {
    expect(refusal(argo, 'apiVersion: v1, kind: 1, plural: x')).toEqual([
      'test.yaml:5: workloads.1.resource: must be set',
      'test.yaml:5: workloads.1.plural: unknown field; known are apiVersion, kind, resource, templatePath',
      'test.yaml:5: workloads.1.kind: must be string, not 1',
    ]);
  });
});
