import { describe, expect, it } from 'vitest';

import type { Graph, GraphWorkload } from '../../../../src/policy/graph.ts';
import {
  autoscalersOf,
  backendServices,
  budgetsOf,
  countedBy,
  ingressesTo,
  otherAutoscalers,
  scaledBy,
  scaledWorkloads,
  selectsPodsOf,
  servicesOf,
  verticalAutoscalersOf,
} from '../../../../src/policy/objects/relations.ts';
import { graphOf, kubeObject, namesOf } from '../graphs.ts';

/** An object in one line; `place` stands behind the name, for a namespace. */
const written = (apiVersion: string, kind: string, name: string, spec: string, place = '') =>
  `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}${place} }, spec: { ${spec} } }\n`;

const hpa = (target: string, name = 'hpa') =>
  written('autoscaling/v2', 'HorizontalPodAutoscaler', name, `scaleTargetRef: { ${target} }`);

const workload = (kind: string, labels = 'app: web', more = '', name = 'web', place = '') => {
  const apiVersion = { ReplicationController: 'v1', Rollout: 'argoproj.io/v1alpha1' }[kind] ?? 'apps/v1';
  const template = `template: { metadata: { labels: { ${labels} } }, spec: { containers: [] } }`;
  return written(apiVersion, kind, name, `${template}${more === '' ? '' : `, ${more}`}`, place);
};

const many = (...texts: readonly string[]): string => texts.join('---\n');

function only(graph: Graph, namespace = 'shop'): GraphWorkload {
  const [first] = graph.workloads(namespace);
  if (first === undefined) throw new Error('no workload');
  return first;
}

describe('a HorizontalPodAutoscaler and its workload', () => {
  it.each<[string, string, string, boolean]>([
    ['by group, kind and name', 'apiVersion: apps/v1, kind: Deployment, name: web', 'Deployment', true],
    ['in any version', 'apiVersion: apps/v1beta2, kind: Deployment, name: web', 'Deployment', true],
    ['in lower case', 'apiVersion: apps/v1, kind: deployment, name: web', 'Deployment', true],
    ['of a custom kind', 'apiVersion: argoproj.io/v1, kind: Rollout, name: web', 'Rollout', true],
    ['of the core', 'apiVersion: v1, kind: ReplicationController, name: web', 'ReplicationController', true],
    ['of the core, unsaid', 'kind: ReplicationController, name: web', 'ReplicationController', true],
    ['not in another case', 'apiVersion: apps/v1, kind: DEPLOYMENT, name: web', 'Deployment', false],
    ['not in the plural', 'apiVersion: apps/v1, kind: deployments, name: web', 'Deployment', false],
    ['not of another name', 'apiVersion: apps/v1, kind: Deployment, name: api', 'Deployment', false],
    ['not of another kind', 'apiVersion: apps/v1, kind: StatefulSet, name: web', 'Deployment', false],
    ['not of another group', 'apiVersion: extensions/v1, kind: Deployment, name: web', 'Deployment', false],
    ['not of a custom group', 'apiVersion: example.com/v1, kind: Deployment, name: web', 'Deployment', false],
    ['not without a group', 'kind: Deployment, name: web', 'Deployment', false],
    ['not without a target', '', 'Deployment', false],
  ])('find each other %s', (_name, target, kind, expected) => {
    const graph = graphOf(many(hpa(target), workload(kind)));
    const autoscaler = kubeObject(hpa(target));
    const web = only(graph);
    expect(namesOf(autoscalersOf(graph, web.workload, 'shop'))).toEqual(
      expected ? ['HorizontalPodAutoscaler hpa'] : [],
    );
    expect(scaledBy(graph, autoscaler, 'shop')).toBe(expected ? web : undefined);
    expect(scaledWorkloads(graph, 'shop')(autoscaler)).toBe(expected ? web : undefined);
  });

  it('do not find each other in different namespaces', () => {
    const target = 'apiVersion: apps/v1, kind: Deployment, name: web';
    const graph = graphOf(many(hpa(target), workload('Deployment', '', '', 'web', ', namespace: bank')));
    const elsewhere = only(graph, 'bank');
    expect(autoscalersOf(graph, elsewhere.workload, 'bank')).toEqual([]);
    expect(scaledBy(graph, kubeObject(hpa(target)), 'shop')).toBeUndefined();
    expect(scaledBy(graph, kubeObject(hpa(target)), 'bank')).toBe(elsewhere);
    expect(scaledWorkloads(graph, 'shop')(kubeObject(hpa(target)))).toBeUndefined();
  });

  it('may be one of several', () => {
    const target = (name: string) => `apiVersion: apps/v1, kind: Deployment, name: ${name}`;
    const graph = graphOf(
      many(hpa(target('web'), 'a'), hpa(target('api'), 'b'), hpa(target('web'), 'c'), workload('Deployment')),
    );
    expect(namesOf(autoscalersOf(graph, only(graph).workload, 'shop'))).toEqual([
      'HorizontalPodAutoscaler a',
      'HorizontalPodAutoscaler c',
    ]);
  });
});

