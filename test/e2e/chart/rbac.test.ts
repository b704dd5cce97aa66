/** The rights that the chart gives are those that the code uses: no more, no less. */
import { describe, expect, it } from 'vitest';
import { checks } from '../../../src/policy/checks/registry.ts';
import { objectKinds } from '../../../src/policy/objects/object-kinds.ts';
import { workloadKinds } from '../../../src/policy/objects/workload-kinds.ts';
import { render, type Rendered } from './helm.ts';

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** Each right in a line: verb, resource.group or URL, and the name that it is bound to. */
function rightsOf(objects: readonly Rendered[], kind: 'ClusterRole' | 'Role'): string[] {
  const rules: Rule[] = objects.filter((object) => object.kind === kind).flatMap((role) => role['rules']);
  return rules
    .flatMap(({ apiGroups = [], resources = [], resourceNames = [''], nonResourceURLs = [], verbs }) => {
      const names = apiGroups.flatMap((group) => resources.map((resource) => `${resource}.${group}`));
      return [...names, ...nonResourceURLs].flatMap((what) =>
        verbs.flatMap((verb) => resourceNames.map((name) => `${verb} ${what} ${name}`.trim())),
      );
    })
    .toSorted();
}

const rights = (verbs: readonly string[], what: readonly string[], name = ''): string[] =>
  what.flatMap((one) => verbs.map((verb) => `${verb} ${one} ${name}`.trim()));

const named = ({ resource, group }: { resource: string; group: string }): string => `${resource}.${group}`;

/** The kinds that checks look up for what the webhooks are sent. */
const lookedUp = objectKinds.filter(({ kind }) =>
  checks.some(
    ({ judges, needs }) =>
      needs?.includes(kind) &&
      (judges === 'workloads' || objectKinds.some((one) => one.admitted && judges.includes(one.kind))),
  ),
);

const registration = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'].map(
  (resource) => `${resource}.admissionregistration.k8s.io`,
);

const reading = (custom: readonly string[] = []): string[] => [
  ...rights(['get', 'list', 'watch'], ['namespaces.']),
  ...rights(['list', 'watch'], ['limitranges.']),
  // A review of an autoscaler gets the one workload that it scales.
  ...rights(['get', 'list'], [...workloadKinds.map(named), ...custom]),
  ...rights(['list'], lookedUp.map(named)),
  'get /version',
];

describe('the ClusterRole', () => {
  it.each([
    ['self-managed', {}, ['patch']],
    ['files', { files: { secretName: 'mine' } }, ['patch']],
    ['cert-manager', {}, []],
  ])(
    'in mode %s allows to read what reviews need, and to keep its own registration',
    async (mode, more, extra) => {
      const objects = await render({ certificates: { mode, ...more }, fullnameOverride: 'pod-gate' });
      const expected = [
        ...reading(),
        ...rights(['get', 'list', 'watch', 'delete', ...extra], registration, 'pod-gate'),
      ].toSorted();
      expect(rightsOf(objects, 'ClusterRole')).toEqual(expected);
    },
  );

  it('adds the kinds of workloads that the configuration adds', async () => {
    const workloads = [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', resource: 'rollouts' }];
    const objects = await render({ configuration: { workloads } });
    const expected = [
      ...reading(['rollouts.argoproj.io']),
      ...rights(['get', 'list', 'watch', 'patch', 'delete'], registration, 'gracegate'),
    ].toSorted();
    expect(rightsOf(objects, 'ClusterRole')).toEqual(expected);
  });

  it('looks up what it is known to: a kind is missing from the test otherwise', () => {
    expect(lookedUp.map(({ kind }) => kind)).toContain('PodDisruptionBudget');
    expect(lookedUp.map(({ kind }) => kind)).not.toContain('Secret');
  });
});

describe('the Role', () => {
  it('allows to read and write one Secret, that of the authority', async () => {
    const objects = await render({});
    const verbs = ['get', 'list', 'watch', 'update'];
    expect(rightsOf(objects, 'Role')).toEqual(rights(verbs, ['secrets.'], 'gracegate-authority').toSorted());
    expect(objects.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name)).toEqual([
      'gracegate-authority',
    ]);
  });

  it.each(['cert-manager', 'files'])('is not there in mode %s', async (mode) => {
    const files = mode === 'files' ? { files: { secretName: 'mine' } } : {};
    const objects = await render({ certificates: { mode, ...files } });
    expect(objects.filter(({ kind }) => ['Role', 'RoleBinding', 'Secret'].includes(kind))).toEqual([]);
  });
});
