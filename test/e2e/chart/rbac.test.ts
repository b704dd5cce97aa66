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
function rightsOf(
  objects: readonly Rendered[],
  kind: 'ClusterRole' | 'Role',
  of: (name: string) => boolean = () => true,
): string[] {
  const rules: Rule[] = objects
    .filter((object) => object.kind === kind && of(object.metadata.name))
    .flatMap((role) => role['rules']);
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

describe('the audit', () => {
  const isOfAudit = (name: string): boolean => name === 'gracegate-audit';
  const isOfReplicas = (name: string): boolean => !isOfAudit(name);
  const secretKind = (kind: { readonly kind: string }): boolean => kind.kind === 'Secret';
  const audited = (custom: readonly string[], objects: typeof objectKinds): string[] => [
    ...rights(
      ['list'],
      ['namespaces.', 'limitranges.', ...[...workloadKinds, ...objects].map(named), ...custom],
    ),
    'get /version',
  ];

  it('may list what it judges, but no Secrets', async () => {
    const objects = await render({ audit: { enabled: true } });
    const kinds = objectKinds.filter((kind) => !secretKind(kind));
    expect(kinds).toHaveLength(objectKinds.length - 1);
    expect(rightsOf(objects, 'ClusterRole', isOfAudit)).toEqual(audited([], kinds).toSorted());
  });

  it('may list Secrets, and write reports, where it is to', async () => {
    const workloads = [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', resource: 'rollouts' }];
    const objects = await render({
      configuration: { workloads },
      audit: { enabled: true, secrets: true, policyReports: true },
    });
    const reports = ['policyreports.wgpolicyk8s.io', 'clusterpolicyreports.wgpolicyk8s.io'];
    expect(rightsOf(objects, 'ClusterRole', isOfAudit)).toEqual(
      [
        ...audited(['rollouts.argoproj.io'], objectKinds),
        ...rights(['list', 'create', 'patch', 'delete'], reports),
      ].toSorted(),
    );
  });

  it('may write one ConfigMap, which the replicas may watch', async () => {
    const objects = await render({ audit: { enabled: true } });
    expect(rightsOf(objects, 'Role', isOfAudit)).toEqual(['patch configmaps. gracegate-audit']);
    expect(rightsOf(objects, 'Role', isOfReplicas)).toEqual(
      [
        ...rights(['get', 'list', 'watch', 'update'], ['secrets.'], 'gracegate-authority'),
        ...rights(['list', 'watch'], ['configmaps.'], 'gracegate-audit'),
      ].toSorted(),
    );
  });

  it('adds nothing to the rights of the replicas where it makes no metrics', async () => {
    const without = await render({});
    const objects = await render({ audit: { enabled: true, metrics: false } });
    expect(objects.filter(({ kind }) => kind === 'Role')).toEqual(
      without.filter(({ kind }) => kind === 'Role'),
    );
    expect(rightsOf(objects, 'ClusterRole', isOfReplicas)).toEqual(rightsOf(without, 'ClusterRole'));
  });
});
