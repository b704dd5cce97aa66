import type { Check } from '../check.ts';
import { workloadExample } from '../example.ts';
import { asNumber } from '../json.ts';
import { specOf } from '../objects/kube-object.ts';
import { expectedReplicas } from '../scaling/replicas.ts';
import { hasOwnVolumes, isPinned, mountsClaim } from '../scaling/single-place.ts';
import { isPod } from '../objects/workload-kinds.ts';

const defaultMin = 2;

const withReplicas = (replicas: number): string =>
  workloadExample(
    `
      containers:
        - name: app
          image: example.com/web:1.0
    `,
    { spec: `replicas: ${replicas}` },
  );

/** A workload keeps more than one pod running, so that the loss of one is no outage. */
export const replicas: Check = {
  id: 'replicas',
  title: 'Workloads keep several replicas',
  rationale:
    'With one replica every drain of a node, every eviction and every crash is an outage until a new pod is scheduled, has ' +
    'pulled its image and is Ready. No grace period and no PodDisruptionBudget can help that.',
  symptom:
    'The Service has no endpoints for seconds to minutes whenever a node is drained or fails: kubectl get endpointslices shows ' +
    '<unset>, and clients get 503 or "connection refused".',
  remediation:
    'Set spec.replicas, or minReplicas of the HorizontalPodAutoscaler, to at least 2. What may run only once (a ' +
    'controller without leader election) is better left out by the selector of this check; one replica with a persistent ' +
    'volume passes as it is.',
  source: 'kubernetes.io/docs/concepts/workloads/pods/disruptions',
  topic: 'scaling',
  judges: 'workloads',
  needs: ['HorizontalPodAutoscaler'],
  messages: {
    few: {
      problem: 'spec.replicas is {replicas}',
      advice: 'the drain or the loss of one node would be an outage, set at least {min}',
      // An autoscaler that is applied a moment later may raise it.
      absence: true,
    },
    'few-autoscaled': {
      problem: '{autoscaler} scales down to {replicas}',
      advice: 'the drain or the loss of one node would be an outage, set its minReplicas to at least {min}',
      absence: true,
    },
  },
  parameters: {
    min: {
      type: 'integer',
      description: 'Replicas that a workload must have at least.',
      default: defaultMin,
      minimum: 1,
      maximum: 1000,
    },
  },
  examples: { bad: withReplicas(1), good: withReplicas(2) },
  evaluate({ workload, pod, graph, namespace }, parameters) {
    // On one node more of them would go down together.
    if (workload.controlled || isPod(workload) || isPinned(pod)) return [];
    const expected = expectedReplicas(workload, graph, namespace);
    const min = Number(parameters['min'] ?? defaultMin);
    // Zero is a workload, or with an autoscaler a time of day, that is switched off on purpose.
    if (expected === undefined || expected.min === 0 || expected.min >= min) return [];
    // A second pod could not mount the volume or would write to it beside the first; or it would have an empty one.
    if (expected.max === 1 && (mountsClaim(pod) || hasOwnVolumes(workload))) return [];
    const { autoscaler } = expected;
    const isWritten = asNumber(specOf(workload)['replicas']) !== undefined;
    return [
      {
        check: 'replicas',
        message: autoscaler === undefined ? 'few' : 'few-autoscaled',
        root: 'object',
        path: ['spec', 'replicas'],
        values: {
          replicas: isWritten || autoscaler !== undefined ? expected.min : `${expected.min} by default`,
          min,
          ...(autoscaler && { autoscaler: `HorizontalPodAutoscaler ${autoscaler.name}` }),
        },
      },
    ];
  },
};
