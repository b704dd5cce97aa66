import type { ObjectCheck } from '../check.ts';
import { autoscalerExample, measuredExample, together } from '../example.ts';
import { scaledBy } from '../objects/relations.ts';
import { hasOwnVolumes } from '../scaling/single-place.ts';

const claims = `
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 10Gi
`;

const scaled = (kind: 'Deployment' | 'StatefulSet', spec = ''): string =>
  together(
    measuredExample({ kind, name: 'db', spec }),
    autoscalerExample({ kind, name: 'db', target: 'db' }),
  );

/** No autoscaler adds and removes the members of a StatefulSet that have volumes of their own. */
export const hpaStatefulSet: ObjectCheck = {
  id: 'hpa-statefulset',
  title: 'StatefulSets with volumes are not autoscaled',
  rationale:
    'With volumeClaimTemplates the pods of a StatefulSet are not interchangeable: each has a volume of its own. A new one ' +
    'starts empty and must first copy its data, one after the other, when the load is highest already; scaling down takes ' +
    'away a member without asking the application, and leaves its volume behind. A StatefulSet without them may well scale.',
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
  needs: ['workloads'],
  messages: {
    statefulset: {
      problem:
        'it scales StatefulSet {name}, whose pods each have a volume of their own (volumeClaimTemplates)',
      advice: 'scale it on purpose through spec.replicas, or move a stateless application to a Deployment',
      absence: true,
    },
  },
  parameters: {},
  examples: { bad: scaled('StatefulSet', claims), good: scaled('Deployment') },
  evaluate({ object, namespace, graph }) {
    const found = scaledBy(graph, object, namespace);
    if (found === undefined || !hasOwnVolumes(found.workload)) return [];
    return [
      {
        check: 'hpa-statefulset',
        message: 'statefulset',
        path: ['spec', 'scaleTargetRef', 'kind'],
        values: { name: found.workload.name },
      },
    ];
  },
};
