import { replicas } from '../../../../src/policy/checks/replicas.ts';
import { ofNamesake } from '../graphs.ts';
import { testCheck } from './check-table.ts';
import { autoscaler, scaled } from './scaled.ts';

const path = 'spec.replicas';

const claim = 'volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]';
const ephemeral =
  'volumes: [{ name: data, ephemeral: { volumeClaimTemplate: { spec: { accessModes: [ReadWriteOnce] } } } }]';
const ownVolumes = 'volumeClaimTemplates: [{ metadata: { name: data } }]';

testCheck(replicas, {
  valid: {
    'two replicas': { object: scaled('replicas: 2') },
    'a workload that is switched off': { object: scaled('replicas: 0') },
    'one replica that an autoscaler raises': { object: scaled('replicas: 1'), beside: autoscaler(2, 5) },
    'no number, and an autoscaler that has one': { object: scaled(''), beside: autoscaler(2, 5) },
    'one replica where nobody knows of an autoscaler': {
      object: scaled('replicas: 1'),
      unknown: ['HorizontalPodAutoscaler'],
    },
    'a workload at 0, which its autoscaler leaves alone': {
      object: scaled('replicas: 0'),
      beside: autoscaler(1, 5),
    },
    'an autoscaler that scales to zero': { object: scaled('replicas: 1'), beside: autoscaler(0, 5) },
    'a DaemonSet': { kind: 'DaemonSet', pod: 'containers: [{ name: app }]' },
    'a Job': { kind: 'Job', pod: '{ restartPolicy: Never, containers: [{ name: app }] }' },
    'a CronJob': { kind: 'CronJob', pod: '{ restartPolicy: Never, containers: [{ name: app }] }' },
    'a Pod': { kind: 'Pod', pod: 'containers: [{ name: app }]' },
    'the ReplicaSet of a Deployment': {
      object: scaled('replicas: 1', 'ReplicaSet').replace(
        'metadata: {',
        'metadata: { ownerReferences: [{ uid: u, controller: true }],',
      ),
    },
    'one replica where one is enough': { object: scaled('replicas: 1'), parameters: { min: 1 } },
    'a node that the author has chosen, which more replicas would not leave': {
      object: scaled('', 'Deployment', 'nodeSelector: { kubernetes.io/hostname: one }'),
    },
    'one replica with a volume, which a second could not mount': { object: scaled('', 'Deployment', claim) },
    'a StatefulSet of one with a volume of its own, beside which a second would be empty': {
      object: scaled(`replicas: 1\n  ${ownVolumes}`, 'StatefulSet'),
    },
    'what is no number': { object: scaled('replicas: many') },
    'a negative number, which no server takes': { object: scaled('replicas: -1') },
  },
  invalid: {
    'one replica': {
      object: scaled('replicas: 1'),
      violations: [
        {
          message: 'few',
          path,
          words:
            'spec.replicas is 1 [replicas]; the drain or the loss of one node would be an outage, set at least 2',
        },
      ],
    },
    'the default of one': {
      object: scaled(''),
      violations: [
        {
          message: 'few',
          path,
          words:
            'spec.replicas is 1 by default [replicas]; ' +
            'the drain or the loss of one node would be an outage, set at least 2',
        },
      ],
    },
    'one replica with a volume, which an autoscaler multiplies': {
      object: scaled('', 'Deployment', claim),
      beside: autoscaler(1, 5),
      violations: [{ message: 'few-autoscaled', path }],
    },
    'one replica with a volume that each pod has for itself as long as it lives': {
      object: scaled('', 'Deployment', ephemeral),
      violations: [{ message: 'few', path }],
    },
    'a StatefulSet with volumes, which an autoscaler multiplies': {
      object: scaled(ownVolumes, 'StatefulSet'),
      beside: autoscaler(1, 5, 'StatefulSet'),
      violations: [{ message: 'few-autoscaled', path }],
    },
    'two replicas with volumes where more are asked for': {
      object: scaled(`replicas: 2\n  ${ownVolumes}`, 'StatefulSet'),
      parameters: { min: 3 },
      violations: [{ message: 'few', path }],
    },
    'a custom kind of that name': {
      object: ofNamesake(scaled(`replicas: 1\n  ${ownVolumes}`, 'StatefulSet')),
      violations: [{ message: 'few', path }],
    },
    'null, which is the default': {
      object: scaled('replicas: null'),
      violations: [{ message: 'few', path }],
    },
    'a StatefulSet': { object: scaled('', 'StatefulSet'), violations: [{ message: 'few', path }] },
    'fewer than are asked for': {
      object: scaled('replicas: 2'),
      parameters: { min: 3 },
      violations: [{ message: 'few', path }],
    },
    'an autoscaler that goes down to one': {
      object: scaled('replicas: 3'),
      beside: autoscaler(1, 5),
      violations: [
        {
          message: 'few-autoscaled',
          path,
          words:
            'HorizontalPodAutoscaler web scales down to 1 [replicas]; ' +
            'the drain or the loss of one node would be an outage, set its minReplicas to at least 2',
        },
      ],
    },
    'an autoscaler that does not say': {
      object: scaled(''),
      beside: autoscaler('null', 5),
      violations: [
        {
          message: 'few-autoscaled',
          path,
          words:
            'HorizontalPodAutoscaler web scales down to 1 [replicas]; ' +
            'the drain or the loss of one node would be an outage, set its minReplicas to at least 2',
        },
      ],
    },
    'the lower one of two autoscalers': {
      object: scaled(''),
      beside: `${autoscaler(3, 5)}---${autoscaler(1, 5).replace('name: web, namespace', 'name: low, namespace')}`,
      violations: [{ message: 'few-autoscaled', path }],
    },
    'an autoscaler of something else': {
      object: scaled('replicas: 1'),
      beside: autoscaler(2, 5).replace('name: web }', 'name: other }'),
      violations: [{ message: 'few', path }],
    },
  },
});
