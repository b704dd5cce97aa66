import { hpaStatefulSet } from '../../../../src/policy/checks/hpa-statefulset.ts';
import { hpa } from './autoscaler-cases.ts';
import { testCheck } from './check-table.ts';

const aimed = (target: string) => ({ object: hpa('maxReplicas: 5', { target }) });

testCheck(hpaStatefulSet, {
  valid: {
    'a Deployment': aimed('apiVersion: apps/v1, kind: Deployment, name: db'),
    'a custom resource of that name': aimed(
      'apiVersion: apps.kruise.io/v1beta1, kind: StatefulSet, name: db',
    ),
    'a kind that nobody finds': aimed('apiVersion: apps/v1, kind: STATEFULSET, name: db'),
    'no target': aimed(''),
  },
  invalid: {
    'a StatefulSet': {
      ...aimed('apiVersion: apps/v1, kind: StatefulSet, name: db'),
      violations: [
        {
          message: 'statefulset',
          path: 'spec.scaleTargetRef.kind',
          words:
            'it scales StatefulSet db, whose pods each have a role and a volume of their own [hpa-statefulset]; ' +
            'scale it on purpose through spec.replicas, or move a stateless application to a Deployment',
        },
      ],
    },
    'a StatefulSet in lower case, which is found': {
      ...aimed('apiVersion: apps/v1beta1, kind: statefulset, name: db'),
      violations: [{ message: 'statefulset', path: 'spec.scaleTargetRef.kind' }],
    },
  },
});
