import type { Check } from '../check.ts';
import { objectExample, together, workloadExample } from '../example.ts';
import { budgetsOf } from '../objects/relations.ts';
import { expectedReplicas } from '../scaling/replicas.ts';
import { isPod } from '../objects/workload-kinds.ts';

const threeReplicas = workloadExample(
  `
    containers:
      - name: app
        image: example.com/web:1.0
  `,
  { spec: 'replicas: 3' },
);

/** What runs several replicas has a PodDisruptionBudget. */
export const pdbMissing: Check = {
  id: 'pdb-missing',
  title: 'Replicated workloads have a PodDisruptionBudget',
  rationale:
    'A drain evicts all pods of a node at once, and a cluster upgrade drains node after node. Without a PodDisruptionBudget ' +
    'nothing waits for the new pods to be Ready, so all replicas may be gone at the same time.',
  symptom:
    'During an upgrade of the nodes or a scale-down by the cluster autoscaler kubectl get deployment shows READY 0/3 for a ' +
    'while, and clients get 503.',
  remediation:
    'Add a PodDisruptionBudget whose selector matches the labels of the pods, with maxUnavailable 1 (it fits any number of ' +
    'replicas).',
  source: 'kubernetes.io/docs/tasks/run-application/configure-pdb; pkg/registry/core/pod/storage/eviction.go',
  topic: 'scaling',
  judges: 'workloads',
  needs: ['PodDisruptionBudget', 'HorizontalPodAutoscaler'],
  messages: {
    missing: {
      problem: '{replicas} replicas and no PodDisruptionBudget',
      advice: 'a drain may evict all of them at once, add one with maxUnavailable 1',
      absence: true,
    },
  },
  parameters: {},
  examples: {
    bad: threeReplicas,
    good: together(
      threeReplicas,
      objectExample(
        'policy/v1',
        'PodDisruptionBudget',
        `
          maxUnavailable: 1
          selector:
            matchLabels:
              app: web
        `,
      ),
    ),
  },
  evaluate({ workload, pod, graph, namespace }) {
    if (workload.controlled || isPod(workload) || !graph.knows('PodDisruptionBudget')) return [];
    // What an autoscaler may bring down to one is not meant to survive the loss of a pod.
    const expected = expectedReplicas(workload, graph, namespace);
    if (expected === undefined || expected.min < 2) return [];
    if (budgetsOf(graph, pod, namespace).length > 0) return [];
    return [
      {
        check: 'pdb-missing',
        message: 'missing',
        root: 'object',
        path: ['spec', 'replicas'],
        values: { replicas: expected.min },
      },
    ];
  },
};
