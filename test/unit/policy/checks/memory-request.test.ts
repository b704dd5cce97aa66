import { memoryRequest } from '../../../../src/policy/checks/memory-request.ts';
import { testCheck } from './check-table.ts';

// The rule is that of cpu-request, and so are its finer cases.
testCheck(memoryRequest, {
  valid: {
    'a request': 'containers: [{ name: app, resources: { requests: { memory: 128Mi } } }]',
    'a negative request, which no server takes':
      'containers: [{ name: app, resources: { requests: { memory: -1 } } }]',
    'a limit, which becomes the request':
      'containers: [{ name: app, resources: { limits: { memory: 1Gi } } }]',
    'a request of the pod as a whole':
      '{ resources: { requests: { memory: 1Gi } }, containers: [{ name: app }] }',
  },
  invalid: {
    'only a CPU request': {
      pod: 'containers: [{ name: app, resources: { requests: { cpu: 100m } } }]',
      violations: [
        {
          message: 'missing',
          container: 'app',
          path: 'spec.containers[0].resources.requests.memory',
          words:
            'container app: no memory request [memory-request]; set resources.requests.memory, for example 128Mi',
        },
      ],
    },
    'a part of a byte, where m was to be M': {
      pod: 'containers: [{ name: app, resources: { requests: { memory: 100m } } }]',
      violations: [
        {
          message: 'fraction',
          container: 'app',
          path: 'spec.containers[0].resources.requests.memory',
          words:
            'container app: memory request is 100m, less than one byte [memory-request]; ' +
            'm means thousandths, write M or Mi for megabytes',
        },
      ],
    },
    'megabytes, which are no quantity': {
      pod: 'containers: [{ name: app, resources: { requests: { memory: 128MB } } }]',
      violations: [
        {
          message: 'unreadable',
          container: 'app',
          path: 'spec.containers[0].resources.requests.memory',
          words:
            'container app: memory request 128MB is no quantity [memory-request]; ' +
            'the API server refuses it, write 128M or 128Mi',
        },
      ],
    },
    'no quantity for the pod as a whole': {
      pod: '{ resources: { requests: { memory: plenty } }, containers: [{ name: app }, { name: web }] }',
      violations: [
        {
          message: 'unreadable',
          path: 'spec.resources.requests.memory',
          words:
            'pod: memory request plenty is no quantity [memory-request]; the API server refuses it, write 128Mi',
        },
      ],
    },
    'a request of zero': {
      pod: `
        containers: [{ name: app, resources: { requests: { memory: 1Gi } } }]
        initContainers: [{ name: setup, resources: { requests: { memory: 0Mi } } }]
      `,
      violations: [
        {
          message: 'zero',
          container: 'setup',
          path: 'spec.initContainers[0].resources.requests.memory',
          words:
            'init container setup: memory request is 0 [memory-request]; set resources.requests.memory, for example 128Mi',
        },
      ],
    },
  },
});
