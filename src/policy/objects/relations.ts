/** Which object is about which: the edges of the graph. */
import type { Graph, GraphWorkload } from '../graph.ts';
import { asArray, asObject, asString } from '../json.ts';
import { specOf, type KubeObject } from './kube-object.ts';
import { matchesLabels, matchesSelector } from './label-selector.ts';
import { isKindName, scaleTarget } from '../scaling/scale-target.ts';
import { isVerticalTarget } from '../scaling/vertical-autoscaler.ts';
import type { PodView } from './view.ts';
import type { Workload } from './workload-kinds.ts';

/** The HorizontalPodAutoscalers that scale a workload: by group, kind and name. */
export function autoscalersOf(graph: Graph, workload: Workload, namespace: string): readonly KubeObject[] {
  return graph.objects('HorizontalPodAutoscaler', namespace).filter((hpa) => scales(hpa, workload));
}

/** The workload that a HorizontalPodAutoscaler scales, where the graph has it. */
export function scaledBy(graph: Graph, hpa: KubeObject, namespace: string): GraphWorkload | undefined {
  return graph.workloads(namespace).find(({ workload }) => scales(hpa, workload));
}

function scales(hpa: KubeObject, { kind, name }: Workload): boolean {
  const target = scaleTarget(hpa);
  return target.name === name && target.group === kind.group && isKindName(target.kind, kind.kind);
}

/** The same for many HorizontalPodAutoscalers of a namespace, whose workloads are read through once. */
export function scaledWorkloads(
  graph: Graph,
  namespace: string,
): (hpa: KubeObject) => GraphWorkload | undefined {
  const key = (...parts: readonly string[]): string => parts.join(' ');
  const workloads = new Map<string, GraphWorkload>();
  for (const one of graph.workloads(namespace)) {
    const { kind, name } = one.workload;
    for (const word of [kind.kind, kind.kind.toLowerCase()]) {
      const known = key(kind.group, word, name);
      if (!workloads.has(known)) workloads.set(known, one);
    }
  }
  return (hpa) => {
    const { group, kind, name } = scaleTarget(hpa);
    return workloads.get(key(group, kind, name));
  };
}

/** True when the selector of a workload counts the pods of another one among its own. */
export function selectsPodsOf({ workload }: GraphWorkload, { pod }: GraphWorkload): boolean {
  const { selector } = specOf(workload);
  // Only a ReplicationController has a plain map.
  return workload.kind.kind === 'ReplicationController'
    ? matchesLabels(selector, pod.labels)
    : matchesSelector(selector, pod.labels);
}

/** The other HorizontalPodAutoscalers of the namespace. One of the same name is the same, as it was or will be. */
export function otherAutoscalers(graph: Graph, hpa: KubeObject, namespace: string): readonly KubeObject[] {
  return graph
    .objects('HorizontalPodAutoscaler', namespace)
    .filter((other) => other !== hpa && other.name !== hpa.name);
}

/** The VerticalPodAutoscalers of what a HorizontalPodAutoscaler scales. */
export function verticalAutoscalersOf(
  graph: Graph,
  hpa: KubeObject,
  namespace: string,
): readonly KubeObject[] {
  const target = scaleTarget(hpa);
  return graph.objects('VerticalPodAutoscaler', namespace).filter((vpa) => isVerticalTarget(vpa, target));
}

/** The PodDisruptionBudgets that count a pod, by its labels. */
export function budgetsOf(graph: Graph, pod: PodView, namespace: string): readonly KubeObject[] {
  return graph
    .objects('PodDisruptionBudget', namespace)
    .filter((budget) => matchesSelector(specOf(budget)['selector'], pod.labels));
}

/** The workloads whose pods a PodDisruptionBudget counts. */
export function countedBy(graph: Graph, budget: KubeObject, namespace: string): readonly GraphWorkload[] {
  const { selector } = specOf(budget);
  return graph.workloads(namespace).filter(({ pod }) => matchesSelector(selector, pod.labels));
}

/** The Services that send traffic to a pod, by its labels. */
export function servicesOf(graph: Graph, pod: PodView, namespace: string): readonly KubeObject[] {
  return graph
    .objects('Service', namespace)
    .filter((service) => matchesLabels(specOf(service)['selector'], pod.labels));
}

/** The Ingresses that have a Service of their namespace as a backend, by its name. */
export function ingressesTo(graph: Graph, service: KubeObject, namespace: string): readonly KubeObject[] {
  return graph.objects('Ingress', namespace).filter((ingress) => backendsOf(ingress).has(service.name));
}

/** The Services that an Ingress has as backends, as far as the graph has them. */
export function backendServices(graph: Graph, ingress: KubeObject, namespace: string): readonly KubeObject[] {
  const names = backendsOf(ingress);
  return graph.objects('Service', namespace).filter(({ name }) => names.has(name));
}

/** The names of the Services that an Ingress sends traffic to. Source: IngressSpec in k8s.io/api networking/v1. */
function backendsOf(ingress: KubeObject): Set<string> {
  const spec = specOf(ingress);
  const paths = asArray(spec['rules']).flatMap((rule) => asArray(asObject(asObject(rule)['http'])['paths']));
  const backends = [spec['defaultBackend'], ...paths.map((path) => asObject(path)['backend'])];
  const names = backends.map((backend) => asString(asObject(asObject(backend)['service'])['name']));
  return new Set(names.filter((name) => name !== undefined));
}
