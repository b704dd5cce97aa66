import type { Check } from '../check.ts';
import { workloadExample } from '../example.ts';
import { expectedReplicas } from '../scaling/replicas.ts';
import { spreading } from '../scaling/spreading.ts';
import { isPod } from '../objects/workload-kinds.ts';

const noneAdvice =
  'all of them may sit on one node, add a constraint with topologyKey kubernetes.io/hostname or topology.kubernetes.io/zone';
const otherPodsProblem =
  'no topology spread constraint and no podAntiAffinity term selects the pods themselves';
const otherPodsAdvice =
  'all {replicas} replicas may sit on one node, set a labelSelector that matches the labels of the template';

/** Several replicas are told to keep apart. */
export const topologySpread: Check = {
  id: 'topology-spread',
  title: 'Replicas are spread over nodes',
  rationale:
    'Unless a pod says otherwise the scheduler only prefers to spread, and weakly: its own constraints allow a skew of 3 ' +
    'between nodes and of 5 between zones, count only pods of a Service or a controller, and give way to other scores. All ' +
    'replicas may end up on one node, and go with it.',
  symptom:
    'The output of kubectl get pods -o wide shows all replicas on one NODE; when it is drained or fails, the Service has no endpoints.',
  remediation:
    'Add topologySpreadConstraints with topologyKey kubernetes.io/hostname or topology.kubernetes.io/zone and a labelSelector ' +
    'that selects the pods themselves, or podAntiAffinity.',
  source:
    'kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints; ' +
    'pkg/scheduler/framework/plugins/podtopologyspread/plugin.go',
  topic: 'scaling',
  judges: 'workloads',
  needs: ['HorizontalPodAutoscaler'],
  messages: {
    none: {
      problem: '{replicas} replicas and neither topologySpreadConstraints nor podAntiAffinity',
      advice: noneAdvice,
    },
    'none-autoscaled': {
      problem: 'up to {replicas} replicas and neither topologySpreadConstraints nor podAntiAffinity',
      advice: noneAdvice,
      absence: true,
    },
    'other-pods': { problem: otherPodsProblem, advice: otherPodsAdvice },
    'other-pods-autoscaled': { problem: otherPodsProblem, advice: otherPodsAdvice, absence: true },
  },
  parameters: {},
  examples: {
    bad: workloadExample(
      `
        containers:
          - name: app
            image: example.com/web:1.0
      `,
      { spec: 'replicas: 3' },
    ),
    good: workloadExample(
      `
        topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: kubernetes.io/hostname
            whenUnsatisfiable: ScheduleAnyway
            labelSelector:
              matchLabels:
                app: web
        containers:
          - name: app
            image: example.com/web:1.0
      `,
      { spec: 'replicas: 3' },
    ),
  },
  evaluate({ workload, pod, graph, namespace }) {
    if (workload.controlled || isPod(workload)) return [];
    const expected = expectedReplicas(workload, graph, namespace);
    if (expected === undefined || expected.max < 2) return [];
    const found = spreading(pod);
    if (found === 'spread') return [];
    return [
      {
        check: 'topology-spread',
        message: expected.autoscaler === undefined ? found : `${found}-autoscaled`,
        path: ['spec', 'topologySpreadConstraints'],
        values: { replicas: expected.max },
      },
    ];
  },
};
