/** Which object is about which: the edges of the graph. */
import type { Graph, GraphWorkload } from '../graph.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import { indexBy, indexByRarest, leastOf, perList, type Index } from './index-by.ts';
import { specOf, type KubeObject } from './kube-object.ts';
import {
  labelMarks,
  mapMarks,
  matchesLabels,
  matchesSelector,
  selectorMarks,
  selectorTest,
} from './label-selector.ts';
import { isKindName, isSameTarget, scaleTarget } from '../scaling/scale-target.ts';
import { isVerticalTarget } from '../scaling/vertical-autoscaler.ts';
import type { ObjectKindName } from './object-kinds.ts';
import type { PodView } from './view.ts';
import type { Workload } from './workload-kinds.ts';

// The indexes only narrow down what is asked: a namespace may have thousands of each kind, and each may be judged.

/** Kinds are found in two cases, so the index has them in one. */
const targetKey = (group: string, kind: string, name: string): string =>
  `${group} ${kind.toLowerCase()} ${name}`;

const workloadKey = ({ kind, name }: Workload): string => targetKey(kind.group, kind.kind, name);

const autoscalersByTarget = indexBy((hpa: KubeObject) => {
  const { group, kind, name } = scaleTarget(hpa);
  return [targetKey(group, kind, name)];
});

const workloadsByName = indexBy(({ workload }: GraphWorkload) => [workloadKey(workload)]);

/** The HorizontalPodAutoscalers that scale a workload: by group, kind and name. */
export function autoscalersOf(graph: Graph, workload: Workload, namespace: string): readonly KubeObject[] {
  return autoscalersByTarget(graph.objects('HorizontalPodAutoscaler', namespace))
    .with(workloadKey(workload))
    .filter((hpa) => scales(hpa, workload));
}

/** The workload that a HorizontalPodAutoscaler scales, where the graph has it. */
export function scaledBy(graph: Graph, hpa: KubeObject, namespace: string): GraphWorkload | undefined {
  const { group, kind, name } = scaleTarget(hpa);
  return workloadsByName(graph.workloads(namespace))
    .with(targetKey(group, kind, name))
    .find(({ workload }) => scales(hpa, workload));
}

function scales(hpa: KubeObject, { kind, name }: Workload): boolean {
  const target = scaleTarget(hpa);
  return target.name === name && target.group === kind.group && isKindName(target.kind, kind.kind);
}

/** The same for many HorizontalPodAutoscalers of a namespace. */
export function scaledWorkloads(
  graph: Graph,
  namespace: string,
): (hpa: KubeObject) => GraphWorkload | undefined {
  return (hpa) => scaledBy(graph, hpa, namespace);
}

/** True when the selector of a workload counts the pods of another one among its own. */
export function selectsPodsOf({ workload }: GraphWorkload, { pod }: GraphWorkload): boolean {
  const { selector } = specOf(workload);
  // Only a ReplicationController has a plain map.
  return workload.kind.kind === 'ReplicationController'
    ? matchesLabels(selector, pod.labels)
    : matchesSelector(selector, pod.labels);
}

const workloadsBySelector = indexByRarest(({ workload }: GraphWorkload) => {
  const { selector } = specOf(workload);
  return waysTo(
    workload.kind.kind === 'ReplicationController' ? mapMarks(selector) : selectorMarks(selector),
  );
});

/** The workloads whose pods one selects, and those that select its pods, itself among them. */
export function sharingPodsWith(graph: Graph, one: GraphWorkload, namespace: string): Set<GraphWorkload> {
  const { selector } = specOf(one.workload);
  const workloads = graph.workloads(namespace);
  const isMap = one.workload.kind.kind === 'ReplicationController';
  const selected = labelled(workloads, isMap ? mapMarks(selector) : selectorMarks(selector));
  const selecting = selectingLabels(workloadsBySelector(workloads), one.pod.labels);
  return new Set([
    ...selected.filter((other) => selectsPodsOf(one, other)),
    ...selecting.filter((other) => selectsPodsOf(other, one)),
  ]);
}

/** The other HorizontalPodAutoscalers of the namespace. One of the same name is the same, as it was or will be. */
export function otherAutoscalers(graph: Graph, hpa: KubeObject, namespace: string): readonly KubeObject[] {
  return graph.objects('HorizontalPodAutoscaler', namespace).filter((other) => isOther(other, hpa));
}

/** Those of them that scale the same thing. */
export function rivalAutoscalers(graph: Graph, hpa: KubeObject, namespace: string): readonly KubeObject[] {
  const target = scaleTarget(hpa);
  return autoscalersByTarget(graph.objects('HorizontalPodAutoscaler', namespace))
    .with(targetKey(target.group, target.kind, target.name))
    .filter((other) => isOther(other, hpa) && isSameTarget(scaleTarget(other), target));
}

const isOther = (other: KubeObject, hpa: KubeObject): boolean => other !== hpa && other.name !== hpa.name;

const verticalsByName = indexBy((vpa: KubeObject) => [
  asString(asObject(specOf(vpa)['targetRef'])['name']) ?? '',
]);

/** The VerticalPodAutoscalers of what a HorizontalPodAutoscaler scales. */
export function verticalAutoscalersOf(
  graph: Graph,
  hpa: KubeObject,
  namespace: string,
): readonly KubeObject[] {
  const target = scaleTarget(hpa);
  return verticalsByName(graph.objects('VerticalPodAutoscaler', namespace))
    .with(target.name)
    .filter((vpa) => isVerticalTarget(vpa, target));
}

