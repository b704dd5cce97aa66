/** The chart registers the same webhooks as `gracegate register`, whatever the configuration. */
import { describe, expect, it } from 'vitest';
import {
  mutatingConfiguration,
  validatingConfiguration,
  type RegistrationOptions,
} from '../../../src/admission/registration.ts';
import { resolveWorkloads } from '../../../src/config/workloads.ts';
import type { DefaultsSpec, Mode, WorkloadKindSpec } from '../../../src/config/spec.ts';
import { only, render } from './helm.ts';

const modes = ['mutate', 'enforce', 'warn', 'audit'] as const satisfies readonly Mode[];

/** With each set of modes that has a default. */
const everyDefaults: readonly DefaultsSpec[] = modes.reduce<DefaultsSpec[]>(
  (sofar, mode) => sofar.flatMap((defaults) => [defaults, { ...defaults, [mode]: 'baseline' }]),
  [{}],
);

const custom = (apiVersion: string, kind: string, resource: string): WorkloadKindSpec => ({
  apiVersion,
  kind,
  resource,
});

const everyWorkloads: readonly (readonly WorkloadKindSpec[])[] = [
  [],
  [custom('argoproj.io/v1alpha1', 'Rollout', 'rollouts')],
  [
    custom('example.com/v1', 'App', 'apps'),
    custom('argoproj.io/v1alpha1', 'Rollout', 'rollouts'),
    // With others of its version in one rule: one of the file, one of Kubernetes, and of the kinds that are no workloads.
    custom('example.com/v1', 'Site', 'sites'),
    custom('apps/v1', 'Fleet', 'fleets'),
    custom('policy/v1', 'Crew', 'crews'),
    custom('v1', 'Crate', 'crates'),
  ],
];

const cases = everyDefaults.flatMap((defaults) =>
  everyWorkloads.map((workloads) => ({ defaults, workloads, kinds: workloads.length })),
);

/** As JSON, and without what the chart leaves to Gracegate. */
function webhooksOf(configuration: { webhooks: readonly object[] }): object[] {
  const webhooks = structuredClone(configuration.webhooks) as { clientConfig: { caBundle?: string } }[];
  for (const { clientConfig } of webhooks) delete clientConfig.caBundle;
  return webhooks;
}

function registered(
  defaults: DefaultsSpec,
  workloads: readonly WorkloadKindSpec[],
  service: { namespace: string; name: string; port: number },
  exemptNamespaces: readonly string[] = [],
) {
  const problems: never[] = [];
  const options: RegistrationOptions = {
    endpoint: { service },
    caBundle: '',
    defaults,
    exemptNamespaces,
    workloads: resolveWorkloads(workloads, problems),
    ownNamespace: service.namespace,
  };
  expect(problems).toEqual([]);
  return {
    mutating: webhooksOf(mutatingConfiguration(options)),
    validating: webhooksOf(validatingConfiguration(options)),
  };
}

describe('the webhooks of the chart are those of the code', () => {
  it.each(cases)(
    'with the defaults $defaults and $kinds kinds of workloads',
    async ({ defaults, workloads }) => {
      const objects = await render({ configuration: { defaults, workloads } }, 'gate');
      const expected = registered(defaults, workloads, { namespace: 'gate', name: 'gracegate', port: 443 });
      expect(only(objects, 'MutatingWebhookConfiguration')['webhooks']).toEqual(expected.mutating);
      expect(only(objects, 'ValidatingWebhookConfiguration')['webhooks']).toEqual(expected.validating);
    },
  );

  it('with exempt namespaces: some left alone anyway, named twice, or of names that YAML takes for something else', async () => {
    const namespaces = ['calico-system', 'kube-system', '42', 'on', 'gate', 'calico-system'];
    const configuration = { defaults: { enforce: 'baseline' }, exemptions: { namespaces } };
    const service = { namespace: 'gate', name: 'gracegate', port: 443 };
    const objects = await render({ configuration }, 'gate');
    const expected = registered(configuration.defaults, [], service, namespaces);
    expect(only(objects, 'MutatingWebhookConfiguration')['webhooks']).toEqual(expected.mutating);
    expect(only(objects, 'ValidatingWebhookConfiguration')['webhooks']).toEqual(expected.validating);
  });

  it('under another name and port, in another namespace', async () => {
    const values = { fullnameOverride: 'pod-gate', service: { port: 8443 } };
    const objects = await render(values, 'kube-system');
    const expected = registered({}, [], { namespace: 'kube-system', name: 'pod-gate', port: 8443 });
    expect(only(objects, 'MutatingWebhookConfiguration')['webhooks']).toEqual(expected.mutating);
    expect(only(objects, 'ValidatingWebhookConfiguration')['webhooks']).toEqual(expected.validating);
  });

  it('and `serve` is told the name of both', async () => {
    const objects = await render({ fullnameOverride: 'pod-gate' });
    const names = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map(
      (kind) => only(objects, kind).metadata.name,
    );
    expect(names).toEqual(['pod-gate', 'pod-gate']);
    const [container] = only(objects, 'Deployment')['spec'].template.spec.containers;
    expect(container.args).toContain('--webhook-configuration=pod-gate');
  });
});
