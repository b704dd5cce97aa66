import { describe, expect, it } from 'vitest';

import { asObject } from '../../../../src/policy/json.ts';
import type { KubeObject } from '../../../../src/policy/objects/kube-object.ts';
import { readObject } from '../../../../src/policy/objects/object-kinds.ts';
import { formatQuantity } from '../../../../src/policy/resources/quantity.ts';
import {
  objectCharge,
  podCharges,
  quotaProblems,
  roomFor,
  usedOf,
} from '../../../../src/policy/resources/resource-quota.ts';
import { podView, yamlObject } from '../objects.ts';

/** `ResourceQuota team` with this `spec`, of which so much is used. */
function quotaOf(spec: string, used = '{}'): KubeObject {
  const quota = readObject({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team' },
    spec: yamlObject(spec),
    status: { used: asObject(yamlObject(used)) },
  });
  if (quota === undefined) throw new Error('not read');
  return quota;
}

/** Sentences like those of the server. */
function problems(pod: string, spec: string, used?: string): string[] {
  return quotaProblems(podView(pod), quotaOf(spec, used)).map((problem) =>
    problem.rule === 'must-specify'
      ? `${problem.container.name} must specify ${problem.resources.join(',')}`
      : [
          `requested ${problem.resource}=${formatQuantity(problem.requested)}`,
          `used ${formatQuantity(problem.used)}`,
          `limited ${formatQuantity(problem.hard)}`,
        ].join(', '),
  );
}

const bare = 'containers: [{ name: app }]';
const small = 'containers: [{ name: app, resources: { requests: { cpu: 1, memory: 1Gi } } }]';

/** A quota without room for anything in these scopes. */
const none = (scopes: string): string => `{ hard: { pods: 0 }, ${scopes} }`;

describe('what a quota demands', () => {
  it.each([
    [
      'every name that it asks for, of each container',
      'containers: [{ name: a }, { name: b, resources: { requests: { cpu: 1, memory: 1 } } }]',
      'hard: { cpu: 9, requests.cpu: 9, limits.cpu: 9, memory: 9, requests.memory: 9, limits.memory: 9 }',
      [
        'a must specify cpu,limits.cpu,limits.memory,memory,requests.cpu,requests.memory',
        'b must specify limits.cpu,limits.memory',
      ],
    ],
    [
      'init containers and sidecars',
      `
        containers: [{ name: app, resources: { requests: { cpu: 1 } } }]
        initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
        ephemeralContainers: [{ name: debug }]
      `,
      'hard: { requests.cpu: 9 }',
      ['setup must specify requests.cpu', 'proxy must specify requests.cpu'],
    ],
    [
      'an explicit zero is enough',
      'containers: [{ name: app, resources: { requests: { cpu: 0 } } }]',
      'hard: { cpu: 9 }',
      [],
    ],
    [
      'nothing of other resources',
      bare,
      'hard: { pods: 9, ephemeral-storage: 9, requests.nvidia.com/gpu: 9, hugepages-2Mi: 9, limits.ephemeral-storage: 9 }',
      [],
    ],
    [
      'resources of the pod, any of them',
      `{ resources: { requests: { cpu: 1 } }, ${bare} }`,
      'hard: { limits.memory: 9 }',
      [],
    ],
    [
      'resources of the pod, empty',
      `{ resources: { requests: {} }, ${bare} }`,
      'hard: { limits.memory: 9 }',
      ['app must specify limits.memory'],
    ],
    ['only in its scope', bare, 'hard: { limits.memory: 9 }\nscopes: [NotBestEffort]', []],
  ])('%s', (_name, pod, spec, expected) => {
    expect(problems(pod, spec)).toEqual(expected);
  });
});