/** A PodDisruptionBudget whose selector is read: a thousand pods may be held against it. */
interface Budget {
  readonly budget: KubeObject;
  readonly marks: Marks;
  readonly counts: (labels: JsonObject) => boolean;
}

const readBudgets = perList((budgets: readonly KubeObject[]): readonly Budget[] =>
  budgets.map((budget) => {
    const { selector } = specOf(budget);
    return { budget, marks: selectorMarks(selector), counts: selectorTest(selector) };
  }),
);

const budgetsBySelector = indexByRarest(({ marks }: Budget) => waysTo(marks));

/** The PodDisruptionBudgets that may count a pod, to be tried one by one. */
function budgetsToTry(graph: Graph, pod: PodView, namespace: string): readonly Budget[] {
  const budgets = readBudgets(graph.objects('PodDisruptionBudget', namespace));
  return selectingLabels(budgetsBySelector(budgets), pod.labels);
}

/** The PodDisruptionBudgets that count a pod, by its labels. */
export function budgetsOf(graph: Graph, pod: PodView, namespace: string): readonly KubeObject[] {
  const { labels } = pod;
  return budgetsToTry(graph, pod, namespace).flatMap(({ budget, counts }) => (counts(labels) ? budget : []));
}

/** The first of them that has another name than one: with the same it is that one, as it was or will be. */
export function otherBudgetOf(
  graph: Graph,
  pod: PodView,
  namespace: string,
  budget: KubeObject,
): KubeObject | undefined {
  const other = budgetsToTry(graph, pod, namespace).find(
    (one) => one.budget.name !== budget.name && one.counts(pod.labels),
  );
  return other?.budget;
}

const workloadsByLabel = indexBy(({ pod }: GraphWorkload) => labelMarks(pod.labels));

/** The workloads whose pods a PodDisruptionBudget counts. */
export function countedBy(graph: Graph, budget: KubeObject, namespace: string): readonly GraphWorkload[] {
  const { selector } = specOf(budget);
  const counts = selectorTest(selector);
  return labelled(graph.workloads(namespace), selectorMarks(selector)).filter(({ pod }) =>
    counts(pod.labels),
  );
}

/** True when a PodDisruptionBudget counts pods that an object of an unknown kind makes. */
export function countsOthers(graph: Graph, budget: KubeObject, namespace: string): boolean {
  return graph.otherPodLabels(namespace).some(selectorTest(specOf(budget).selector));
}

/** The workloads whose pods have a mark of each list; at least, of the one that says most. */
function labelled(workloads: readonly GraphWorkload[], marks: Marks): readonly GraphWorkload[] {
  if (marks === undefined) return [];
  if (marks.length === 0) return workloads;
  const index = workloadsByLabel(workloads);
  return index.with(...leastOf(marks, (mark) => index.count(mark)));
}

/** What to look for before a selector is tried: see {@link selectorMarks}. */
type Marks = ReturnType<typeof selectorMarks>;

/** The key of what requires no label. */
const anyLabels = '';

/** The keys that a selector can be found by. */
function waysTo(marks: Marks): NonNullable<Marks> {
  return marks?.length === 0 ? [[anyLabels]] : (marks ?? []);
}

/** What may select these labels, of an index by selector. */
function selectingLabels<T>(index: Index<T>, labels: JsonObject): readonly T[] {
  return index.with(anyLabels, ...labelMarks(labels));
}

const servicesBySelector = indexByRarest((service: KubeObject) =>
  waysTo(mapMarks(specOf(service)['selector'])),
);

/** The Services that send traffic to a pod, by its labels. */
export function servicesOf(graph: Graph, pod: PodView, namespace: string): readonly KubeObject[] {
  return selectingLabels(servicesBySelector(graph.objects('Service', namespace)), pod.labels).filter(
    (service) => matchesLabels(specOf(service)['selector'], pod.labels),
  );
}

const objectsByName = indexBy(({ name }: KubeObject) => [name]);

/** The objects of a kind that have one of these names: several of one name only in manifests. */
export function objectsNamed(
  graph: Graph,
  kind: ObjectKindName,
  namespace: string,
  ...names: readonly string[]
): readonly KubeObject[] {
  return objectsByName(graph.objects(kind, namespace)).with(...names);
}

const ingressesByBackend = indexBy(backendsOf);

/** The Ingresses that have a Service of their namespace as a backend, by its name. */
export function ingressesTo(graph: Graph, service: KubeObject, namespace: string): readonly KubeObject[] {
  return ingressesByBackend(graph.objects('Ingress', namespace)).with(service.name);
}

/** The Services that an Ingress has as backends, as far as the graph has them. */
export function backendServices(graph: Graph, ingress: KubeObject, namespace: string): readonly KubeObject[] {
  return objectsNamed(graph, 'Service', namespace, ...backendsOf(ingress));
}

/** The names of the Services that an Ingress sends traffic to. Source: IngressSpec in k8s.io/api networking/v1. */
function backendsOf(ingress: KubeObject): Set<string> {
  const spec = specOf(ingress);
  const paths = asArray(spec['rules']).flatMap((rule) => asArray(asObject(asObject(rule)['http'])['paths']));
  const backends = [spec['defaultBackend'], ...paths.map((path) => asObject(path)['backend'])];
  const names = backends.map((backend) => asString(asObject(asObject(backend)['service'])['name']));
  return new Set(names.filter((name) => name !== undefined));
}
