import type { WorkloadCheck } from '../check.ts';
import { autoscalerExample, measuredExample, together } from '../example.ts';
import { asNumber } from '../json.ts';
import { specOf, type KubeObject } from '../objects/kube-object.ts';
import { autoscalersOf } from '../objects/relations.ts';
import { isPod } from '../objects/workload-kinds.ts';
import { writtenReplicas } from '../scaling/written-replicas.ts';

const withSpec = (spec: string): string => together(measuredExample({ spec }), autoscalerExample());

/** The manifest of a workload that is autoscaled leaves spec.replicas out. */
export const hpaReplicas: WorkloadCheck = {
  id: 'hpa-replicas',
  title: 'An autoscaled workload leaves spec.replicas out',
  rationale:
    'The autoscaler writes spec.replicas, and so does every apply of a manifest that has the field: a roll-out at the ' +
    'busiest hour takes the pods away that were scaled up for it.',
  symptom:
    'At each kubectl apply, helm upgrade or GitOps sync the Deployment has an event ScalingReplicaSet: Scaled down replica ' +
    'set web-... from 6 to 2, and shortly after the autoscaler an event SuccessfulRescale: New size: 6.',
  remediation:
    'Remove spec.replicas from the manifest. For a workload that was applied by kubectl with it, remove it from kubectl ' +
    'apply edit-last-applied first, or the next apply scales to 1.',
  source: 'pkg/apis/apps/v1/defaults.go; k8s.io/kubectl pkg/cmd/apply, the three-way merge',
  topic: 'scaling',
  judges: 'workloads',
  needs: ['HorizontalPodAutoscaler'],
  messages: {
    written: {
      problem: 'spec.replicas is {replicas}, and HorizontalPodAutoscaler {autoscaler} scales it',
      advice: 'every apply resets the scale, remove spec.replicas from the manifest',
      absence: true,
    },
  },
  parameters: {},
  examples: { bad: withSpec('replicas: 2'), good: withSpec('') },
  evaluate({ workload, namespace, graph }) {
    if (isPod(workload) || workload.controlled) return [];
    const replicas = writtenReplicas(workload);
    if (replicas === undefined) return [];
    const autoscalers = autoscalersOf(graph, workload, namespace);
    const reset = autoscalers.find((hpa) => isReset(hpa, replicas));
    if (reset === undefined) return [];
    return [
      {
        check: 'hpa-replicas',
        message: 'written',
        root: 'object',
        path: ['spec', 'replicas'],
        values: { replicas, autoscaler: reset.name },
      },
    ];
  },
};

/**
 * True when an apply can change what the autoscaler has set. Zero switches an autoscaler off on purpose, unless it scales
 * to zero itself; and where it never scales, the same number changes nothing.
 */
function isReset(hpa: KubeObject, replicas: number): boolean {
  const spec = specOf(hpa);
  const min = asNumber(spec['minReplicas']) ?? 1;
  if (replicas === 0) return min === 0;
  return !(min === replicas && spec['maxReplicas'] === replicas);
}
