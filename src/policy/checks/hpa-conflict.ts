import { autoscalerMetrics } from '../scaling/autoscaler-metrics.ts';
import type { ObjectCheck, ObjectSubject, Violation } from '../check.ts';
import { autoscalerExample, measuredExample, together } from '../example.ts';
import type { GraphWorkload } from '../graph.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import {
  otherAutoscalers,
  rivalAutoscalers,
  scaledBy,
  scaledWorkloads,
  sharingPodsWith,
  verticalAutoscalersOf,
} from '../objects/relations.ts';
import { scaleTarget } from '../scaling/scale-target.ts';
import { setsRequests } from '../scaling/vertical-autoscaler.ts';

/** One autoscaler decides about a workload, and none about what another one reckons with. */
export const hpaConflict: ObjectCheck = {
  id: 'hpa-conflict',
  title: 'One autoscaler per workload',
  rationale:
    'When the HPA controller sees pods that two autoscalers count, it stops both. A VerticalPodAutoscaler that sets the ' +
    'requests of which a HorizontalPodAutoscaler takes its percentage moves the yardstick: the two drive each other.',
  symptom:
    'The condition ScalingActive of both is False with reason AmbiguousSelector: pods by selector app=web are controlled ' +
    'by more than one HPA (e.g. [shop/web-cpu shop/web-memory]), and the workload stays as it is. With a ' +
    'VerticalPodAutoscaler pods are evicted and the number of replicas swings without a change in load.',
  remediation:
    'Put all metrics into one HorizontalPodAutoscaler: the one that asks for most pods counts. Take the resource out of ' +
    'controlledResources of the VerticalPodAutoscaler, or set its updateMode to Off.',
  source:
    'pkg/controller/podautoscaler/horizontal.go, validateAndParseSelector; kubernetes/autoscaler ' +
    'vertical-pod-autoscaler/docs/known-limitations.md',
  topic: 'scaling',
  judges: ['HorizontalPodAutoscaler'],
  needs: ['HorizontalPodAutoscaler', 'VerticalPodAutoscaler', 'workloads'],
  messages: {
    'same-target': {
      problem: 'HorizontalPodAutoscaler {other} scales {target} as well',
      advice: 'neither would scale (AmbiguousSelector), put the metrics of both into one',
      absence: true,
    },
    'same-pods': {
      problem: 'its {target} and the {otherTarget} of HorizontalPodAutoscaler {other} select the same pods',
      advice: 'neither would scale (AmbiguousSelector), give each a selector that matches its own pods alone',
      absence: true,
    },
    vertical: {
      problem: 'VerticalPodAutoscaler {other} sets the {resource} requests that it takes its percentage of',
      advice: 'take {resource} out of controlledResources there, or set updateMode to Off',
      absence: true,
    },
  },
  parameters: {},
  examples: {
    bad: together(
      measuredExample(),
      autoscalerExample({ name: 'web-cpu' }),
      autoscalerExample({ name: 'web-memory', resources: ['memory'] }),
    ),
    good: together(measuredExample(), autoscalerExample({ resources: ['cpu', 'memory'] })),
  },
  evaluate(subject) {
    const found = scaledBy(subject.graph, subject.object, subject.namespace);
    return [...horizontalConflicts(subject, found), ...verticalConflicts(subject, found)];
  },
};

/** At most one violation of each kind, however many there are: each of the others gets its own. */
function horizontalConflicts(
  { object, namespace, graph }: ObjectSubject,
  found: GraphWorkload | undefined,
): Violation[] {
  const path = ['spec', 'scaleTargetRef'];
  const target = scaleTarget(object);
  const rivals = rivalAutoscalers(graph, object, namespace);
  const violations: Violation[] = [];
  if (rivals.length > 0) {
    const values = { other: named(rivals), target: `${target.kind} ${target.name}` };
    violations.push({ check: 'hpa-conflict', message: 'same-target', path, values });
  }
  if (found === undefined) return violations;
  const sharing = sharingPodsWith(graph, found, namespace);
  sharing.delete(found);
  if (sharing.size === 0) return violations;
  const workloadOf = scaledWorkloads(graph, namespace);
  for (const other of otherAutoscalers(graph, object, namespace)) {
    const rival = workloadOf(other);
    if (rival === undefined || !sharing.has(rival)) continue;
    const values = { other: other.name, target: nameOf(found), otherTarget: nameOf(rival) };
    violations.push({ check: 'hpa-conflict', message: 'same-pods', path, values });
    break;
  }
  return violations;
}

/**
 * Only percentages are of the requests: a target that is an amount is the same whatever a VerticalPodAutoscaler does. It
 * sets nothing for sidecars and init containers.
 */
function verticalConflicts(
  { object, namespace, graph, ignores }: ObjectSubject,
  found: GraphWorkload | undefined,
): Violation[] {
  const verticals = verticalAutoscalersOf(graph, object, namespace);
  if (verticals.length === 0) return [];
  const names = found?.pod.containers
    .filter((container) => container.class === 'app' && !ignores(container))
    .map(({ name }) => name);
  const violations: Violation[] = [];
  // Each VerticalPodAutoscaler is read once for each resource, however many metrics there are.
  for (const resource of ['cpu', 'memory']) {
    const metrics = autoscalerMetrics(object).filter(
      (one) => one.resource === resource && one.utilization !== undefined,
    );
    const [first] = metrics;
    if (first === undefined) continue;
    const containers = metrics.map((one) => one.container);
    const asked = containers.every((name) => name !== undefined) ? containers : names;
    const rivals = verticals.filter((vpa) => setsRequests(vpa, resource, asked));
    if (rivals.length === 0) continue;
    const values = { other: named(rivals), resource };
    violations.push({ check: 'hpa-conflict', message: 'vertical', path: first.path, values });
  }
  return violations;
}

const nameOf = ({ workload }: GraphWorkload): string => `${workload.kind.kind} ${workload.name}`;

const maxNamed = 3;

function named(objects: readonly KubeObject[]): string {
  const names = objects.slice(0, maxNamed).map(({ name }) => name);
  const more = objects.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
