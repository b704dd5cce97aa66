import { qosClassCheck } from '../../../../src/policy/checks/qos-class.ts';
import { testCheck } from './check-table.ts';

const guaranteed = { minimum: 'Guaranteed' };
const path = 'spec.containers[0].resources';
const full = 'resources: { limits: { cpu: 1, memory: 1Gi } }';

testCheck(qosClassCheck, {
  valid: {
    'amounts that cannot be read': 'containers: [{ name: app, resources: { requests: { cpu: 100mm } } }]',
    'any request': 'containers: [{ name: app, resources: { requests: { cpu: 1m } } }]',
    'any limit': 'containers: [{ name: app, resources: { limits: { memory: 1Gi } } }]',
    'a request of another container':
      'containers: [{ name: app }, { name: web, resources: { requests: { cpu: 1m } } }]',
    'a default of a LimitRange': {
      pod: 'containers: [{ name: app }]',
      limits: '[{ type: Container, defaultRequest: { cpu: 50m } }]',
    },
    'a request of the pod as a whole': '{ resources: { requests: { cpu: 1 } }, containers: [{ name: app }] }',
    'limits alone, which become the requests, for Guaranteed': {
      pod: `
        containers: [{ name: app, ${full} }]
        initContainers: [{ name: setup, ${full} }, { name: proxy, restartPolicy: Always, ${full} }]
        ephemeralContainers: [{ name: debug }]
      `,
      parameters: guaranteed,
    },
    'the pod as a whole for Guaranteed, whatever its containers say': {
      pod: `
        resources: { requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 1, memory: 1Gi } }
        containers: [{ name: app }, { name: web, resources: { requests: { cpu: 1m } } }]
      `,
      parameters: guaranteed,
    },
    'an ignored container alone in the way of Guaranteed, which no author can mend': {
      pod: `containers: [{ name: app, ${full} }, { name: mesh }]`,
      parameters: guaranteed,
      ignored: ['mesh'],
    },
    'defaults of a LimitRange for Guaranteed': {
      pod: 'containers: [{ name: app }]',
      limits: '[{ type: Container, default: { cpu: 1, memory: 1Gi } }]',
      parameters: guaranteed,
    },
  },
  invalid: {
    'nothing that counts': {
      pod: 'containers: [{ name: app, resources: { requests: { cpu: 0, ephemeral-storage: 1Gi } } }]',
      violations: [
        {
          message: 'best-effort',
          path: 'spec.containers',
          words:
            'pod: QoS class is BestEffort: no container has a cpu or memory request or limit [qos-class]; ' +
            'it is killed first when the node runs out of memory, so set requests',
        },
      ],
    },
    'a Job': {
      kind: 'Job',
      pod: '{ restartPolicy: Never, containers: [{ name: app }] }',
      violations: [{ message: 'best-effort', path: 'spec.containers' }],
    },
    'no resources for Guaranteed': {
      pod: 'containers: [{ name: app }]',
      parameters: guaranteed,
      violations: [
        {
          message: 'not-guaranteed',
          container: 'app',
          path,
          words:
            'container app: no cpu limit and no memory limit, which makes the QoS class BestEffort and not Guaranteed ' +
            '[qos-class]; set cpu and memory limits, and requests equal to them',
        },
      ],
    },
    'each container and init container that keeps the pod from Guaranteed': {
      pod: `
        containers:
          - { name: app, ${full} }
          - { name: web, resources: { requests: { cpu: 100m, memory: 0 }, limits: { cpu: 1, memory: 1Gi } } }
        initContainers:
          - { name: setup, resources: { limits: { cpu: 1 } } }
      `,
      parameters: guaranteed,
      violations: [
        {
          message: 'not-guaranteed',
          container: 'web',
          path: 'spec.containers[1].resources',
          words:
            'container web: a cpu request of 100m below the limit of 1 and a memory request of 0 below the limit of 1Gi, ' +
            'which makes the QoS class Burstable and not Guaranteed [qos-class]; ' +
            'set cpu and memory limits, and requests equal to them',
        },
        { message: 'not-guaranteed', container: 'setup', path: 'spec.initContainers[0].resources' },
      ],
    },
    'the pod as a whole, which its containers cannot mend': {
      pod: '{ resources: { limits: { cpu: 1 } }, containers: [{ name: app, resources: { limits: { cpu: 1 } } }] }',
      parameters: guaranteed,
      violations: [
        {
          message: 'not-guaranteed',
          path: 'spec.resources',
          words:
            'pod: no memory limit, which makes the QoS class Burstable and not Guaranteed [qos-class]; ' +
            'set cpu and memory limits, and requests equal to them',
        },
      ],
    },
  },
});
