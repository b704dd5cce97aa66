import { cpuLimit } from '../../../../src/policy/checks/cpu-limit.ts';
import { testCheck } from './check-table.ts';

const forbid = { policy: 'forbid' };
const path = 'spec.containers[0].resources.limits.cpu';

testCheck(cpuLimit, {
  valid: {
    'a limit': 'containers: [{ name: app, resources: { limits: { cpu: 1 } } }]',
    'a default of a LimitRange': {
      pod: 'containers: [{ name: app }]',
      limits: '[{ type: Container, default: { cpu: 1 } }]',
    },
    'a limit of the pod as a whole': '{ resources: { limits: { cpu: 1 } }, containers: [{ name: app }] }',
    'an ephemeral container without': `
      containers: [{ name: app, resources: { limits: { cpu: 1 } } }]
      ephemeralContainers: [{ name: debug }]
    `,
    'no limit where it is forbidden': {
      pod: 'containers: [{ name: app, resources: { requests: { cpu: 1 }, limits: { memory: 1Gi } } }]',
      parameters: forbid,
    },
    'a limit of zero, which is none, where it is forbidden': {
      pod: 'containers: [{ name: app, resources: { limits: { cpu: 0 } } }]',
      parameters: forbid,
    },
  },
  invalid: {
    'what is not a quantity': {
      pod: 'containers: [{ name: app, resources: { limits: { cpu: 500mcpu } } }]',
      violations: [{ message: 'unreadable', container: 'app', path }],
    },
    'no limit': {
      pod: 'containers: [{ name: app, resources: { requests: { cpu: 1 } } }]',
      violations: [
        {
          message: 'missing',
          container: 'app',
          path,
          words:
            'container app: no CPU limit [cpu-limit]; set resources.limits.cpu, no less than the request',
        },
      ],
    },
    'a limit of zero, which is none': {
      pod: 'containers: [{ name: app, resources: { limits: { cpu: 0 } } }]',
      violations: [
        {
          message: 'zero',
          container: 'app',
          path,
          words:
            'container app: CPU limit is 0 [cpu-limit]; set resources.limits.cpu, no less than the request',
        },
      ],
    },
    'only a request of the pod as a whole': {
      pod: '{ resources: { requests: { cpu: 1 } }, containers: [{ name: app }] }',
      violations: [{ message: 'missing', container: 'app', path }],
    },
    'each init container and sidecar, also of a Job': {
      kind: 'Job',
      pod: `
        restartPolicy: Never
        containers: [{ name: app, resources: { limits: { cpu: 1 } } }]
        initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
      `,
      violations: [
        { message: 'missing', container: 'setup', path: 'spec.initContainers[0].resources.limits.cpu' },
        { message: 'missing', container: 'proxy', path: 'spec.initContainers[1].resources.limits.cpu' },
      ],
    },
    'a limit where it is forbidden': {
      pod: `
        containers:
          - { name: app, resources: { limits: { cpu: 0.5 } } }
          - { name: web }
        initContainers: [{ name: setup, resources: { limits: { cpu: 1 } } }]
      `,
      parameters: forbid,
      violations: [
        {
          message: 'forbidden',
          container: 'app',
          path,
          words:
            'container app: CPU limit is 500m [cpu-limit]; it throttles although the node has CPU idle, ' +
            'so remove resources.limits.cpu, or the LimitRange default that sets it',
        },
        { message: 'forbidden', container: 'setup', path: 'spec.initContainers[0].resources.limits.cpu' },
      ],
    },
    'a limit of the pod as a whole where it is forbidden': {
      pod: '{ resources: { limits: { cpu: 2 } }, containers: [{ name: app }] }',
      parameters: forbid,
      violations: [
        {
          message: 'forbidden',
          path: 'spec.resources.limits.cpu',
          words:
            'pod: CPU limit is 2 [cpu-limit]; it throttles although the node has CPU idle, ' +
            'so remove spec.resources.limits.cpu, or the LimitRange default that sets it',
        },
      ],
    },
    'a default of a LimitRange where it is forbidden, because it throttles all the same': {
      pod: 'containers: [{ name: app }]',
      limits: '[{ type: Container, default: { cpu: 1 } }]',
      parameters: forbid,
      violations: [{ message: 'forbidden', container: 'app', path }],
    },
  },
});