describe('what a pod takes of a quota', () => {
  it.each([
    [
      'equal is fine',
      small,
      'hard: { cpu: 1, requests.cpu: 1, memory: 1Gi, requests.memory: 1Gi, pods: 1, count/pods: 1 }',
      [],
    ],
    [
      'cpu counts twice',
      small,
      'hard: { requests.cpu: 500m, cpu: 0.9 }',
      ['requested cpu=1, used 0, limited 900m', 'requested requests.cpu=1, used 0, limited 500m'],
    ],
    [
      'pods',
      small,
      'hard: { pods: 0, count/pods: 0 }',
      ['requested count/pods=1, used 0, limited 0', 'requested pods=1, used 0, limited 0'],
    ],
    [
      'ephemeral storage',
      'containers: [{ resources: { requests: { ephemeral-storage: 2Gi }, limits: { ephemeral-storage: 3Gi } } }]',
      'hard: { ephemeral-storage: 1, requests.ephemeral-storage: 1, limits.ephemeral-storage: 1 }',
      [
        'requested ephemeral-storage=2Gi, used 0, limited 1',
        'requested limits.ephemeral-storage=3Gi, used 0, limited 1',
        'requested requests.ephemeral-storage=2Gi, used 0, limited 1',
      ],
    ],
    [
      'huge pages and extended resources, by their requests',
      'containers: [{ resources: { requests: { hugepages-2Mi: 4Mi, nvidia.com/gpu: 2 }, limits: { hugepages-2Mi: 4Mi, nvidia.com/gpu: 2 } } }]',
      'hard: { hugepages-2Mi: 2Mi, requests.hugepages-2Mi: 2Mi, requests.nvidia.com/gpu: 1, nvidia.com/gpu: 1, limits.nvidia.com/gpu: 1 }',
      [
        'requested hugepages-2Mi=4Mi, used 0, limited 2Mi',
        'requested requests.hugepages-2Mi=4Mi, used 0, limited 2Mi',
        'requested requests.nvidia.com/gpu=2, used 0, limited 1',
      ],
    ],
    [
      'what a device class implies',
      'containers: [{ resources: { requests: { deviceclass.resource.kubernetes.io/gpu: 2 } } }]',
      'hard: { requests.deviceclass.resource.kubernetes.io/gpu: 1 }',
      ['requested requests.deviceclass.resource.kubernetes.io/gpu=2, used 0, limited 1'],
    ],
    [
      'what Kubernetes itself names is not extended',
      'containers: [{ resources: { requests: { kubernetes.io/batch-cpu: 2 } } }]',
      'hard: { requests.kubernetes.io/batch-cpu: 1 }',
      [],
    ],
    [
      'overhead, of limits only where there is one',
      `{ overhead: { cpu: 500m, memory: 1Mi }, containers: [{ name: app, resources: { requests: { cpu: 600m }, limits: { cpu: 1600m } } }] }`,
      'hard: { requests.cpu: 1, limits.cpu: 2, limits.ephemeral-storage: 0 }',
      ['requested limits.cpu=2100m, used 0, limited 2', 'requested requests.cpu=1100m, used 0, limited 1'],
    ],
    [
      'resources of the pod instead of the sum',
      '{ resources: { requests: { cpu: 3, hugepages-2Mi: 8Mi } }, containers: [{ resources: { requests: { cpu: 1, hugepages-2Mi: 2Mi } } }] }',
      'hard: { cpu: 2, hugepages-2Mi: 4Mi }',
      ['requested cpu=3, used 0, limited 2', 'requested hugepages-2Mi=8Mi, used 0, limited 4Mi'],
    ],
    [
      'an init container that needs more than what runs later',
      '{ containers: [{ resources: { requests: { cpu: 1 } } }], initContainers: [{ resources: { requests: { cpu: 3 } } }] }',
      'hard: { cpu: 2 }',
      ['requested cpu=3, used 0, limited 2'],
    ],
    [
      'amounts as they are stored',
      'containers: [{ resources: { requests: { cpu: 0.0001 } } }]',
      'hard: { cpu: 0.0002 }',
      [],
    ],
    [
      'what counts other things',
      bare,
      'hard: { services: 0, count/deployments.apps: 0, persistentvolumeclaims: 0, requests.storage: 0 }',
      [],
    ],
    ['nothing, where it has no spec', bare, '{}', []],
  ])('%s', (_name, pod, spec, expected) => {
    expect(problems(pod, spec)).toEqual(expected);
  });

  it('stands beside what is used', () => {
    const hard = 'hard: { requests.cpu: 2, pods: 10 }';
    expect(problems(small, hard, '{ requests.cpu: 1, pods: 9 }')).toEqual([]);
    expect(problems(small, hard, '{ requests.cpu: 1001m, pods: 10 }')).toEqual([
      'requested pods=1, used 10, limited 10',
      'requested requests.cpu=1, used 1001m, limited 2',
    ]);
  });

  it('is no problem where it takes nothing, though the quota is overdrawn', () => {
    const pod = 'containers: [{ name: app, resources: { requests: { cpu: 0 } } }]';
    expect(problems(pod, 'hard: { requests.cpu: 1 }', '{ requests.cpu: 2 }')).toEqual([]);
  });

  it('says how many such pods fit', () => {
    const quota = quotaOf('hard: { requests.cpu: 3500m, pods: 2 }', '{ pods: 3 }');
    const room = (used: ReturnType<typeof usedOf>) =>
      podCharges(podView(small), quota, used).map((charge) => [charge.resource, roomFor(charge)]);
    expect(room(new Map())).toEqual([
      ['pods', 2],
      ['requests.cpu', 3],
    ]);
    expect(room(usedOf(quota))).toEqual([
      ['pods', 0],
      ['requests.cpu', 3],
    ]);
  });
});

