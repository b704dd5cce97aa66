import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { buildGraph, type Graph, type GraphWorkload } from '../../../../src/policy/graph.ts';
import { asArray, asObject, type Json, type JsonObject } from '../../../../src/policy/json.ts';
import { indexBy, indexByRarest } from '../../../../src/policy/objects/index-by.ts';
import { specOf, type KubeObject } from '../../../../src/policy/objects/kube-object.ts';
import { matchesLabels, matchesSelector } from '../../../../src/policy/objects/label-selector.ts';
import { readObject, type ObjectKindName } from '../../../../src/policy/objects/object-kinds.ts';
import {
  autoscalersOf,
  backendServices,
  budgetsOf,
  countedBy,
  ingressesTo,
  objectsNamed,
  otherAutoscalers,
  otherBudgetOf,
  rivalAutoscalers,
  scaledBy,
  selectsPodsOf,
  servicesOf,
  sharingPodsWith,
  verticalAutoscalersOf,
} from '../../../../src/policy/objects/relations.ts';
import { readPod } from '../../../../src/policy/objects/view.ts';
import { isKindName, isSameTarget, scaleTarget } from '../../../../src/policy/scaling/scale-target.ts';
import { isVerticalTarget } from '../../../../src/policy/scaling/vertical-autoscaler.ts';
import { withNamesakes } from '../graphs.ts';

// Few words, so that objects find each other; some that no API server takes, and some that mean something else.
const name = fc.constantFrom('web', 'api', 'a=b', 'constructor', '');
const value = fc.constantFrom<Json[]>('web', 'api', '', null, 1, 'b=c', 'not valid');
const key = fc.constantFrom('app', 'tier', 'a', 'a=b', 'constructor', '');
const labels = fc.dictionary(key, value, { maxKeys: 3 });
const target = fc.record(
  {
    apiVersion: fc.constantFrom('apps/v1', 'apps/v1beta2', 'v1', 'argoproj.io/v1', 'apps.example.com/v1'),
    kind: fc.constantFrom(
      'Deployment',
      'deployment',
      'DEPLOYMENT',
      'StatefulSet',
      'ReplicationController',
      'Rollout',
    ),
    name,
  },
  { requiredKeys: [] },
);
const expression = fc.record(
  {
    key: fc.constantFrom('app', 'tier', 'a'),
    operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt'),
    values: fc.array(fc.constantFrom('web', 'api', null), { maxLength: 2 }),
  },
  { requiredKeys: ['key', 'operator'] },
);
const selector = fc.oneof(
  fc.record({ matchLabels: labels }),
  fc.record({ matchExpressions: fc.array(expression, { maxLength: 2 }) }),
  fc.record({ matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 2 }) }),
  fc.constantFrom<Json[]>({}, null, 'app=web', []),
);
const backend = fc.record({ service: fc.record({ name }) });

/** A manifest of a kind. */
const manifest = (apiVersion: string, kind: string, spec: fc.Arbitrary<object>): fc.Arbitrary<JsonObject> =>
  fc.record({ name, spec }).map((made) => {
    const metadata = { name: made.name };
    return { apiVersion, kind, metadata, spec: made.spec } as unknown as JsonObject;
  });

const template = fc.record({ metadata: fc.record({ labels }), spec: fc.constant({ containers: [] }) });
const makesPods = fc.record({ selector: fc.oneof(selector, labels), template });

const objects = fc.array(
  fc.oneof(
    ...[
      ['apps/v1', 'Deployment'] as const,
      ['apps/v1', 'StatefulSet'] as const,
      ['apps.example.com/v1', 'Deployment'] as const,
      ['argoproj.io/v1alpha1', 'Rollout'] as const,
      ['v1', 'ReplicationController'] as const,
    ].map(([apiVersion, kind]) => manifest(apiVersion, kind, makesPods)),
    manifest('autoscaling/v2', 'HorizontalPodAutoscaler', fc.record({ scaleTargetRef: target })),
    manifest('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', fc.record({ targetRef: target })),
    manifest('policy/v1', 'PodDisruptionBudget', fc.record({ selector })),
    manifest('v1', 'Service', fc.record({ selector: fc.oneof(labels, fc.constant(null)) })),
    manifest(
      'networking.k8s.io/v1',
      'Ingress',
      fc.record({
        defaultBackend: fc.option(backend),
        rules: fc.array(
          fc.record({ http: fc.record({ paths: fc.array(fc.record({ backend }), { maxLength: 3 }) }) }),
          { maxLength: 2 },
        ),
      }),
    ),
  ),
  { maxLength: 30 },
);

const place = 'shop';

function graphOf(manifests: readonly JsonObject[]): Graph {
  return buildGraph({
    objects: manifests.flatMap((one) => withNamesakes.read(one) ?? readObject(one) ?? []),
    namespaces: new Map(),
    defaultNamespace: place,
    unknown: new Set(),
    predict: (workload) => readPod(workload.template),
  });
}

const scales = (hpa: KubeObject, { workload: { kind, name: wanted } }: GraphWorkload): boolean => {
  const found = scaleTarget(hpa);
  return found.name === wanted && found.group === kind.group && isKindName(found.kind, kind.kind);
};