describe('a workload selects the pods of another', () => {
  it.each<[string, string, string, boolean]>([
    ['Deployment', 'selector: { matchLabels: { app: web } }', 'app: web, tier: front', true],
    ['Deployment', 'selector: { matchLabels: { app: web } }', 'app: api', false],
    ['Deployment', 'selector: {}', 'app: api', true],
    ['Deployment', 'replicas: 1', 'app: web', false],
    ['Deployment', 'selector: { app: web }', 'app: web', true],
    ['ReplicationController', 'selector: { app: web }', 'app: web', true],
    ['ReplicationController', 'selector: { app: web }', 'app: api', false],
    ['ReplicationController', 'selector: {}', 'app: web', false],
    ['Rollout', 'selector: { matchExpressions: [{ key: app, operator: Exists }] }', 'app: web', true],
  ])('%s with %s and pods with %s: %s', (kind, selector, labels, expected) => {
    const graph = graphOf(many(workload(kind, 'own: pods', selector), workload('StatefulSet', labels)));
    const [one, other] = graph.workloads('shop');
    expect(one && other && selectsPodsOf(one, other)).toBe(expected);
  });
});

describe('autoscalers beside one', () => {
  const target = 'apiVersion: apps/v1, kind: Deployment, name: web';
  const vpa = (name: string, ref: string, place = '') =>
    written('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', name, `targetRef: { ${ref} }`, place);

  it('are those of other names: one of the same is the same, as it was or will be', () => {
    const graph = graphOf(many(hpa(target, 'a'), hpa(target, 'b'), hpa('name: x', 'c')));
    expect(namesOf(otherAutoscalers(graph, kubeObject(hpa('name: new', 'b')), 'shop'))).toEqual([
      'HorizontalPodAutoscaler a',
      'HorizontalPodAutoscaler c',
    ]);
    expect(otherAutoscalers(graph, kubeObject(hpa(target, 'b')), 'bank')).toEqual([]);
  });

  it('are the vertical ones of the same target', () => {
    const graph = graphOf(
      many(
        vpa('same', target),
        vpa('other-name', target.replace('web', 'api')),
        vpa('other-kind', target.replace('Deployment', 'StatefulSet')),
        vpa('elsewhere', target, ', namespace: bank'),
      ),
    );
    expect(namesOf(verticalAutoscalersOf(graph, kubeObject(hpa(target)), 'shop'))).toEqual([
      'VerticalPodAutoscaler same',
    ]);
  });
});