describe('the scopes of a quota', () => {
  const affine = (kind: string, term: string): string =>
    `{ affinity: { ${kind}: ${term} }, containers: [{ name: app }] }`;
  const requiredTerm = (term: string): string =>
    `{ requiredDuringSchedulingIgnoredDuringExecution: [${term}] }`;
  const priority = (operator: string, values = '[]'): string =>
    `scopeSelector: { matchExpressions: [{ scopeName: PriorityClass, operator: ${operator}, values: ${values} }] }`;

  it.each([
    ['scopes: [BestEffort]', bare, true],
    ['scopes: [BestEffort]', small, false],
    ['scopes: [NotBestEffort]', small, true],
    ['scopes: [NotBestEffort]', bare, false],
    ['scopes: [Terminating]', `{ activeDeadlineSeconds: 0, ${bare} }`, true],
    ['scopes: [Terminating]', bare, false],
    ['scopes: [NotTerminating]', `{ activeDeadlineSeconds: 60, ${bare} }`, false],
    ['scopes: [NotTerminating]', bare, true],
    ['scopes: [Terminating, BestEffort]', bare, false],
    ['scopes: [NotTerminating, BestEffort]', bare, true],
    ['scopes: [PriorityClass]', `{ priorityClassName: high, ${bare} }`, true],
    ['scopes: [PriorityClass]', bare, false],
    [priority('Exists'), `{ priorityClassName: high, ${bare} }`, true],
    [priority('DoesNotExist'), `{ priorityClassName: high, ${bare} }`, false],
    [priority('DoesNotExist'), bare, true],
    [priority('In', '[high, low]'), `{ priorityClassName: low, ${bare} }`, true],
    [priority('In', '[high]'), `{ priorityClassName: low, ${bare} }`, false],
    [priority('In', '[high]'), bare, false],
    [priority('NotIn', '[high]'), bare, true],
    [priority('NotIn', '[high]'), `{ priorityClassName: high, ${bare} }`, false],
    [priority('NotIn', '[high]'), `{ priorityClassName: low, ${bare} }`, true],
    [priority('Near'), bare, false],
    ['scopeSelector: { matchExpressions: [{ scopeName: BestEffort, operator: Exists }] }', bare, true],
    ['scopes: [VolumeAttributesClass]', bare, false],
    ['scopes: [CrossNamespacePodAffinity]', bare, false],
    ['scopes: [CrossNamespacePodAffinity]', affine('podAffinity', requiredTerm('{ namespaces: [a] }')), true],
    ['scopes: [CrossNamespacePodAffinity]', affine('podAffinity', requiredTerm('{ namespaces: [] }')), false],
    [
      'scopes: [CrossNamespacePodAffinity]',
      affine('podAntiAffinity', requiredTerm('{ namespaceSelector: {} }')),
      true,
    ],
    [
      'scopes: [CrossNamespacePodAffinity]',
      affine(
        'podAntiAffinity',
        '{ preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { namespaces: [a] } }] }',
      ),
      true,
    ],
    [
      'scopes: [CrossNamespacePodAffinity]',
      affine('nodeAffinity', requiredTerm('{ namespaces: [a] }')),
      false,
    ],
  ])('%s with %s: %s', (scopes, pod, applies) => {
    expect(problems(pod, none(scopes))).toEqual(applies ? ['requested pods=1, used 0, limited 0'] : []);
  });
});

describe('a quota of objects', () => {
  const charge = (spec: string, resource: string, used = '{}') => {
    const quota = quotaOf(spec, used);
    const found = objectCharge(quota, resource, usedOf(quota));
    return found && [found.resource, roomFor(found)];
  };

  it('counts by plural name and group', () => {
    const spec = 'hard: { count/deployments.apps: 3, count/replicationcontrollers: 1 }';
    expect(charge(spec, 'deployments.apps', '{ count/deployments.apps: 2 }')).toEqual([
      'count/deployments.apps',
      1,
    ]);
    expect(charge(spec, 'replicationcontrollers')).toEqual(['count/replicationcontrollers', 1]);
    expect(charge(spec, 'statefulsets.apps')).toBeUndefined();
  });

  it('counts the oldest kinds by their plain names', () => {
    expect(charge('hard: { replicationcontrollers: 0 }', 'replicationcontrollers')).toEqual([
      'replicationcontrollers',
      0,
    ]);
  });

  it('counts nothing where it has scopes', () => {
    expect(
      charge('{ hard: { count/deployments.apps: 0 }, scopes: [BestEffort] }', 'deployments.apps'),
    ).toBeUndefined();
  });
});