function backendNames(ingress: KubeObject): Json[] {
  const { defaultBackend, rules } = specOf(ingress);
  const paths = asArray(rules).flatMap((rule) => asArray(asObject(asObject(rule)['http'])['paths']));
  return [defaultBackend ?? null, ...paths.map((path) => asObject(path)['backend'] ?? null)].map(
    (one) => asObject(asObject(one)['service'])['name'] ?? null,
  );
}

/** The same objects in the same order: with `toEqual` equal ones would do. */
function expectSame(found: Iterable<unknown>, expected: readonly unknown[]): void {
  const list = [...found];
  expect(list.length).toBe(expected.length);
  for (const [index, one] of list.entries()) expect(one).toBe(expected[index]);
}

/** Asks of every object of a random graph, which is then found out by reading through all the others. */
function forGraphs(ask: (graph: Graph, all: (kind: ObjectKindName) => readonly KubeObject[]) => void): void {
  fc.assert(
    fc.property(objects, (manifests) => {
      const graph = graphOf(manifests);
      ask(graph, (kind) => graph.objects(kind, place));
    }),
    { numRuns: 200 },
  );
}

describe('what is found by an index is what a reading of everything finds', () => {
  it('of workloads and their autoscalers', () => {
    forGraphs((graph, all) => {
      const autoscalers = all('HorizontalPodAutoscaler');
      for (const one of graph.workloads(place)) {
        expectSame(
          autoscalersOf(graph, one.workload, place),
          autoscalers.filter((hpa) => scales(hpa, one)),
        );
      }
      for (const hpa of autoscalers) {
        const wanted = scaleTarget(hpa);
        expect(scaledBy(graph, hpa, place)).toBe(graph.workloads(place).find((one) => scales(hpa, one)));
        expectSame(
          rivalAutoscalers(graph, hpa, place),
          otherAutoscalers(graph, hpa, place).filter((other) => isSameTarget(scaleTarget(other), wanted)),
        );
        expectSame(
          verticalAutoscalersOf(graph, hpa, place),
          all('VerticalPodAutoscaler').filter((vpa) => isVerticalTarget(vpa, wanted)),
        );
      }
    });
  });

  it('of pods and what selects them', () => {
    forGraphs((graph, all) => {
      const workloads = graph.workloads(place);
      const selected = ({ pod }: GraphWorkload, budget: KubeObject): boolean =>
        matchesSelector(specOf(budget)['selector'], pod.labels);
      for (const one of workloads) {
        const budgets = all('PodDisruptionBudget').filter((budget) => selected(one, budget));
        expectSame(budgetsOf(graph, one.pod, place), budgets);
        for (const budget of all('PodDisruptionBudget')) {
          const other = budgets.find((found) => found.name !== budget.name);
          expect(otherBudgetOf(graph, one.pod, place, budget)).toBe(other);
        }
        expectSame(
          servicesOf(graph, one.pod, place),
          all('Service').filter((service) => matchesLabels(specOf(service)['selector'], one.pod.labels)),
        );
        const sharing = sharingPodsWith(graph, one, place);
        expectSame(
          workloads.filter((other) => sharing.has(other)),
          workloads.filter((other) => selectsPodsOf(one, other) || selectsPodsOf(other, one)),
        );
      }
      for (const budget of all('PodDisruptionBudget')) {
        expectSame(
          countedBy(graph, budget, place),
          workloads.filter((one) => selected(one, budget)),
        );
      }
    });
  });

  it('of Ingresses and Services, and of names', () => {
    forGraphs((graph, all) => {
      expect(objectsNamed(graph, 'Service', place, 'gone')).toEqual([]);
      for (const service of all('Service')) {
        expectSame(
          ingressesTo(graph, service, place),
          all('Ingress').filter((ingress) => backendNames(ingress).includes(service.name)),
        );
        expectSame(
          objectsNamed(graph, 'Service', place, service.name, 'gone'),
          all('Service').filter((other) => other.name === service.name),
        );
      }
      for (const ingress of all('Ingress')) {
        expectSame(
          backendServices(graph, ingress, place),
          all('Service').filter((service) => backendNames(ingress).includes(service.name)),
        );
      }
    });
  });
});

describe('an index', () => {
  const list = [{ keys: ['a', 'b', 'a'] }, { keys: ['b'] }, { keys: [] }, { keys: ['c', 'a'] }];

  it('is made once for each list, and says how much has a key', () => {
    const index = indexBy(({ keys }: { keys: string[] }) => keys);
    expect(index(list)).toBe(index(list));
    expect(index(list)).not.toBe(index([...list]));
    expect(['a', 'b', 'd'].map((one) => index(list).count(one))).toEqual([2, 2, 0]);
  });

  it('gives what has any of the keys once, in the order of the list', () => {
    const index = indexBy(({ keys }: { keys: string[] }) => keys)(list);
    expect(index.with('c', 'b', 'a')).toEqual([list[0], list[1], list[3]]);
    expect(index.with('b')).toEqual([list[0], list[1]]);
    expect([...index.with(), ...index.with('d')]).toEqual([]);
  });

  it('of alternatives finds each by what is rarest', () => {
    const common = { ways: [['helm'], ['web']] };
    const other = { ways: [['api', 'helm'], ['db']] };
    const index = indexByRarest(({ ways }: { ways: string[][] }) => ways)([common, other, { ways: [] }]);
    expect(index.with('helm', 'api')).toEqual([]);
    expect([index.with('web'), index.with('db')]).toEqual([[common], [other]]);
  });
});
