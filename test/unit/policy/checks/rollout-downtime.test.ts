import { rolloutDowntime } from '../../../../src/policy/checks/rollout-downtime.ts';
import { ofNamesake } from '../graphs.ts';
import { testCheck } from './check-table.ts';
import { autoscaler, scaled } from './scaled.ts';

const rolling = (replicas: number, fields: string, pod = ''): string =>
  scaled(
    `replicas: ${replicas}\n  strategy: { type: RollingUpdate, rollingUpdate: { ${fields} } }`,
    'Deployment',
    pod,
  );

const recreate = (replicas: number, pod = ''): string =>
  scaled(`replicas: ${replicas}\n  strategy: { type: Recreate }`, 'Deployment', pod);

const claim = 'volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]';

const stateful = (replicas: number, strategy: string): string =>
  scaled(`replicas: ${replicas}\n  updateStrategy: { ${strategy} }`, 'StatefulSet');

const daemon = (strategy: string): string => scaled(`updateStrategy: { ${strategy} }`, 'DaemonSet');

const path = 'spec.strategy.rollingUpdate.maxUnavailable';
const statefulPath = 'spec.updateStrategy.rollingUpdate.maxUnavailable';

testCheck(rolloutDowntime, {
  valid: {
    'the defaults with one replica': { object: scaled('replicas: 1') },
    'the defaults with three': { object: scaled('replicas: 3') },
    'one replica with a surge': { object: rolling(1, 'maxUnavailable: 0, maxSurge: 1') },
    'one of two': { object: rolling(2, 'maxUnavailable: 1, maxSurge: 0') },
    'a share that is rounded down': { object: rolling(2, 'maxUnavailable: 99%, maxSurge: 0') },
    'Recreate of one replica with a volume': { object: recreate(1, claim) },
    'no surge of one replica with a volume': {
      object: rolling(1, 'maxUnavailable: 1, maxSurge: 0', claim),
    },
    'Recreate of what is switched off': { object: recreate(0) },
    'as many as replicas that an autoscaler raises': {
      object: rolling(1, 'maxUnavailable: 1'),
      beside: autoscaler(3, 5),
    },
    'as many as replicas where nobody knows of an autoscaler': {
      object: rolling(1, 'maxUnavailable: 1'),
      unknown: ['HorizontalPodAutoscaler'],
    },
    'a number that cannot be read': { object: rolling(2, 'maxUnavailable: all') },
    'a StatefulSet of one': { object: scaled('replicas: 1', 'StatefulSet') },
    'a StatefulSet of three': { object: scaled('replicas: 3', 'StatefulSet') },
    'a StatefulSet of one that may stop everything': {
      object: stateful(1, 'rollingUpdate: { maxUnavailable: 100% }'),
    },
    'a StatefulSet that somebody updates by hand': {
      object: stateful(3, 'type: OnDelete, rollingUpdate: { maxUnavailable: 100% }'),
    },
    'all of a StatefulSet where nobody knows of an autoscaler': {
      object: stateful(3, 'rollingUpdate: { maxUnavailable: 3 }'),
      unknown: ['HorizontalPodAutoscaler'],
    },
    'a StatefulSet with a partition': {
      object: stateful(3, 'rollingUpdate: { maxUnavailable: 100%, partition: 1 }'),
    },
    'a StatefulSet that an autoscaler brings down to one': {
      object: stateful(3, 'rollingUpdate: { maxUnavailable: 1 }'),
      beside: autoscaler(1, 3, 'StatefulSet'),
    },
    'a DaemonSet': { object: scaled('', 'DaemonSet') },
    'a DaemonSet with a number': { object: daemon('rollingUpdate: { maxUnavailable: 100 }') },
    'a DaemonSet that somebody updates by hand': {
      object: daemon('type: OnDelete, rollingUpdate: { maxUnavailable: 100% }'),
    },
    'a DaemonSet and a Deployment of another group': {
      object: [daemon('rollingUpdate: { maxUnavailable: 100% }'), recreate(2)].map(ofNamesake).join('---'),
    },
    'what an operator has made': {
      object: recreate(2).replace(
        'metadata: {',
        'metadata: { ownerReferences: [{ uid: u, controller: true }],',
      ),
    },
    'a ReplicaSet': { object: scaled('replicas: 1', 'ReplicaSet') },
    'a Job': { kind: 'Job', pod: '{ restartPolicy: Never, containers: [{ name: app }] }' },
    'a Pod': { kind: 'Pod', pod: 'containers: [{ name: app }]' },
  },
  invalid: {
    Recreate: {
      object: recreate(2),
      violations: [
        {
          message: 'recreate',
          path: 'spec.strategy.type',
          words:
            'strategy Recreate stops all pods before it starts new ones [rollout-downtime]; ' +
            'each roll-out is an outage, use RollingUpdate',
        },
      ],
    },
    'Recreate of one replica': {
      object: recreate(1),
      violations: [{ message: 'recreate', path: 'spec.strategy.type' }],
    },
    'Recreate of several replicas that share a volume': {
      object: recreate(2, claim),
      violations: [{ message: 'recreate', path: 'spec.strategy.type' }],
    },
    'Recreate where nobody knows of an autoscaler': {
      object: scaled('strategy: { type: Recreate }'),
      unknown: ['HorizontalPodAutoscaler'],
      violations: [{ message: 'recreate', path: 'spec.strategy.type' }],
    },
    '100%': {
      object: rolling(3, 'maxUnavailable: 100%, maxSurge: 100%'),
      unknown: ['HorizontalPodAutoscaler'],
      violations: [
        {
          message: 'everything',
          path,
          words:
            'maxUnavailable 100% lets a roll-out stop all pods at once [rollout-downtime]; ' +
            'each roll-out may be an outage, set it to less, for example 25%',
        },
      ],
    },
    'as many as there are replicas': {
      object: rolling(3, 'maxUnavailable: 5'),
      violations: [
        {
          message: 'too-many',
          path,
          words:
            'a roll-out may stop 3 of 3 replicas at once [rollout-downtime]; ' +
            'each roll-out may be an outage, set maxUnavailable to less than that',
        },
      ],
    },
    'all without a surge': {
      object: rolling(3, 'maxUnavailable: 3, maxSurge: 0'),
      violations: [{ message: 'too-many', path }],
    },
    'as many as an autoscaler leaves': {
      object: rolling(5, 'maxUnavailable: 2'),
      beside: autoscaler(2, 5),
      violations: [{ message: 'too-many', path }],
    },
    'the only replica': {
      object: rolling(1, 'maxUnavailable: 1, maxSurge: 0'),
      violations: [
        {
          message: 'only-replica',
          path,
          words:
            'a roll-out stops the only replica before the new one is Ready [rollout-downtime]; ' +
            'each roll-out is an outage, set maxUnavailable to 0 and maxSurge to 1',
        },
      ],
    },
    'the only replica, where a share is rounded down to nothing and no surge is left': {
      object: rolling(1, 'maxSurge: 0'),
      violations: [{ message: 'only-replica', path }],
    },
    'the only replica, where the surge is a share of nothing': {
      object: rolling(1, 'maxSurge: 0%'),
      violations: [{ message: 'only-replica', path }],
    },
    'the only replica at the bottom of an autoscaler that scales to zero': {
      object: rolling(1, 'maxUnavailable: 1'),
      beside: autoscaler(0, 5),
      violations: [{ message: 'only-replica', path }],
    },
    'all of a StatefulSet': {
      object: stateful(3, 'rollingUpdate: { maxUnavailable: 3 }'),
      violations: [{ message: 'too-many', path: statefulPath }],
    },
    'both of a StatefulSet': {
      object: [2, '100%']
        .map((most) => stateful(2, `rollingUpdate: { maxUnavailable: ${most} }`))
        .join('---'),
      violations: [
        { message: 'too-many', path: statefulPath },
        { message: 'everything', path: statefulPath },
      ],
    },
    '100% of a StatefulSet': {
      object: stateful(3, 'rollingUpdate: { maxUnavailable: 100% }'),
      violations: [{ message: 'everything', path: statefulPath }],
    },
    '100% of a DaemonSet': {
      object: daemon('type: RollingUpdate, rollingUpdate: { maxUnavailable: 100% }'),
      violations: [{ message: 'everything', path: statefulPath }],
    },
  },
});
