import { memoryLimit } from '../../../../src/policy/checks/memory-limit.ts';
import { testCheck } from './check-table.ts';

const equal = { policy: 'equal-to-request' };
const path = 'spec.containers[0].resources.limits.memory';

/** A pod that requests this as a whole, whose two containers may take 2Gi together. */
const sharing = (request: string): string => `
  resources: { requests: { memory: ${request} } }
  containers:
    - { name: app, resources: { requests: { memory: 256Mi }, limits: { memory: 1Gi } } }
    - { name: web, resources: { requests: { memory: 256Mi }, limits: { memory: 1Gi } } }
`;

testCheck(memoryLimit, {
  valid: {
    'above a request that cannot be read, of which its own check says so': {
      pod: 'containers: [{ name: app, resources: { requests: { memory: 1GB }, limits: { memory: 1Gi } } }]',
      parameters: equal,
    },
    'a limit':
      'containers: [{ name: app, resources: { requests: { memory: 1Gi }, limits: { memory: 2Gi } } }]',
    'a default of a LimitRange': {
      pod: 'containers: [{ name: app }]',
      limits: '[{ type: Container, default: { memory: 1Gi } }]',
    },
    'a limit of the pod as a whole':
      '{ resources: { limits: { memory: 1Gi } }, containers: [{ name: app }] }',
    'an ephemeral container without': `
      containers: [{ name: app, resources: { limits: { memory: 1Gi } } }]
      ephemeralContainers: [{ name: debug }]
    `,
    'the same amount, written in another way': {
      pod: 'containers: [{ name: app, resources: { requests: { memory: 1024Mi }, limits: { memory: 1Gi } } }]',
      parameters: equal,
    },
    'a limit alone, which becomes the request': {
      pod: 'containers: [{ name: app, resources: { limits: { memory: 1Gi } } }]',
      parameters: equal,
    },
    'a pod as a whole whose limit becomes its request': {
      pod: '{ resources: { limits: { memory: 1Gi } }, containers: [{ name: app }] }',
      parameters: equal,
    },
    'containers that may take from each other what the pod as a whole was promised': {
      pod: sharing('2Gi'),
      parameters: equal,
    },
    'the same on a server that gives the pod as a whole no limit': {
      pod: sharing('2Gi'),
      parameters: equal,
      serverMinor: 36,
    },
  },
  invalid: {
    'what is not a quantity': {
      pod: 'containers: [{ name: app, resources: { limits: { memory: 1GB } } }]',
      violations: [
        {
          message: 'unreadable',
          container: 'app',
          path,
          words:
            'container app: memory limit 1GB is no quantity [memory-limit]; the API server refuses it, write 1G or 1Gi',
        },
      ],
    },
    'no limit': {
      pod: 'containers: [{ name: app, resources: { requests: { memory: 1Gi } } }]',
      violations: [
        {
          message: 'missing',
          container: 'app',
          path,
          words:
            'container app: no memory limit [memory-limit]; set resources.limits.memory, no less than the request',
        },
      ],
    },
    'a limit of zero, which is none': {
      pod: 'containers: [{ name: app, resources: { limits: { memory: 0 } } }]',
      violations: [
        {
          message: 'zero',
          container: 'app',
          path,
          words:
            'container app: memory limit is 0 [memory-limit]; set resources.limits.memory, no less than the request',
        },
      ],
    },
    'a part of a byte, where m was to be M': {
      pod: 'containers: [{ name: app, resources: { limits: { memory: 200m } } }]',
      violations: [{ message: 'fraction', container: 'app', path }],
    },
    'no limit, and another above the request': {
      pod: `
        containers: [{ name: app }]
        initContainers:
          - name: proxy
            restartPolicy: Always
            resources: { requests: { memory: 64Mi }, limits: { memory: 128Mi } }
      `,
      parameters: equal,
      violations: [
        { message: 'missing', container: 'app', path },
        {
          message: 'above-request',
          container: 'proxy',
          path: 'spec.initContainers[0].resources.limits.memory',
          words:
            'sidecar proxy: memory limit 128Mi is above the request 64Mi [memory-limit]; ' +
            'set both to the same amount, so that it is never killed for memory that it was not promised',
        },
      ],
    },
    'a request of zero': {
      pod: 'containers: [{ name: app, resources: { requests: { memory: 0 }, limits: { memory: 1Gi } } }]',
      parameters: equal,
      violations: [
        {
          message: 'above-request',
          container: 'app',
          path,
          words:
            'container app: memory limit 1Gi is above the request 0 [memory-limit]; ' +
            'set both to the same amount, so that it is never killed for memory that it was not promised',
        },
      ],
    },
    'a pod as a whole whose limit is above the request': {
      pod: '{ resources: { requests: { memory: 1Gi }, limits: { memory: 2Gi } }, containers: [{ name: app }] }',
      parameters: equal,
      violations: [
        {
          message: 'above-request',
          path: 'spec.resources.limits.memory',
          words:
            'pod: memory limit 2Gi is above the request 1Gi [memory-limit]; ' +
            'set both to the same amount, so that it is never killed for memory that it was not promised',
        },
      ],
    },
    'containers that may take more than the pod as a whole was promised': {
      pod: `
        resources: { requests: { memory: 1Gi } }
        containers:
          - { name: app, resources: { requests: { memory: 512Mi }, limits: { memory: 2Gi } } }
          - { name: web, resources: { limits: { memory: 128Mi } } }
      `,
      parameters: equal,
      violations: [{ message: 'above-request', path: 'spec.resources.limits.memory' }],
    },
    'the same on a server that gives the pod as a whole no limit': {
      pod: sharing('1.5Gi'),
      parameters: equal,
      serverMinor: 36,
      violations: [
        { message: 'above-request', container: 'app', path },
        {
          message: 'above-request',
          container: 'web',
          path: 'spec.containers[1].resources.limits.memory',
        },
      ],
    },
    'a promise to the pod as a whole, and no limit anywhere': {
      pod: '{ resources: { requests: { memory: 1Gi } }, containers: [{ name: app }] }',
      parameters: equal,
      violations: [{ message: 'missing', container: 'app', path }],
    },
  },
});
