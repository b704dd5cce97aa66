import { limitRange } from '../../../../src/policy/checks/limit-range.ts';
import { testCheck, type ExpectedViolation } from './check-table.ts';

/** A pod with one container. */
function pod(requests: string, limits: string): string {
  return `containers: [{ name: app, resources: { requests: { ${requests} }, limits: { ${limits} } } }]`;
}

/** A pod with two containers that have this request and limit each. */
function twoOf(amounts: string): string {
  const resources = `{ requests: { ${amounts} }, limits: { ${amounts} } }`;
  return `containers: [{ name: app, resources: ${resources} }, { name: web, resources: ${resources} }]`;
}

function violation(message: string, problem?: string): ExpectedViolation {
  const words = `container app: ${problem} [limit-range]; the pods would be refused; fit it to LimitRange shop/limits`;
  return {
    message,
    container: 'app',
    path: 'spec.containers[0].resources',
    ...(problem !== undefined && { words }),
  };
}

// What breaks an item is shown case by case in ../limit-range.test.ts.
testCheck(limitRange, {
  valid: {
    'anything without a LimitRange': pod('cpu: 2', 'cpu: 1'),
    'what is between min and max': {
      pod: pod('cpu: 100m', 'cpu: 1'),
      limits: '[{ type: Container, min: { cpu: 100m }, max: { cpu: 1 } }]',
    },
    'a container that takes the defaults': {
      pod: 'containers: [{ name: app }]',
      limits: '[{ type: Container, min: { cpu: 100m }, max: { cpu: 1 } }]',
    },
    'a limit alone, which becomes the request': {
      pod: pod('', 'cpu: 1'),
      limits: '[{ type: Container, min: { cpu: 1 }, maxLimitRequestRatio: { cpu: 1 } }]',
    },
    'a pod whose containers fit together': {
      pod: twoOf('cpu: 1'),
      limits: '[{ type: Pod, max: { cpu: 2 } }]',
    },
    'a pod with a limit of its own, which becomes its request': {
      pod: '{ resources: { limits: { cpu: 1 } }, containers: [{ name: app }] }',
      limits: '[{ type: Pod, min: { cpu: 1 }, max: { cpu: 1 } }]',
    },
    'an ephemeral container': {
      pod: `
        containers: [{ name: app, resources: { requests: { example.com/device: 1 } } }]
        ephemeralContainers: [{ name: debug }]
      `,
      limits: '[{ type: Container, min: { example.com/device: 1 } }]',
    },
    'a pod that fits, whose containers have a limit of their own': {
      pod: twoOf('cpu: 1'),
      limits: '[{ type: Container, max: { cpu: 1 } }, { type: Pod, max: { cpu: 2 } }]',
    },
    'a default limit as high as the limit of the pod as a whole': {
      pod: '{ resources: { limits: { cpu: 3 } }, containers: [{ name: app }] }',
      limits: '[{ type: Container, default: { cpu: 3 } }]',
    },
    'requests above that of the pod as a whole without a LimitRange, as the API server refuses them in a template':
      '{ resources: { requests: { cpu: 1 } }, containers: [{ name: app, resources: { requests: { cpu: 2 } } }] }',
    'an ignored container that does not fit the limits of the profile': {
      pod: pod('cpu: 3', 'cpu: 3'),
      profileLimits: '[{ type: Container, max: { cpu: 2 } }]',
      ignored: ['app'],
    },
    'what is about other objects': {
      pod: pod('cpu: 1', 'cpu: 1'),
      limits: '[{ type: PersistentVolumeClaim, max: { cpu: 1m } }]',
    },
  },
  invalid: {
    'limits that are no quantities, as no other check may ask for them': {
      pod: `containers: [{ name: app, resources: {
        requests: { cpu: 100m, memory: 128MB, nvidia.com/gpu: one }, limits: { cpu: 500mm, memory: 128MB } } }]`,
      limits: '[{ type: Container, max: { cpu: 1, memory: 1Gi } }, { type: Pod, max: { memory: 1Gi } }]',
      violations: [
        {
          message: 'unreadable',
          container: 'app',
          path: 'spec.containers[0].resources.requests[nvidia.com/gpu]',
        },
        {
          message: 'unreadable',
          container: 'app',
          path: 'spec.containers[0].resources.limits.cpu',
          words:
            'container app: cpu limit 500mm is no quantity [limit-range]; the API server refuses it, write 500m',
        },
      ],
    },
    'a request below the minimum': {
      pod: pod('cpu: 50m', 'cpu: 1'),
      limits: '[{ type: Container, min: { cpu: 0.1 } }]',
      violations: [violation('min-request', 'cpu request 50m is below the minimum 100m')],
    },
    'a limit above the maximum': {
      pod: pod('cpu: 1', 'cpu: 3'),
      limits: '[{ type: Container, max: { cpu: 2 } }]',
      violations: [violation('max-limit', 'cpu limit 3 is above the maximum 2')],
    },
    'a ratio that is too high': {
      pod: pod('memory: 1Gi', 'memory: 3Gi'),
      limits: '[{ type: Container, maxLimitRequestRatio: { memory: 2 } }]',
      violations: [violation('ratio', 'memory limit is 3 times the request, and the maximum is 2')],
    },
    'a ratio that is no whole number': {
      pod: pod('cpu: 300m', 'cpu: 1'),
      limits: '[{ type: Container, maxLimitRequestRatio: { cpu: 1.5 } }]',
      violations: [violation('ratio', 'cpu limit is 3.333333 times the request, and the maximum is 1500m')],
    },
    'no request and no limit where only a ratio is given': {
      pod: pod('', ''),
      limits: '[{ type: Container, maxLimitRequestRatio: { cpu: 2 } }]',
      violations: [violation('ratio-no-request', 'no cpu request, and the limit may be 2 times the request')],
    },
    'no limit where only a ratio is given': {
      pod: pod('cpu: 1', ''),
      limits: '[{ type: Container, maxLimitRequestRatio: { cpu: 2 } }]',
      violations: [violation('ratio-no-limit', 'no cpu limit, and it must be at most 2 times the request')],
    },
    'a default limit below the explicit request, which LimitRanger sets all the same': {
      pod: pod('cpu: 2', ''),
      limits: '[{ type: Container, default: { cpu: 1 } }]',
      violations: [
        {
          message: 'limit-below-request',
          container: 'app',
          path: 'spec.containers[0].resources.limits.cpu',
          words:
            'container app: cpu limit 1 is below the request 2 [limit-range]; ' +
            'the API server refuses such a pod; set resources.limits.cpu yourself',
        },
      ],
    },
    'limits that break a minimum, and requests that break a maximum': {
      pod: pod('cpu: 2, memory: 2Gi', 'cpu: 1, memory: 1Gi'),
      limits: '[{ type: Container, min: { cpu: 2 }, max: { memory: 1Gi } }]',
      violations: [
        { message: 'limit-below-request', container: 'app', path: 'spec.containers[0].resources.limits.cpu' },
        {
          message: 'limit-below-request',
          container: 'app',
          path: 'spec.containers[0].resources.limits.memory',
        },
        violation('min-limit', 'cpu limit 1 is below the minimum 2'),
        violation('max-request', 'memory request 2Gi is above the maximum 1Gi'),
      ],
    },
    'a pod as a whole': {
      pod: `
        containers:
          - { name: app, resources: { requests: { cpu: 1 }, limits: { cpu: 2 } } }
          - { name: web, resources: { requests: { cpu: 1 }, limits: { cpu: 2 } } }
      `,
      limits: '[{ type: Pod, min: { memory: 1Gi }, max: { cpu: 3, memory: 2Gi } }]',
      violations: [
        {
          message: 'min-no-request',
          path: 'spec',
          words:
            'pod: no memory request, and the minimum is 1Gi [limit-range]; ' +
            'the pods would be refused; fit it to LimitRange shop/limits',
        },
        { message: 'max-limit', path: 'spec' },
        {
          message: 'max-no-limit',
          path: 'spec',
          words:
            'pod: no memory limit, and the maximum is 2Gi [limit-range]; ' +
            'the pods would be refused; fit it to LimitRange shop/limits',
        },
      ],
    },
    'a pod as a whole, where the same LimitRange and another one are about containers': {
      pod: twoOf('cpu: 1'),
      limits: '[{ type: Container, max: { cpu: 1 } }, { type: Pod, max: { cpu: 1.5 } }]',
      beside: `
        apiVersion: v1
        kind: LimitRange
        metadata: { name: containers, namespace: shop }
        spec: { limits: [{ type: Container, max: { cpu: 2 } }] }
      `,
      violations: [{ message: 'max-limit', path: 'spec' }],
    },
    'an ignored container, which LimitRanger does not leave alone': {
      pod: pod('cpu: 3', 'cpu: 3'),
      limits: '[{ type: Container, max: { cpu: 2 } }]',
      ignored: ['app'],
      violations: [violation('max-limit')],
    },
    'the limits of the profile': {
      pod: pod('cpu: 3', 'cpu: 3'),
      profileLimits: '[{ type: Container, max: { cpu: 2 } }, { type: Pod, max: { cpu: 2 } }]',
      violations: [violation('max-limit'), { message: 'max-limit', path: 'spec' }],
    },
    'a default limit above the limit of the pod as a whole': {
      pod: '{ resources: { limits: { cpu: 1, memory: 1Gi } }, containers: [{ name: app }] }',
      limits: '[{ type: Container, default: { cpu: 3 } }]',
      violations: [
        {
          message: 'above-pod-limit',
          container: 'app',
          path: 'spec.containers[0].resources.limits.cpu',
          words:
            'container app: cpu limit 3 is above the limit of the pod, 1 [limit-range]; ' +
            'the API server refuses such a pod; set resources.limits.cpu yourself',
        },
      ],
    },
    'a default limit below the limit of the pod as a whole, but in init containers and sidecars, which may have more':
      {
        pod: `
        resources: { limits: { cpu: 2 } }
        containers: [{ name: app, resources: { limits: { cpu: 1 } } }]
        initContainers:
          - { name: setup, restartPolicy: Never }
          - { name: proxy, restartPolicy: Always }
      `,
        limits: '[{ type: Container, default: { cpu: 3 } }]',
        violations: [],
      },
    'default requests that together are above the request of the pod as a whole': {
      pod: '{ resources: { requests: { cpu: 100m } }, containers: [{ name: app }, { name: web }] }',
      limits: '[{ type: Container, defaultRequest: { cpu: 60m } }]',
      violations: [
        {
          message: 'above-pod-request',
          path: 'spec.resources.requests.cpu',
          words:
            'pod: the containers together request 120m cpu, more than the 100m of spec.resources [limit-range]; ' +
            'the API server refuses such a pod; set the requests of the containers yourself',
        },
      ],
    },
    'init containers and sidecars': {
      pod: `
        containers: [{ name: app, resources: { requests: { cpu: 10m } } }]
        initContainers:
          - { name: setup, resources: { requests: { cpu: 1m } } }
          - { name: proxy, restartPolicy: Always, resources: { requests: { cpu: 2m } } }
      `,
      limits: '[{ type: Container, min: { cpu: 10m } }]',
      violations: [
        { message: 'min-request', container: 'setup', path: 'spec.initContainers[0].resources' },
        { message: 'min-request', container: 'proxy', path: 'spec.initContainers[1].resources' },
      ],
    },
  },
});
