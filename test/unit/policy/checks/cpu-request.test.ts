import { cpuRequest } from '../../../../src/policy/checks/cpu-request.ts';
import { testCheck } from './check-table.ts';

testCheck(cpuRequest, {
  valid: {
    'a request': 'containers: [{ name: app, resources: { requests: { cpu: 100m } } }]',
    'a number for a request': 'containers: [{ name: app, resources: { requests: { cpu: 0.5 } } }]',
    'a limit, which becomes the request': 'containers: [{ name: app, resources: { limits: { cpu: 1 } } }]',
    'a default of a LimitRange': {
      pod: 'containers: [{ name: app }]',
      limits: '[{ type: Container, defaultRequest: { cpu: 50m } }]',
    },
    'a request of the pod as a whole': '{ resources: { requests: { cpu: 1 } }, containers: [{ name: app }] }',
    'a limit of the pod as a whole': '{ resources: { limits: { cpu: 1 } }, containers: [{ name: app }] }',
    'an ephemeral container without': `
      containers: [{ name: app, resources: { requests: { cpu: 100m } } }]
      ephemeralContainers: [{ name: debug }]
    `,
  },
  invalid: {
    'no resources': {
      pod: 'containers: [{ name: app }]',
      violations: [
        {
          message: 'missing',
          container: 'app',
          path: 'spec.containers[0].resources.requests.cpu',
          words: 'container app: no CPU request [cpu-request]; set resources.requests.cpu, for example 100m',
        },
      ],
    },
    'only a memory request': {
      pod: 'containers: [{ name: app, resources: { requests: { memory: 1Gi } } }]',
      violations: [
        { message: 'missing', container: 'app', path: 'spec.containers[0].resources.requests.cpu' },
      ],
    },
    'a request of zero, which reserves nothing': {
      pod: 'containers: [{ name: app, resources: { requests: { cpu: 0m } } }]',
      violations: [
        {
          message: 'zero',
          container: 'app',
          path: 'spec.containers[0].resources.requests.cpu',
          words:
            'container app: CPU request is 0 [cpu-request]; set resources.requests.cpu, for example 100m',
        },
      ],
    },
    'a request of zero of the pod as a whole': {
      pod: '{ resources: { requests: { cpu: 0 } }, containers: [{ name: app }] }',
      violations: [
        { message: 'missing', container: 'app', path: 'spec.containers[0].resources.requests.cpu' },
      ],
    },
    'what is not a quantity': {
      pod: 'containers: [{ name: app, resources: { requests: { cpu: half } } }]',
      violations: [
        { message: 'unreadable', container: 'app', path: 'spec.containers[0].resources.requests.cpu' },
      ],
    },
    'thousandths with a letter too many': {
      pod: 'containers: [{ name: app, resources: { requests: { cpu: 100mm } } }]',
      violations: [
        {
          message: 'unreadable',
          container: 'app',
          path: 'spec.containers[0].resources.requests.cpu',
          words:
            'container app: CPU request 100mm is no quantity [cpu-request]; the API server refuses it, write 100m',
        },
      ],
    },
    'a map in place of an amount': {
      pod: 'containers: [{ name: app, resources: { requests: { cpu: { a: 1 } } } }]',
      violations: [
        { message: 'unreadable', container: 'app', path: 'spec.containers[0].resources.requests.cpu' },
      ],
    },
    'one of several containers, init containers and sidecars': {
      pod: `
        containers:
          - { name: app, resources: { requests: { cpu: 100m } } }
          - { name: helper }
        initContainers:
          - { name: setup }
          - { name: proxy, restartPolicy: Always }
      `,
      violations: [
        { message: 'missing', container: 'helper', path: 'spec.containers[1].resources.requests.cpu' },
        { message: 'missing', container: 'setup', path: 'spec.initContainers[0].resources.requests.cpu' },
        { message: 'missing', container: 'proxy', path: 'spec.initContainers[1].resources.requests.cpu' },
      ],
    },
    'a Job, which is scheduled as well': {
      kind: 'Job',
      pod: '{ restartPolicy: Never, containers: [{ name: app }] }',
      violations: [
        { message: 'missing', container: 'app', path: 'spec.containers[0].resources.requests.cpu' },
      ],
    },
  },
});
