import { describe, expect, it } from 'vitest';

import {
  mutatingConfiguration,
  validatingConfiguration,
  type RegistrationOptions,
} from '../../../src/admission/registration.ts';
import type { DefaultsSpec, Mode } from '../../../src/config/spec.ts';
import { builtinWorkloads, WorkloadTable } from '../../../src/policy/objects/workload-kinds.ts';
import { rollout, withRollouts } from '../policy/graphs.ts';
import { labelsOf, type ModeLabels } from './contexts.ts';
import { selects, type Labels, type Selector } from './selectors.ts';

/** The part of a webhook that is looked at here. */
interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly url: string };
  readonly failurePolicy: string;
  readonly timeoutSeconds: number;
  readonly sideEffects: string;
  readonly admissionReviewVersions: readonly string[];
  readonly matchPolicy: string;
  readonly reinvocationPolicy?: string;
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly operations: readonly string[];
    readonly resources: readonly string[];
    readonly scope: string;
  }[];
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly namespaceSelector?: Selector;
  readonly objectSelector?: Selector;
}

const url = 'https://127.0.0.1:8443';

function optionsWith(defaults: DefaultsSpec, over: Partial<RegistrationOptions> = {}): RegistrationOptions {
  return {
    endpoint: { url },
    caBundle: 'PEM',
    defaults,
    exemptNamespaces: [],
    workloads: builtinWorkloads,
    ...over,
  };
}

const mutating = (options: RegistrationOptions) =>
  mutatingConfiguration(options).webhooks as unknown as readonly Webhook[];
const validating = (options: RegistrationOptions) =>
  validatingConfiguration(options).webhooks as unknown as readonly Webhook[];
const webhooks = (options: RegistrationOptions) => [...mutating(options), ...validating(options)];

const pathOf = ({ clientConfig }: Webhook): string => clientConfig.url.slice(url.length);

const choices = ['absent', 'off', 'baseline'] as const;

/** Every way to choose one of `values` for each of `keys`. */
function combinations<K extends string, V>(keys: readonly K[], values: readonly V[]): Record<K, V>[] {
  return keys.reduce<Record<K, V>[]>(
    (sofar, key) => sofar.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{} as Record<K, V>],
  );
}

/** Labels of the modes that are not absent. */
function present<T extends string>(chosen: Readonly<Record<string, T | 'absent'>>): ModeLabels {
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== 'absent'));
}

const validatingModes = ['enforce', 'warn', 'audit'] as const satisfies readonly Mode[];

/** With each set of modes that may have a default. */
const everyDefaults: readonly DefaultsSpec[] = combinations(
  ['mutate', ...validatingModes] as const,
  ['absent', 'strict'] as const,
).map(present);

const namespaceLabels = (name: string, modes: ModeLabels): Labels => ({
  'kubernetes.io/metadata.name': name,
  ...labelsOf(modes),
});

describe.each(everyDefaults)('with the defaults %j', (defaults) => {
  const options = optionsWith(defaults, { ownNamespace: 'gracegate', exemptNamespaces: ['calico-system'] });
  const isOn = (mode: Mode, modes: ModeLabels): boolean => (modes[mode] ?? defaults[mode] ?? 'off') !== 'off';

  /** Paths of the webhooks of workloads that an API server would call for a namespace. */
  const called = (name: string, modes: ModeLabels): string[] =>
    webhooks(options)
      .filter((webhook) => pathOf(webhook) !== '/namespaces')
      .filter(({ namespaceSelector }) => selects(namespaceSelector, namespaceLabels(name, modes)))
      .map(pathOf);

  it('exactly one validating webhook is called: that of the first mode that is on; and none where all are off', () => {
    const wrong = combinations(['mutate', ...validatingModes] as const, choices)
      .map(present)
      .map((modes) => {
        const first = validatingModes.find((mode) => isOn(mode, modes));
        const expected = [
          ...(isOn('mutate', modes) ? ['/mutate'] : []),
          ...(first === undefined ? [] : [`/validate/${first}`]),
        ];
        return { modes, expected, called: called('shop', modes) };
      })
      .filter(({ expected, called: paths }) => expected.join() !== paths.join());
    expect(wrong).toEqual([]);
  });

  it.each(['kube-system', 'kube-node-lease', 'gracegate', 'calico-system'])('%s is left alone', (name) => {
    const found = combinations(['mutate', ...validatingModes] as const, choices).flatMap((chosen) =>
      called(name, present(chosen)),
    );
    expect(found).toEqual([]);
  });

  it('names are unique, and such as the API server takes: a subdomain of three parts or more', () => {
    const names = webhooks(options).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?){2,}$/);
      expect(name.length).toBeLessThanOrEqual(253);
    }
  });

  it('every webhook of a path behaves as the table of the design says', () => {
    const expected: Record<string, object> = {
      '/mutate': { failurePolicy: 'Fail', timeoutSeconds: 5, reinvocationPolicy: 'IfNeeded' },
      '/validate/enforce': { failurePolicy: 'Fail', timeoutSeconds: 5 },
      '/validate/warn': { failurePolicy: 'Ignore', timeoutSeconds: 2 },
      '/validate/audit': { failurePolicy: 'Ignore', timeoutSeconds: 2 },
      '/namespaces': { failurePolicy: 'Ignore', timeoutSeconds: 2 },
    };
    const found = webhooks(options);
    expect(new Set(found.map(pathOf))).toEqual(
      // With a default for enforce, or for warn, there may be no other way in than its label being off.
      new Set(Object.keys(expected)),
    );
    for (const webhook of found) {
      expect(webhook).toMatchObject({
        ...expected[pathOf(webhook)],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        matchPolicy: 'Equivalent',
      });
    }
  });
});

