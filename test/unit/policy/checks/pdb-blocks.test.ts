import { pdbBlocks } from '../../../../src/policy/checks/pdb-blocks.ts';
import { ofNamesake } from '../graphs.ts';
import { testCheck } from './check-table.ts';
import { autoscaler, budget, scaled } from './scaled.ts';

const pod = (name: string, status = ''): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: app }] }
${status}
`;

const cronJob = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: shop }
spec:
  schedule: 0 0 * * *
  jobTemplate:
    spec:
      template:
        metadata: { labels: { app: web } }
        spec: { restartPolicy: Never, containers: [{ name: app }] }
`;

const other = (manifest: string): string => manifest.replace('name: web, namespace', 'name: api, namespace');

const minAvailable = 'spec.minAvailable';
const selector = 'spec.selector';

testCheck(pdbBlocks, {
  valid: {
    'maxUnavailable 1': { object: budget('maxUnavailable: 1'), beside: scaled('replicas: 2') },
    'maxUnavailable 1 of one': { object: budget('maxUnavailable: 1'), beside: scaled('replicas: 1') },
    'a share of one, which is rounded up': {
      object: budget('maxUnavailable: 1%'),
      beside: scaled('replicas: 1'),
    },
    'less than all': { object: budget('minAvailable: 2'), beside: scaled('replicas: 3') },
    'a share that leaves one': { object: budget('minAvailable: 66%'), beside: scaled('replicas: 3') },
    'less than all of two workloads': {
      object: budget('minAvailable: 3'),
      beside: `${scaled('replicas: 2')}---${other(scaled('replicas: 2', 'StatefulSet'))}`,
    },
    'a workload that is switched off': {
      object: budget('minAvailable: 1'),
      beside: scaled('replicas: 0'),
    },
    'as many as replicas where nobody knows of an autoscaler': {
      object: budget('minAvailable: 1'),
      beside: scaled('replicas: 1'),
      unknown: ['HorizontalPodAutoscaler'],
    },
    'one replica that an autoscaler raises': {
      object: budget('minAvailable: 1'),
      beside: `${scaled('replicas: 1')}---${autoscaler(2, 5)}`,
    },
    'a number of the pods of a DaemonSet': {
      object: budget('minAvailable: 2'),
      beside: scaled('', 'DaemonSet'),
    },
    'a number of pods without a controller': {
      object: budget('minAvailable: 1'),
      beside: `${pod('one')}---${pod('two')}`,
    },
    'pods without a controller beside those of one': {
      object: budget('maxUnavailable: 1'),
      beside: `${pod('one')}---${scaled('replicas: 2')}`,
    },
    'pods without a controller that are healthy beyond what the scale expects': {
      object: budget('maxUnavailable: 0'),
      beside: `${pod('one')}---${scaled('replicas: 2')}`,
    },
    'a share of the scale alone': {
      object: budget('minAvailable: 67%'),
      beside: `${pod('one')}---${scaled('replicas: 2')}`,
    },
    'a second budget for other pods': {
      object: budget('maxUnavailable: 1'),
      beside: `${scaled('replicas: 2')}---${budget('maxUnavailable: 1', 'api').replace('app: web', 'app: api')}`,
    },
    'the same budget as it was': {
      object: budget('maxUnavailable: 1'),
      beside: `${scaled('replicas: 2')}---${budget('maxUnavailable: 2')}`,
    },
    'workloads of which nothing is known': { object: budget('minAvailable: 1'), unknown: ['workloads'] },
    'both fields, which no server takes': {
      object: budget('minAvailable: 1, maxUnavailable: 0'),
      beside: scaled('replicas: 1'),
    },
    'a number that would be everything as a share': {
      object: budget('minAvailable: 100'),
      unknown: ['workloads'],
    },
    'a selector that selects nothing where nothing is known of pods without a controller': {
      object: budget('maxUnavailable: 1'),
      unknown: ['Pod'],
    },
    'maxUnavailable of a DaemonSet of another group, which may have a scale': {
      object: budget('maxUnavailable: 1'),
      beside: ofNamesake(scaled('', 'DaemonSet')),
    },
    'a number that cannot be read': {
      object: budget('minAvailable: most'),
      beside: scaled('replicas: 1'),
    },
    "an operator's budget for the operator's own pods": {
      object: budget('maxUnavailable: 1').replace(
        'metadata: {',
        'metadata: { ownerReferences: [{ uid: u, controller: true }],',
      ),
    },
  },
  invalid: {
    'maxUnavailable 0': {
      object: budget('maxUnavailable: 0'),
      beside: scaled('replicas: 2'),
      violations: [
        {
          message: 'nothing-unavailable',
          path: 'spec.maxUnavailable',
          words: 'maxUnavailable 0 allows no eviction [pdb-blocks]; a drain would wait for ever, set it to 1',
        },
      ],
    },
    'maxUnavailable 0%, whatever stands beside it': {
      object: budget('maxUnavailable: 0%'),
      unknown: ['workloads', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'],
      violations: [{ message: 'nothing-unavailable', path: 'spec.maxUnavailable' }],
    },
    'minAvailable 100%': {
      object: budget('minAvailable: 100%'),
      beside: scaled('replicas: 2'),
      violations: [
        {
          message: 'all-available',
          path: minAvailable,
          words:
            'minAvailable 100% allows no eviction [pdb-blocks]; ' +
            'a drain would wait for ever, set maxUnavailable to 1 instead',
        },
      ],
    },
    'a version that is gone': {
      object: budget('maxUnavailable: 1').replace('policy/v1', 'policy/v1beta1'),
      beside: scaled('replicas: 2'),
      violations: [
        {
          message: 'removed-version',
          path: 'apiVersion',
          words:
            'policy/v1beta1 is not served since Kubernetes 1.25 [pdb-blocks]; ' +
            'it cannot be applied and protects nothing, write it as policy/v1',
        },
      ],
    },
    neither: {
      object: budget(''),
      beside: scaled('replicas: 2'),
      violations: [
        {
          message: 'no-numbers',
          path: 'spec',
          words:
            'neither minAvailable nor maxUnavailable is set, which allows no eviction [pdb-blocks]; ' +
            'a drain would wait for ever, set maxUnavailable to 1',
        },
      ],
    },
    'as many as there are replicas': {
      object: budget('minAvailable: 1'),
      beside: scaled(''),
      violations: [
        {
          message: 'too-few-pods',
          path: minAvailable,
          words:
            'minAvailable 1 allows no eviction, because it counts 1 pod of Deployment web [pdb-blocks]; ' +
            'a drain would wait for ever, set maxUnavailable to 1 instead',
        },
      ],
    },
    'a share that is rounded up to all': {
      object: budget('minAvailable: 67%'),
      beside: scaled('replicas: 3', 'StatefulSet'),
      violations: [{ message: 'too-few-pods', path: minAvailable }],
    },
    'more than two workloads have': {
      object: budget('minAvailable: 5'),
      beside: `${scaled('replicas: 2')}---${other(scaled('replicas: 2', 'StatefulSet'))}`,
      violations: [
        {
          message: 'too-few-pods',
          path: minAvailable,
          words:
            'minAvailable 5 allows no eviction, because it counts 4 pods of 2 workloads [pdb-blocks]; ' +
            'a drain would wait for ever, set maxUnavailable to 1 instead',
        },
      ],
    },
    'a pod without a controller, beside some that have ended': {
      object: budget('minAvailable: 1'),
      beside: [
        pod('one'),
        pod('done', 'status: { phase: Succeeded }'),
        pod('broken', 'status: { phase: Failed }'),
      ].join('---'),
      violations: [{ message: 'too-few-pods', path: minAvailable }],
    },
    'as many as an autoscaler leaves': {
      object: budget('minAvailable: 2'),
      beside: `${scaled('replicas: 5')}---${autoscaler(2, 5)}`,
      violations: [
        {
          message: 'too-few-scaled-down',
          path: minAvailable,
          words:
            'minAvailable 2 allows no eviction when HorizontalPodAutoscaler web has scaled down to 2 pods ' +
            '[pdb-blocks]; a drain would wait for ever, set maxUnavailable to 1 instead',
        },
      ],
    },
    'the one pod of an autoscaler that comes from zero': {
      object: budget('minAvailable: 1'),
      beside: `${scaled('replicas: 5')}---${autoscaler(0, 5)}`,
      violations: [{ message: 'too-few-scaled-down', path: minAvailable }],
    },
    'maxUnavailable of a DaemonSet': {
      object: budget('maxUnavailable: 1'),
      beside: scaled('', 'DaemonSet'),
      violations: [
        {
          message: 'no-scale',
          path: 'spec.maxUnavailable',
          words:
            'DaemonSet web has no scale, so that maxUnavailable cannot be counted and no eviction is allowed ' +
            '[pdb-blocks]; set minAvailable to a number of pods, or leave these pods out of the selector',
        },
      ],
    },
    'maxUnavailable 0 of a DaemonSet, of which maxUnavailable 1 allows no more': {
      object: budget('maxUnavailable: 0'),
      beside: scaled('', 'DaemonSet'),
      violations: [{ message: 'no-scale', path: 'spec.maxUnavailable' }],
    },
    'minAvailable 100% of a CronJob': {
      object: budget('minAvailable: 100%'),
      beside: cronJob,
      violations: [{ message: 'no-scale', path: minAvailable }],
    },
    'neither of a DaemonSet': {
      object: budget(''),
      beside: scaled('', 'DaemonSet'),
      violations: [{ message: 'no-numbers', path: 'spec' }],
    },
    'a share of the pods of a CronJob and of others': {
      object: budget('minAvailable: 50%'),
      beside: `${scaled('replicas: 3')}---${cronJob}`,
      violations: [
        {
          message: 'no-scale',
          path: minAvailable,
          words:
            'CronJob nightly has no scale, so that a percentage cannot be counted and no eviction is allowed ' +
            '[pdb-blocks]; set minAvailable to a number of pods, or leave these pods out of the selector',
        },
      ],
    },
    'maxUnavailable of pods without a controller': {
      object: budget('maxUnavailable: 1'),
      beside: pod('one'),
      violations: [
        {
          message: 'no-controller',
          path: 'spec.maxUnavailable',
          words:
            'only pods without a controller are selected, so that maxUnavailable cannot be counted and allows no ' +
            'eviction [pdb-blocks]; set minAvailable to a number of pods, or let a Deployment make the pods',
        },
      ],
    },
    'a second budget': {
      object: budget('maxUnavailable: 1'),
      beside: `${scaled('replicas: 2')}---${budget('minAvailable: 0', 'api')}`,
      violations: [
        {
          message: 'two-budgets',
          path: selector,
          words:
            'PodDisruptionBudget api selects the pods of Deployment web as well [pdb-blocks]; ' +
            'the API refuses to evict a pod that has two budgets, keep one of them',
        },
      ],
    },
    'a second budget beside what blocks anyway': {
      object: budget('maxUnavailable: 0'),
      beside: `${scaled('replicas: 2')}---${budget('minAvailable: 0', 'api')}`,
      violations: [
        { message: 'nothing-unavailable', path: 'spec.maxUnavailable' },
        { message: 'two-budgets', path: selector },
      ],
    },
    'a selector that selects nothing': {
      object: budget('maxUnavailable: 1'),
      beside: scaled('replicas: 2').replaceAll('app: web', 'app: shop'),
      violations: [
        {
          message: 'selects-nothing',
          path: selector,
          words:
            'its selector selects the pods of no workload that was read in namespace shop [pdb-blocks]; ' +
            'it would protect nothing, compare it with the labels of the pod template',
        },
      ],
    },
  },
});
