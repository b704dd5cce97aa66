import { autoscalerMetrics, type AutoscalerMetric } from '../scaling/autoscaler-metrics.ts';
import type { ObjectCheck, Violation } from '../check.ts';
import { autoscalerExample, measuredExample, together } from '../example.ts';
import { scaledBy } from '../objects/relations.ts';
import { ScaledPod, type Share } from '../scaling/scaled-pod.ts';

const withRequests = (requests: string): string =>
  together(measuredExample({}, requests), autoscalerExample());

/** What an autoscaler reckons in percent of requests has requests. */
export const hpaRequests: ObjectCheck = {
  id: 'hpa-requests',
  title: 'The pods of an autoscaler have the requests it counts on',
  rationale:
    'Utilization is usage in percent of the requests. One container or sidecar without a request, an injected one ' +
    'included, and the metric fails for the whole workload: it stays at its number of replicas under any load.',
  symptom:
    'The column TARGETS of kubectl get hpa stays <unknown>/70%, and the condition ScalingActive is False with reason ' +
    'FailedGetResourceMetric: the HPA was unable to compute the replica count: failed to get cpu utilization: missing ' +
    'request for cpu in container app of Pod web-...',
  remediation:
    'Set the request on every container and sidecar of the target, or on the pod as a whole in spec.resources; or give ' +
    'the metric an averageValue, or make it a ContainerResource metric of a container that has the request.',
  source:
    'pkg/controller/podautoscaler/replica_calculator.go, calculateRequests; KEP-1610 for ContainerResource',
  topic: 'scaling',
  judges: ['HorizontalPodAutoscaler'],
  needs: ['workloads'],
  messages: {
    missing: {
      problem: 'it scales on {resource} utilization, and {target} has no {resource} request in {containers}',
      advice: 'the metric fails, set resources.requests.{resource} there',
      absence: true,
    },
    'default-metric': {
      problem:
        'without metrics it scales on cpu utilization, and {target} has no cpu request in {containers}',
      advice: 'it would never scale, set resources.requests.cpu there or write metrics',
      absence: true,
    },
    'missing-pod-level': {
      problem:
        'it scales on {resource} utilization, and spec.resources of {target} has no {resource} request',
      advice: 'the metric fails, set spec.resources.requests.{resource} of the pod',
      absence: true,
    },
    zero: {
      problem: 'it scales on {resource} utilization, and the {resource} requests of {target} are 0',
      advice: 'nothing can be reckoned in percent of 0, set resources.requests.{resource}',
      absence: true,
    },
    unreachable: {
      problem:
        'it scales up above {utilization}% of the {resource} requests, and the limits of {target} end at {reach}%',
      advice: 'that never scales up, set a target well below {reach}%',
      absence: true,
    },
    'no-container': {
      problem: 'it scales on the {resource} of container {container}, and {target} has no such container',
      advice: 'the metric fails, name a container or a sidecar that is there',
      absence: true,
    },
  },
  parameters: {},
  examples: { bad: withRequests('{ memory: 128Mi }'), good: withRequests('{ cpu: 100m, memory: 128Mi }') },
  evaluate({ object, namespace, graph, ignores }) {
    const found = scaledBy(graph, object, namespace);
    if (found === undefined) return [];
    const pod = new ScaledPod(found.pod, ignores);
    const target = `${found.workload.kind.kind} ${found.workload.name}`;
    const violations: Violation[] = [];
    for (const metric of autoscalerMetrics(object)) {
      const problem = problemOf(metric, pod);
      if (problem === undefined) continue;
      const { message, values } = problem;
      violations.push({
        check: 'hpa-requests',
        message,
        path: metric.path,
        values: { target, resource: metric.resource, ...values },
      });
    }
    return violations;
  },
};

interface Problem {
  readonly message: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** The resources that the metrics API has. */
const measured = new Set(['cpu', 'memory']);

/** In the order in which the controller would stumble over it. */
function problemOf(metric: AutoscalerMetric, pod: ScaledPod): Problem | undefined {
  const { type, resource, utilization, isDefault } = metric;
  if (!measured.has(resource)) return undefined;
  const container = type === 'ContainerResource' ? metric.container : undefined;
  if (container !== undefined && !pod.has(container)) {
    return pod.ignoresName(container) ? undefined : { message: 'no-container', values: { container } };
  }
  if (utilization === undefined) return undefined;
  const share = pod.share(resource, container);
  if (share.missing === 'pod') return { message: 'missing-pod-level' };
  if (share.missing.length > 0) {
    return {
      message: isDefault ? 'default-metric' : 'missing',
      values: { containers: named(share.missing) },
    };
  }
  if (share.requests === 0n) return { message: 'zero' };
  return unreachable(share, utilization);
}

/** Usage ends where the limits end, so a target at or above that is never passed. */
function unreachable({ requests, limits }: Share, utilization: number): Problem | undefined {
  if (requests === undefined || limits === undefined || !Number.isInteger(utilization)) return undefined;
  if (limits * 100n > requests * BigInt(utilization)) return undefined;
  return { message: 'unreachable', values: { utilization, reach: Number((limits * 100n) / requests) } };
}

const maxNamed = 5;

function named(containers: readonly string[]): string {
  const shown = containers.slice(0, maxNamed).join(', ');
  const more = containers.length - maxNamed;
  const label = containers.length === 1 ? 'container' : 'containers';
  return `${label} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