describe('rules', () => {
  const rulesOf = (path: string) =>
    webhooks(optionsWith({}))
      .filter((webhook) => pathOf(webhook) === path)
      .flatMap(({ rules }) => rules);

  it('never match a deletion, a status, a scale or a wildcard', () => {
    for (const { rules } of webhooks(optionsWith({}))) {
      for (const { operations, resources, apiGroups, apiVersions } of rules) {
        expect(['CREATE', 'UPDATE']).toEqual(expect.arrayContaining([...operations]));
        expect(resources.filter((name) => name.includes('/') && name !== 'pods/resize')).toEqual([]);
        expect([...resources, ...apiGroups, ...apiVersions].join()).not.toContain('*');
      }
    }
  });

  it('match pods when they are made, and their resize', () => {
    expect(rulesOf('/mutate')).toEqual([
      {
        apiGroups: [''],
        apiVersions: ['v1'],
        operations: ['CREATE'],
        resources: ['pods'],
        scope: 'Namespaced',
      },
    ]);
    const pods = rulesOf('/validate/enforce').filter(({ resources }) => resources.join().includes('pods'));
    expect(pods.map(({ operations, resources }) => [operations, resources])).toEqual([
      [['CREATE'], ['pods']],
      [['UPDATE'], ['pods/resize']],
    ]);
  });

  it('match every other object that is judged when it is made and when it changes', () => {
    const matched = rulesOf('/validate/enforce')
      .filter(({ operations }) => operations.length === 2)
      .flatMap(({ apiGroups, apiVersions, resources }) =>
        resources.map((resource) => `${apiGroups.join()}/${apiVersions.join()}/${resource}`),
      );
    expect(matched.toSorted()).toEqual([
      '/v1/replicationcontrollers',
      'apps/v1/daemonsets',
      'apps/v1/deployments',
      'apps/v1/replicasets',
      'apps/v1/statefulsets',
      'autoscaling/v2/horizontalpodautoscalers',
      'batch/v1/cronjobs',
      'batch/v1/jobs',
      'policy/v1/poddisruptionbudgets',
    ]);
  });

  it('match the kinds that a configuration adds, each in its own version', () => {
    const kinds = [
      rollout,
      { ...rollout, version: 'v1', kind: 'Canary', resource: 'canaries' },
      { ...rollout, group: 'apps', version: 'v1', kind: 'Fleet', resource: 'fleets' },
    ];
    const enforce = validating(optionsWith({}, { workloads: new WorkloadTable(kinds) })).find(
      (webhook) => pathOf(webhook) === '/validate/enforce',
    );
    const added = enforce?.rules.filter(({ resources }) =>
      kinds.some(({ resource }) => resources.includes(resource)),
    );
    expect(added).toMatchObject([
      {
        apiGroups: ['apps'],
        apiVersions: ['v1'],
        resources: expect.arrayContaining(['fleets', 'deployments']),
      },
      { apiGroups: ['argoproj.io'], apiVersions: ['v1alpha1'], resources: ['rollouts'] },
      { apiGroups: ['argoproj.io'], apiVersions: ['v1'], resources: ['canaries'] },
    ]);
    for (const { operations, scope } of added ?? []) {
      expect([operations, scope]).toEqual([['CREATE', 'UPDATE'], 'Namespaced']);
    }
  });

  it('leave the mutation of pods alone, whatever a configuration adds', () => {
    const [plain] = mutating(optionsWith({}));
    expect(mutating(optionsWith({}, { workloads: withRollouts }))[0]).toEqual(plain);
  });

  it.each(['/validate/warn', '/validate/audit'])('are the same at %s', (path) => {
    const first = webhooks(optionsWith({})).find((webhook) => pathOf(webhook) === path);
    expect(first?.rules).toEqual(rulesOf('/validate/enforce'));
  });
});

describe('namespaces', () => {
  it('are looked at whatever their name is, so that an inert label is answered', () => {
    const webhook = validating(
      optionsWith({}, { ownNamespace: 'gracegate', exemptNamespaces: ['legacy'] }),
    ).find(({ name }) => name === 'namespaces.gracegate.dev');
    expect(webhook).not.toHaveProperty('namespaceSelector');
    expect(webhook).not.toHaveProperty('objectSelector');
    expect(webhook?.rules).toMatchObject([{ resources: ['namespaces'], scope: 'Cluster' }]);
  });
});

// Update with: npx vitest run --project unit test/unit/admission -u
describe('the objects that are written', () => {
  it.each<[string, RegistrationOptions]>([
    ['url', optionsWith({}, { endpoint: { url: `${url}/` } })],
    [
      'service',
      optionsWith(
        { enforce: 'baseline', audit: 'strict' },
        {
          endpoint: { service: { namespace: 'gracegate-system', name: 'gracegate' } },
          ownNamespace: 'gracegate-system',
          exemptNamespaces: ['calico-system', 'kube-system'],
        },
      ),
    ],
  ])('are those of the golden file for a %s', async (name, options) => {
    const objects = [mutatingConfiguration(options), validatingConfiguration(options)];
    await expect(`${JSON.stringify(objects, null, 2)}\n`).toMatchFileSnapshot(
      `../../fixtures/golden/registration-${name}.json`,
    );
  });

  it('name the port of a service that has another', () => {
    const service = { namespace: 'a', name: 'b', port: 8443 };
    const [webhook] = mutatingConfiguration(optionsWith({}, { endpoint: { service } })).webhooks;
    expect(webhook?.clientConfig).toEqual({
      service: { ...service, path: '/mutate' },
      caBundle: Buffer.from('PEM').toString('base64'),
    });
  });
});
