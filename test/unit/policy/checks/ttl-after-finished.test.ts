import { ttlAfterFinished } from '../../../../src/policy/checks/ttl-after-finished.ts';
import { ofNamesake } from '../graphs.ts';
import { testCheck } from './check-table.ts';

const job = (spec = '', metadata = ''): string => `
apiVersion: batch/v1
kind: Job
metadata: { name: import, namespace: shop ${metadata} }
spec:
  ${spec}
  template: { spec: { restartPolicy: Never, containers: [{ name: import }] } }
`;

testCheck(ttlAfterFinished, {
  valid: {
    'a time': { object: job('ttlSecondsAfterFinished: 3600') },
    'zero, which is at once': { object: job('ttlSecondsAfterFinished: 0') },
    'a Job of a CronJob': { object: job('', ', ownerReferences: [{ uid: u, controller: true }]') },
    'a hook of Helm, which Helm deletes': { object: job('', ', annotations: { helm.sh/hook: pre-upgrade }') },
    'a hook of Argo CD': { object: job('', ', annotations: { argocd.argoproj.io/hook: PreSync }') },
    'a Job of another group': { object: ofNamesake(job()) },
    'a CronJob': { kind: 'CronJob', pod: '{ restartPolicy: Never, containers: [{ name: app }] }' },
    'a Deployment': 'containers: [{ name: app }]',
  },
  invalid: {
    'no time': {
      object: job(),
      violations: [
        {
          message: 'unset',
          path: 'spec.ttlSecondsAfterFinished',
          words:
            'no ttlSecondsAfterFinished [ttl-after-finished]; ' +
            'the finished Job and its pods would stay for ever, set for example 86400',
        },
      ],
    },
    null: {
      object: job('ttlSecondsAfterFinished: null'),
      violations: [{ message: 'unset', path: 'spec.ttlSecondsAfterFinished' }],
    },
  },
});
