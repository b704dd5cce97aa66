import type { Check } from '../check.ts';
import { asNumber } from '../json.ts';
import { annotationsOf, specOf, type KubeObject } from '../objects/kube-object.ts';

const job = (spec: string): string => `apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
${spec}  template:
    spec:
      restartPolicy: Never
      containers:
        - name: import
          image: example.com/import:1.0
`;

/** A Job says when it may be removed after it has finished. */
export const ttlAfterFinished: Check = {
  id: 'ttl-after-finished',
  title: 'Jobs are removed after they have finished',
  rationale:
    'A finished Job and its pods stay until somebody deletes them. They fill etcd and every list of pods, count against quotas ' +
    'of objects, and keep the next Job from taking the name.',
  symptom:
    'The list of kubectl get pods shows ever more pods that are Completed or Error; a second apply of the Job says unchanged and nothing ' +
    'runs, or is refused: field is immutable.',
  remediation:
    'Set spec.ttlSecondsAfterFinished, long enough to read the logs. Where a GitOps tool would make the Job again and so ' +
    'run it again, leave the field out, and the Job out by the selector of this check.',
  source:
    'pkg/controller/ttlafterfinished; kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished',
  topic: 'scaling',
  judges: 'workloads',
  messages: {
    unset: {
      problem: 'no ttlSecondsAfterFinished',
      advice: 'the finished Job and its pods would stay for ever, set for example 86400',
    },
  },
  parameters: {},
  examples: { bad: job(''), good: job('  ttlSecondsAfterFinished: 86400\n') },
  evaluate({ workload }) {
    // The Jobs of a CronJob are removed by its history limits, and those of other controllers by these.
    if (workload.kind.group !== 'batch' || workload.kind.kind !== 'Job' || workload.controlled) return [];
    if (asNumber(specOf(workload)['ttlSecondsAfterFinished']) !== undefined || isHook(workload)) return [];
    return [
      {
        check: 'ttl-after-finished',
        message: 'unset',
        root: 'object',
        path: ['spec', 'ttlSecondsAfterFinished'],
      },
    ];
  },
};

/** Helm and Argo CD delete the Job of a hook themselves, at the latest before they make it again. */
function isHook(workload: KubeObject): boolean {
  const annotations = annotationsOf(workload);
  return 'helm.sh/hook' in annotations || 'argocd.argoproj.io/hook' in annotations;
}
