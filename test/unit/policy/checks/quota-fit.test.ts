import { quotaFit } from '../../../../src/policy/checks/quota-fit.ts';
import { testCheck } from './check-table.ts';

/** `ResourceQuota team` with these amounts, of which so much is used. */
function quota(hard: string, used = '', name = 'team'): string {
  return `
    apiVersion: v1
    kind: ResourceQuota
    metadata: { name: ${name} }
    spec: { hard: { ${hard} } }
    status: { used: { ${used} } }
  `;
}

interface Written {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly spec?: string;
  readonly status?: string;
  readonly metadata?: string;
}

const container = '{ name: app, resources: { requests: { cpu: 500m } } }';
const template = `{ metadata: { labels: { app: web } }, spec: { containers: [${container}] } }`;

/** A workload whose pods request 500m of CPU. */
function workload(written: Written = {}): string {
  const { kind = 'Deployment', apiVersion = 'apps/v1', spec = '', status = '', metadata = '' } = written;
  return `
    apiVersion: ${apiVersion}
    kind: ${kind}
    metadata: { name: web, ${metadata} }
    spec: { ${spec === '' ? '' : `${spec}, `}template: ${template} }
    status: { ${status} }
  `;
}

const created = 'uid: 1-2-3';
const stored = "uid: 1-2-3, resourceVersion: '7', generation: 2";
const pod = (metadata: string): string => `
  apiVersion: v1
  kind: Pod
  metadata: { name: web, ${metadata} }
  spec: { containers: [${container}] }
`;
const full = quota('requests.cpu: 2', 'requests.cpu: 2');
const usedUp = quota(
  'requests.cpu: 2, count/deployments.apps: 1',
  'requests.cpu: 2, count/deployments.apps: 1',
);

/** `example.com/r0: 1, example.com/r1: 1`, ... */
const extended = (count: number, amount: number, prefix = ''): string =>
  Array.from({ length: count }, (_, index) => `${prefix}example.com/r${index}: ${amount}`).join(', ');
const asking = (count: number): string =>
  `{ name: app, resources: { requests: { ${extended(count, 1)} }, limits: { ${extended(count, 1)} } } }`;

