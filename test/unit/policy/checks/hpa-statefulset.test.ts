import { hpaStatefulSet } from '../../../../src/policy/checks/hpa-statefulset.ts';
import { ofNamesake } from '../graphs.ts';
import { hpa } from './autoscaler-cases.ts';
import { testCheck } from './check-table.ts';
import { scaled } from './scaled.ts';

const aimed = (target: string) => ({ object: hpa('maxReplicas: 5', { target }) });
const aimedAtStatefulSet = aimed('apiVersion: apps/v1, kind: StatefulSet, name: web');

const withVolumes = scaled('volumeClaimTemplates: [{ metadata: { name: data } }]', 'StatefulSet');

testCheck(hpaStatefulSet, {
  valid: {
    'a Deployment': {
      ...aimed('apiVersion: apps/v1, kind: Deployment, name: web'),
      beside: `${scaled('')}---${withVolumes}`,
    },
    'a StatefulSet without volumes, such as that of Keycloak': {
      ...aimedAtStatefulSet,
      beside: scaled('', 'StatefulSet'),
    },
    'a StatefulSet with an empty list of claims': {
      ...aimedAtStatefulSet,
      beside: scaled('volumeClaimTemplates: []', 'StatefulSet'),
    },
    'a StatefulSet that is not there': aimedAtStatefulSet,
    'a StatefulSet of another namespace': {
      ...aimedAtStatefulSet,
      beside: withVolumes.replace('namespace: shop', 'namespace: other'),
    },
    'a custom resource of that name': {
      ...aimed('apiVersion: apps.example.com/v1, kind: StatefulSet, name: web'),
      beside: `${ofNamesake(withVolumes)}---${withVolumes}`,
    },
    'a kind that nobody finds': {
      ...aimed('apiVersion: apps/v1, kind: STATEFULSET, name: web'),
      beside: withVolumes,
    },
    'no target': { ...aimed(''), beside: withVolumes },
  },
  invalid: {
    'a StatefulSet with volumes': {
      ...aimedAtStatefulSet,
      beside: withVolumes,
      violations: [
        {
          message: 'statefulset',
          path: 'spec.scaleTargetRef.kind',
          words:
            'it scales StatefulSet web, whose pods each have a volume of their own (volumeClaimTemplates) ' +
            '[hpa-statefulset]; ' +
            'scale it on purpose through spec.replicas, or move a stateless application to a Deployment',
        },
      ],
    },
    'such a StatefulSet in lower case, which is found': {
      ...aimed('apiVersion: apps/v1beta1, kind: statefulset, name: web'),
      beside: withVolumes,
      violations: [{ message: 'statefulset', path: 'spec.scaleTargetRef.kind' }],
    },
  },
});
