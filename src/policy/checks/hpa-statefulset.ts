import type { ObjectCheck } from '../check.ts';
import { autoscalerExample, measuredExample, together } from '../example.ts';
import { isKindName, scaleTarget } from '../scaling/scale-target.ts';

const scaled = (kind: 'Deployment' | 'StatefulSet'): string =>
  together(measuredExample({ kind, name: 'db' }), autoscalerExample({ kind, name: 'db', target: 'db' }));

/** No autoscaler adds and removes the members of a StatefulSet. */
export const hpaStatefulSet: ObjectCheck = {
  id: 'hpa-statefulset',
  title: 'StatefulSets are not autoscaled',
  rationale:
    'The pods of a StatefulSet are not interchangeable: each has its name, its role and its volume. A new one starts ' +
    'empty and must first copy its data, one after the other, when the load is highest already; scaling down takes away a ' +
    'member without asking the application, and leaves its volume behind.',
  symptom:
    'Under load kubectl get pods shows one pod after the other in Pending or 0/1 Running; after it kubectl get pvc shows ' +
    'volumes that no pod uses, and their old data comes back with the next scale-up.',
  remediation:
    'Set spec.replicas and change it on purpose, or let the operator of the application do it. Move a stateless ' +
    'application to a Deployment.',
  source:
    'pkg/controller/statefulset/stateful_set_control.go; KEP-1847 for persistentVolumeClaimRetentionPolicy',
  topic: 'scaling',
  judges: ['HorizontalPodAutoscaler'],
  messages: {
    statefulset: {
      problem: 'it scales StatefulSet {name}, whose pods each have a role and a volume of their own',
      advice: 'scale it on purpose through spec.replicas, or move a stateless application to a Deployment',
    },
  },
  parameters: {},
  examples: { bad: scaled('StatefulSet'), good: scaled('Deployment') },
  evaluate({ object }) {
    const { group, kind, name } = scaleTarget(object);
    if (group !== 'apps' || !isKindName(kind, 'StatefulSet')) return [];
    return [
      {
        check: 'hpa-statefulset',
        message: 'statefulset',
        path: ['spec', 'scaleTargetRef', 'kind'],
        values: { name },
      },
    ];
  },
};