testCheck(quotaFit, {
  valid: {
    'anything without a quota': 'containers: [{ name: app }]',
    'more pods than there is room for where nobody knows of an autoscaler': {
      object: workload({ spec: 'replicas: 9' }),
      beside: quota('requests.cpu: 2'),
      unknown: ['HorizontalPodAutoscaler'],
    },
    'a quota of another namespace': {
      pod: 'containers: [{ name: app }]',
      beside: quota('limits.memory: 1Gi').replace('name: team', 'name: team, namespace: other'),
    },
    'an ignored container that does not say what the quota counts': {
      pod: 'containers: [{ name: app, resources: { limits: { memory: 1Gi } } }, { name: mesh }]',
      beside: quota('limits.memory: 9Gi'),
      ignored: ['mesh'],
    },
    'what a LimitRange fills in': {
      pod: 'containers: [{ name: app }]',
      limits: '[{ type: Container, default: { memory: 1Gi } }]',
      beside: quota('limits.memory: 1Gi'),
    },
    'replicas that just fit': { object: workload({ spec: 'replicas: 4' }), beside: quota('requests.cpu: 2') },
    'a file, of which nobody knows whether it has been applied': { object: workload(), beside: usedUp },
    'a workload that is there already where there may be none': {
      object: workload({ metadata: stored, spec: 'replicas: 0' }),
      beside: quota('count/deployments.apps: 0'),
    },
    'a workload that is being changed, some of whose pods are counted': {
      object: workload({
        metadata: stored,
        spec: 'replicas: 2',
        status: 'observedGeneration: 1, replicas: 1, updatedReplicas: 1',
      }),
      beside: full,
    },
    'a workload in the midst of a roll-out': {
      object: workload({
        metadata: stored,
        spec: 'replicas: 2',
        status: 'observedGeneration: 2, replicas: 2, updatedReplicas: 1',
      }),
      beside: full,
    },
    'a workload whose pods are all there, and counted': {
      object: workload({
        metadata: stored,
        spec: 'replicas: 4',
        status: 'observedGeneration: 2, replicas: 4, updatedReplicas: 4',
      }),
      beside: usedUp,
    },
    'a workload that wants no pods now': {
      object: workload({ metadata: created, spec: 'replicas: 0' }),
      beside: full,
    },
    'a pod that is there, and counted': { object: pod(stored), beside: full },
    'a ReplicaSet, which has its replicas from its Deployment': {
      object: workload({
        kind: 'ReplicaSet',
        metadata: `${created}, ownerReferences: [{ controller: true, uid: 4-5-6 }]`,
        spec: 'replicas: 9',
      }),
      beside: full,
    },
    'a DaemonSet, which has a pod on each of some nodes': {
      object: workload({ kind: 'DaemonSet' }),
      beside: quota('pods: 1'),
    },
    'a Job that never runs as many as it may': {
      object: workload({ kind: 'Job', apiVersion: 'batch/v1', spec: 'parallelism: 9, completions: 4' }),
      beside: quota('requests.cpu: 2'),
    },
    'a Job that waits, and runs when other things are used': {
      object: workload({ kind: 'Job', apiVersion: 'batch/v1', metadata: created, spec: 'suspend: true' }),
      beside: full,
    },
    'a count of objects that has room': {
      object: workload({ metadata: created }),
      beside: quota('count/deployments.apps: 2, count/replicasets.apps: 1', 'count/deployments.apps: 1'),
    },
    'a count of pods that are Jobs or Services to a quota': {
      object: pod(created),
      beside: quota('services: 0, count/jobs.batch: 0'),
    },
  },
  invalid: {
    'a container that does not say what the quota counts': {
      object: `
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          replicas: 3
          template:
            spec:
              containers: [{ name: app, resources: { requests: { cpu: 1 } } }, { name: web }]
      `,
      beside: quota('limits.memory: 10Gi, cpu: 20, requests.cpu: 20'),
      violations: [
        {
          message: 'must-specify',
          container: 'app',
          path: 'spec.containers[0].resources',
          words:
            'container app: no limits.memory, which ResourceQuota team demands of every container [quota-fit]; ' +
            '0 of 3 pods would be created, so set resources.limits.memory',
        },
        {
          message: 'must-specify',
          container: 'web',
          path: 'spec.containers[1].resources',
          words:
            'container web: no cpu, limits.memory, requests.cpu, which ResourceQuota team demands of every container ' +
            '[quota-fit]; 0 of 3 pods would be created, so set resources.requests.cpu and resources.limits.memory',
        },
      ],
    },
    'a Pod that does not': {
      kind: 'Pod',
      pod: 'containers: [{ name: app }]',
      beside: quota('limits.cpu: 1'),
      violations: [
        {
          message: 'must-specify',
          container: 'app',
          path: 'spec.containers[0].resources',
          words:
            'container app: no limits.cpu, which ResourceQuota team demands of every container [quota-fit]; ' +
            'the pod would be refused, so set resources.limits.cpu',
        },
      ],
    },
    'one pod above the quota': {
      object: workload({ kind: 'DaemonSet' }),
      beside: quota('requests.cpu: 400m, pods: 0'),
      violations: [
        {
          message: 'too-large',
          path: 'spec',
          words:
            'pod: one pod asks for more than ResourceQuota team has in all: pods 1 of 0, requests.cpu 500m of 400m ' +
            '[quota-fit]; no pod would be created, so ask for less or have the quota raised',
        },
      ],
    },
    'one pod above the quota, though the workload is there': {
      object: workload({ metadata: stored, spec: 'replicas: 2' }),
      beside: quota('requests.cpu: 400m'),
      violations: [
        {
          message: 'too-large',
          path: 'spec',
          words:
            'pod: one pod asks for more than ResourceQuota team has in all: requests.cpu 500m of 400m ' +
            '[quota-fit]; 0 of 2 pods would be created, so ask for less or have the quota raised',
        },
      ],
    },
    'more replicas than the quota has room for, of two': {
      object: workload({ spec: 'replicas: 5' }),
      beside: `${quota('requests.cpu: 2300m, pods: 4')}\n---\n${quota('pods: 3', '', 'second')}`,
      violations: [
        {
          message: 'too-many',
          path: 'spec.replicas',
          words:
            'ResourceQuota team has room for 4 of 5 pods: pods 1 each of 4, requests.cpu 500m each of 2300m ' +
            '[quota-fit]; the others would be refused, so ask for less, lower spec.replicas or have the quota raised',
        },
        { message: 'too-many', path: 'spec.replicas' },
      ],
    },
    'five amounts, which are all named': {
      pod: `containers: [${asking(5)}]`,
      beside: quota(extended(5, 0, 'requests.')),
      violations: [
        {
          message: 'too-large',
          path: 'spec',
          words:
            'pod: one pod asks for more than ResourceQuota team has in all: ' +
            'requests.example.com/r0 1 of 0, requests.example.com/r1 1 of 0, requests.example.com/r2 1 of 0, ' +
            'requests.example.com/r3 1 of 0, requests.example.com/r4 1 of 0 [quota-fit]; ' +
            'no pod would be created, so ask for less or have the quota raised',
        },
      ],
    },
    'seven amounts, of which five are named': {
      pod: `containers: [${asking(7)}]`,
      beside: quota(extended(7, 0, 'requests.')),
      violations: [
        {
          message: 'too-large',
          path: 'spec',
          words:
            'pod: one pod asks for more than ResourceQuota team has in all: ' +
            'requests.example.com/r0 1 of 0, requests.example.com/r1 1 of 0, requests.example.com/r2 1 of 0, ' +
            'requests.example.com/r3 1 of 0, requests.example.com/r4 1 of 0 and 2 more [quota-fit]; ' +
            'no pod would be created, so ask for less or have the quota raised',
        },
      ],
    },
    'the fewest replicas of an autoscaler': {
      object: workload(),
      beside: `${quota('pods: 2')}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: scaler }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: 3, maxReplicas: 9 }
`,
      violations: [
        {
          message: 'too-many',
          path: 'spec.replicas',
          words:
            'ResourceQuota team has room for 2 of 3 pods: pods 1 each of 2 [quota-fit]; the others would be refused, so ' +
            'ask for less, lower minReplicas of HorizontalPodAutoscaler scaler or have the quota raised',
        },
      ],
    },
    'more pods of a CronJob than the quota has room for': {
      object: `
        apiVersion: batch/v1
        kind: CronJob
        metadata: { name: web }
        spec: { jobTemplate: { spec: { parallelism: 3, template: ${template} } } }
      `,
      beside: quota('pods: 2'),
      violations: [
        {
          message: 'too-many',
          path: 'spec.jobTemplate.spec.parallelism',
          words:
            'ResourceQuota team has room for 2 of 3 pods: pods 1 each of 2 [quota-fit]; the others would be refused, so ' +
            'ask for less, lower spec.jobTemplate.spec.parallelism or have the quota raised',
        },
      ],
    },
    'a new workload where others use the quota': {
      object: workload({ metadata: created, spec: 'replicas: 3' }),
      beside: quota('requests.cpu: 2, pods: 10', 'requests.cpu: 900m, pods: 9'),
      violations: [
        {
          message: 'no-room-left',
          path: 'spec.replicas',
          words:
            'ResourceQuota team has room now for 1 of 3 pods: pods 1 each where 9 of 10 is used, ' +
            'requests.cpu 500m each where 900m of 2 is used [quota-fit]; ' +
            'more are refused until something else goes, so ask for less or have the quota raised',
        },
      ],
    },
    'a workload that has stopped short of its replicas': {
      object: workload({
        metadata: stored,
        spec: 'replicas: 4',
        status: 'observedGeneration: 2, replicas: 2, updatedReplicas: 2',
      }),
      beside: quota('requests.cpu: 2', 'requests.cpu: 1500m'),
      violations: [
        {
          message: 'no-room-left',
          path: 'spec.replicas',
          words:
            'ResourceQuota team has room now for 3 of 4 pods: requests.cpu 500m each where 1500m of 2 is used ' +
            '[quota-fit]; more are refused until something else goes, so ask for less or have the quota raised',
        },
      ],
    },
    'a new Job, Pod and DaemonSet where others use the quota': {
      object: [
        workload({ kind: 'Job', apiVersion: 'batch/v1', metadata: created, spec: 'parallelism: 2' }),
        pod(created).replace('name: web', 'name: web-2'),
        workload({ kind: 'DaemonSet', metadata: created }),
      ].join('\n---\n'),
      beside: full,
      violations: [
        {
          message: 'no-room-left',
          path: 'spec.parallelism',
          words:
            'ResourceQuota team has room now for 0 of 2 pods: requests.cpu 500m each where 2 of 2 is used [quota-fit]; ' +
            'more are refused until something else goes, so ask for less or have the quota raised',
        },
        {
          message: 'no-room-left',
          path: 'spec',
          words:
            'pod: ResourceQuota team has room now for no pod: requests.cpu 500m each where 2 of 2 is used [quota-fit]; ' +
            'more are refused until something else goes, so ask for less or have the quota raised',
        },
        {
          message: 'no-room-left',
          path: 'spec.template',
          words:
            'ResourceQuota team has room now for no pod: requests.cpu 500m each where 2 of 2 is used [quota-fit]; ' +
            'more are refused until something else goes, so ask for less or have the quota raised',
        },
      ],
    },
    'a new Pod where the Pods are counted, once': {
      object: pod(created),
      beside: quota('count/pods: 1', 'count/pods: 1'),
      violations: [{ message: 'no-room-left', path: 'spec' }],
    },
    'a quota of a kind without a group': {
      object: workload({ kind: 'ReplicationController', apiVersion: 'v1' }),
      beside: quota('count/replicationcontrollers: 0'),
      violations: [{ message: 'object-count', path: 'metadata.name' }],
    },
    'a quota of Deployments that is used up': {
      object: workload({ metadata: created }),
      beside: quota('count/deployments.apps: 2', 'count/deployments.apps: 2'),
      violations: [
        {
          message: 'object-count',
          path: 'metadata.name',
          words:
            'ResourceQuota team has no room for this Deployment: count/deployments.apps is at 2 of 2 [quota-fit]; ' +
            'the API server would refuse it, so have the quota raised or remove something',
        },
      ],
    },
    'quotas that allow none, in a file': {
      object: workload(),
      beside: quota('count/deployments.apps: 0, count/replicasets.apps: 0'),
      violations: [
        { message: 'object-count', path: 'metadata.name' },
        {
          message: 'object-count',
          path: 'metadata.name',
          words:
            'ResourceQuota team has no room for its ReplicaSet: count/replicasets.apps is at 0 of 0 [quota-fit]; ' +
            'the API server would refuse it, so have the quota raised or remove something',
        },
      ],
    },
  },
});
