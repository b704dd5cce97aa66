import { pdbMissing } from '../../../../src/policy/checks/pdb-missing.ts';
import { testCheck } from './check-table.ts';
import { autoscaler, budget, scaled } from './scaled.ts';

const missing = { message: 'missing', path: 'spec.replicas' };

testCheck(pdbMissing, {
  valid: {
    'a budget': { object: scaled('replicas: 3'), beside: budget('maxUnavailable: 1') },
    'a budget for all pods of the namespace': {
      object: scaled('replicas: 3'),
      beside: budget('maxUnavailable: 1').replace('{ matchLabels: { app: web } }', '{}'),
    },
    'one replica': { object: scaled('replicas: 1') },
    'the default of one': { object: scaled('') },
    none: { object: scaled('replicas: 0') },
    'an autoscaler that goes down to one': { object: scaled('replicas: 3'), beside: autoscaler(1, 5) },
    'budgets of which nothing is known': {
      object: scaled('replicas: 3'),
      unknown: ['PodDisruptionBudget'],
    },
    'replicas where nobody knows of an autoscaler': {
      object: scaled('replicas: 3'),
      unknown: ['HorizontalPodAutoscaler'],
    },
    'a DaemonSet, which drains leave alone': { kind: 'DaemonSet', pod: 'containers: [{ name: app }]' },
    'a Job': { kind: 'Job', pod: '{ restartPolicy: Never, containers: [{ name: app }] }' },
    'a Pod': { kind: 'Pod', pod: 'containers: [{ name: app }]' },
    'the ReplicaSet of a Deployment': {
      object: scaled('replicas: 3', 'ReplicaSet').replace(
        'metadata: {',
        'metadata: { ownerReferences: [{ uid: u, controller: true }],',
      ),
    },
  },
  invalid: {
    'no budget': {
      object: scaled('replicas: 3'),
      violations: [
        {
          ...missing,
          words:
            '3 replicas and no PodDisruptionBudget [pdb-missing]; ' +
            'a drain may evict all of them at once, add one with maxUnavailable 1',
        },
      ],
    },
    'a budget for other pods': {
      object: scaled('replicas: 3'),
      beside: budget('maxUnavailable: 1').replace('app: web', 'app: other'),
      violations: [missing],
    },
    'a budget in another namespace': {
      object: scaled('replicas: 3'),
      beside: budget('maxUnavailable: 1').replace('namespace: shop', 'namespace: other'),
      violations: [missing],
    },
    'a budget without a selector, which selects nothing': {
      object: scaled('replicas: 3'),
      beside: budget('maxUnavailable: 1').replace(', selector: { matchLabels: { app: web } }', ''),
      violations: [missing],
    },
    'an autoscaler': { object: scaled(''), beside: autoscaler(2, 5), violations: [missing] },
    'a StatefulSet': { object: scaled('replicas: 3', 'StatefulSet'), violations: [missing] },
    'a ReplicaSet of its own': { object: scaled('replicas: 2', 'ReplicaSet'), violations: [missing] },
  },
});