describe('what selects pods by their labels', () => {
  const budget = (name: string, spec: string, place = '') =>
    written('policy/v1', 'PodDisruptionBudget', name, spec, place);
  const service = (name: string, spec: string, place = '') => written('v1', 'Service', name, spec, place);
  const selector = 'selector: { matchLabels: { app: web } }';
  const web = workload('Deployment', 'app: web, tier: front');

  it('is a PodDisruptionBudget of the namespace, an empty one for all', () => {
    const graph = graphOf(
      many(
        web,
        budget('web', selector),
        budget('all', 'selector: {}'),
        budget('none', 'maxUnavailable: 1'),
        budget('api', 'selector: { matchLabels: { app: api } }'),
        budget('elsewhere', selector, ', namespace: bank'),
      ),
    );
    expect(namesOf(budgetsOf(graph, only(graph).pod, 'shop'))).toEqual([
      'PodDisruptionBudget web',
      'PodDisruptionBudget all',
    ]);
  });

  it('and a PodDisruptionBudget counts the pods of all such workloads', () => {
    const graph = graphOf(
      many(
        web,
        workload('StatefulSet', 'app: web', '', 'db'),
        workload('DaemonSet', 'app: agent', '', 'agent'),
        workload('Deployment', 'app: web', '', 'web', ', namespace: bank'),
      ),
    );
    const counted = (spec: string) =>
      namesOf(countedBy(graph, kubeObject(budget('b', spec)), 'shop').map((found) => found.workload));
    expect(counted(selector)).toEqual(['Deployment web', 'StatefulSet db']);
    expect(counted('selector: {}')).toEqual(['Deployment web', 'StatefulSet db', 'DaemonSet agent']);
    expect(counted('minAvailable: 1')).toEqual([]);
  });

  it('is a Service of the namespace, an empty one for none', () => {
    const graph = graphOf(
      many(
        web,
        service('web', 'selector: { app: web }'),
        service('front', 'selector: { app: web, tier: front }'),
        service('back', 'selector: { app: web, tier: back }'),
        service('empty', 'selector: {}'),
        service('external', 'type: ExternalName'),
        service('elsewhere', 'selector: { app: web }', ', namespace: bank'),
      ),
    );
    expect(namesOf(servicesOf(graph, only(graph).pod, 'shop'))).toEqual(['Service web', 'Service front']);
  });
});

describe('an Ingress and its Services', () => {
  const ingress = (name: string, spec: string, place = '') =>
    written('networking.k8s.io/v1', 'Ingress', name, spec, place);
  const paths = (...names: readonly string[]) =>
    `rules: [{ host: a, http: { paths: [${names.map((name) => `{ backend: { service: { name: ${name} } } }`).join()}] } }]`;
  const byDefault = 'defaultBackend: { service: { name: web } }';
  const web = written('v1', 'Service', 'web', 'ports: []');
  const api = written('v1', 'Service', 'api', 'ports: []');

  it.each<[string, string, string[]]>([
    ['its default backend', byDefault, ['Service web']],
    ['a path', paths('web'), ['Service web']],
    ['several paths', paths('api', 'gone', 'web', 'web'), ['Service web', 'Service api']],
    ['both', `${byDefault}, ${paths('api')}`, ['Service web', 'Service api']],
    ['a resource', 'defaultBackend: { resource: { kind: Bucket, name: web } }', []],
    ['the fields of a version that is gone', 'backend: { serviceName: web }', []],
    ['rules without paths', 'rules: [{ host: a }, null, { http: { paths: text } }]', []],
    ['nothing', '', []],
  ])('has as backends those of %s', (_name, spec, expected) => {
    const graph = graphOf(many(web, api, ingress('in', spec)));
    const found = kubeObject(ingress('in', spec));
    expect(namesOf(backendServices(graph, found, 'shop'))).toEqual(expected);
    const to = ingressesTo(graph, kubeObject(web), 'shop');
    expect(namesOf(to)).toEqual(expected.includes('Service web') ? ['Ingress in'] : []);
  });

  it('are in one namespace', () => {
    const graph = graphOf(many(web, ingress('in', byDefault, ', namespace: bank')));
    expect(ingressesTo(graph, kubeObject(web), 'shop')).toEqual([]);
    expect(backendServices(graph, kubeObject(ingress('in', byDefault)), 'bank')).toEqual([]);
  });
});
