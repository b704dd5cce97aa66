import { ephemeralStorage } from '../../../../src/policy/checks/ephemeral-storage.ts';
import { testCheck } from './check-table.ts';

const resources = 'spec.containers[0].resources';
const withLimit = { limit: true };

testCheck(ephemeralStorage, {
  valid: {
    'a request': 'containers: [{ name: app, resources: { requests: { ephemeral-storage: 1Gi } } }]',
    'a limit, which becomes the request':
      'containers: [{ name: app, resources: { limits: { ephemeral-storage: 1Gi } } }]',
    'a default of a LimitRange': {
      pod: 'containers: [{ name: app }]',
      limits: '[{ type: Container, default: { ephemeral-storage: 1Gi } }]',
      parameters: withLimit,
    },
    'an ephemeral container without': `
      containers: [{ name: app, resources: { requests: { ephemeral-storage: 1Gi } } }]
      ephemeralContainers: [{ name: debug }]
    `,
  },
  invalid: {
    'what is not a quantity': {
      pod: 'containers: [{ name: app, resources: { requests: { ephemeral-storage: 1GB }, limits: { ephemeral-storage: 2gb } } }]',
      parameters: withLimit,
      violations: [
        { message: 'unreadable', container: 'app', path: `${resources}.requests.ephemeral-storage` },
        { message: 'unreadable-limit', container: 'app', path: `${resources}.limits.ephemeral-storage` },
      ],
    },
    'no request, whatever the pod as a whole requests, which cannot hold it': {
      pod: '{ resources: { requests: { cpu: 1, memory: 1Gi } }, containers: [{ name: app }] }',
      violations: [
        {
          message: 'missing',
          container: 'app',
          path: `${resources}.requests.ephemeral-storage`,
          words:
            'container app: no ephemeral-storage request [ephemeral-storage]; ' +
            'set resources.requests.ephemeral-storage, for example 1Gi',
        },
      ],
    },
    'a request of zero': {
      pod: 'containers: [{ name: app, resources: { requests: { ephemeral-storage: 0 } } }]',
      violations: [
        {
          message: 'zero',
          container: 'app',
          path: `${resources}.requests.ephemeral-storage`,
          words:
            'container app: ephemeral-storage request is 0 [ephemeral-storage]; ' +
            'set resources.requests.ephemeral-storage, for example 1Gi',
        },
      ],
    },
    'no limit where it is asked for': {
      pod: 'containers: [{ name: app, resources: { requests: { ephemeral-storage: 1Gi } } }]',
      parameters: withLimit,
      violations: [
        {
          message: 'missing-limit',
          container: 'app',
          path: `${resources}.limits.ephemeral-storage`,
          words:
            'container app: no ephemeral-storage limit [ephemeral-storage]; ' +
            'set resources.limits.ephemeral-storage, no less than the request',
        },
      ],
    },
    'a limit of zero where it is asked for': {
      pod: 'containers: [{ name: app, resources: { limits: { ephemeral-storage: 0 } } }]',
      parameters: withLimit,
      violations: [
        { message: 'zero', container: 'app', path: `${resources}.requests.ephemeral-storage` },
        {
          message: 'zero-limit',
          container: 'app',
          path: `${resources}.limits.ephemeral-storage`,
          words:
            'container app: ephemeral-storage limit is 0 [ephemeral-storage]; ' +
            'set resources.limits.ephemeral-storage, no less than the request',
        },
      ],
    },
    'parts of a byte, where m was to be M': {
      pod: 'containers: [{ name: app, resources: { requests: { ephemeral-storage: 100m }, limits: { ephemeral-storage: 200m } } }]',
      parameters: withLimit,
      violations: [
        { message: 'fraction', container: 'app', path: `${resources}.requests.ephemeral-storage` },
        { message: 'fraction-limit', container: 'app', path: `${resources}.limits.ephemeral-storage` },
      ],
    },
    'init containers and sidecars, which write as well': {
      pod: `
        containers: [{ name: app, resources: { requests: { ephemeral-storage: 1Gi } } }]
        initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
      `,
      violations: [
        {
          message: 'missing',
          container: 'setup',
          path: 'spec.initContainers[0].resources.requests.ephemeral-storage',
        },
        {
          message: 'missing',
          container: 'proxy',
          path: 'spec.initContainers[1].resources.requests.ephemeral-storage',
        },
      ],
    },
  },
});
