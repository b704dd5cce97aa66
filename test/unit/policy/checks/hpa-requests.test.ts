import { hpaRequests } from '../../../../src/policy/checks/hpa-requests.ts';
import { cpuUtilization, hpa, resourceMetric, withRequests, workload } from './autoscaler-cases.ts';
import { testCheck } from './check-table.ts';

/** An autoscaler with these metrics, and its target with this `spec` of the pod. */
const scaled = (metrics: string, pod: string) => ({
  object: hpa(`maxReplicas: 5, metrics: [${metrics}]`),
  beside: workload(pod),
});

const containerMetric = (container: string, target = 'type: Utilization, averageUtilization: 70') =>
  `{ type: ContainerResource, containerResource: { name: cpu, container: ${container}, target: { ${target} } } }`;

const bareOnes = (...names: string[]): string =>
  `{ containers: [${names.map((name) => `{ name: ${name} }`).join(', ')}] }`;
const bare = bareOnes('app');
const guaranteed = (cpu: string, limit: string) =>
  `{ containers: [{ name: app, resources: { requests: { cpu: ${cpu} }, limits: { cpu: ${limit} } } }] }`;

const of = (message: string, words?: string, path = 'spec.metrics[0]') => ({
  message,
  path,
  ...(words !== undefined && { words }),
});

testCheck(hpaRequests, {
  valid: {
    'a request that cannot be read, of which its own check says so': scaled(
      cpuUtilization,
      '{ containers: [{ name: app, resources: { requests: { cpu: 100mm } } }] }',
    ),
    'a request in every container': scaled(cpuUtilization, withRequests),
    'a limit, which becomes the request': scaled(
      cpuUtilization,
      '{ containers: [{ name: app, resources: { limits: { cpu: 1 } } }] }',
    ),
    'a default of a LimitRange': {
      ...scaled(cpuUtilization, bare),
      limits: '[{ type: Container, defaultRequest: { cpu: 100m } }]',
    },
    'an init container without a request': scaled(
      cpuUtilization,
      '{ initContainers: [{ name: setup }], containers: [{ name: app, resources: { requests: { cpu: 1 } } }] }',
    ),
    'an ephemeral container without a request': scaled(
      cpuUtilization,
      '{ ephemeralContainers: [{ name: debug }], containers: [{ name: app, resources: { requests: { cpu: 1 } } }] }',
    ),
    'a target that is an amount': scaled(
      [
        resourceMetric('cpu', 'type: AverageValue, averageValue: 500m'),
        containerMetric('app', 'type: AverageValue, averageValue: 500m'),
      ].join(', '),
      bare,
    ),
    'an amount that is called a percentage, because the value decides': scaled(
      resourceMetric('cpu', 'type: Utilization, averageValue: 500m'),
      bare,
    ),
    'a metric that is no resource': scaled(
      '{ type: Pods, pods: { metric: { name: requests }, target: { type: AverageValue, averageValue: 10 } } }',
      bare,
    ),
    'a resource that the metrics API does not have': scaled(
      resourceMetric('ephemeral-storage', 'type: Utilization, averageUtilization: 70'),
      bare,
    ),
    'requests of the pod as a whole': scaled(
      cpuUtilization,
      '{ resources: { requests: { cpu: 1 } }, containers: [{ name: app }] }',
    ),
    'one container with a request, where the pod as a whole has another one': scaled(
      cpuUtilization,
      '{ resources: { limits: { memory: 1Gi } }, containers: [{ name: app, resources: { requests: { cpu: 1 } } }, { name: web }] }',
    ),
    'a request in the container that is asked': scaled(
      containerMetric('app'),
      '{ containers: [{ name: app, resources: { requests: { cpu: 1 } } }, { name: web }] }',
    ),
    'a sidecar that is asked': scaled(
      containerMetric('proxy'),
      '{ initContainers: [{ name: proxy, restartPolicy: Always, resources: { requests: { cpu: 1 } } }], containers: [{ name: app }] }',
    ),
    'a target that is not there': { object: hpa(`maxReplicas: 5, metrics: [${cpuUtilization}]`) },
    'a target about which nothing is known': {
      object: hpa(`maxReplicas: 5, metrics: [${cpuUtilization}]`),
      unknown: ['workloads'],
    },
    'a target that does not resolve': {
      object: hpa(`maxReplicas: 5, metrics: [${cpuUtilization}]`, {
        target: 'apiVersion: extensions/v1beta1, kind: Deployment, name: web',
      }),
      beside: workload(bare),
    },
    'a target above the requests, below the limits': scaled(
      resourceMetric('cpu', 'type: Utilization, averageUtilization: 150'),
      guaranteed('1', '2'),
    ),
    'a target above the requests, without limits': scaled(
      resourceMetric('cpu', 'type: Utilization, averageUtilization: 150'),
      withRequests,
    ),
    'a target above the requests, with limits in one container only': scaled(
      resourceMetric('cpu', 'type: Utilization, averageUtilization: 100'),
      '{ containers: [{ name: app, resources: { limits: { cpu: 1 } } }, { name: web, resources: { requests: { cpu: 1 } } }] }',
    ),
    'a percentage that is no whole number, about which the API server has more to say': scaled(
      resourceMetric('cpu', 'type: Utilization, averageUtilization: 99.5'),
      guaranteed('1', '1'),
    ),
    'an ignored container without a request': {
      ...scaled(
        cpuUtilization,
        '{ containers: [{ name: mesh }, { name: app, resources: { requests: { cpu: 1 } } }] }',
      ),
      ignored: ['mesh'],
    },
    'an ignored container that is asked': {
      ...scaled(containerMetric('mesh'), '{ containers: [{ name: mesh }] }'),
      ignored: ['mesh'],
    },
    'an ignored container that is still to be injected': {
      ...scaled(containerMetric('mesh'), bare),
      ignored: ['mesh'],
    },
    'metrics in the annotation of autoscaling/v1': {
      object: hpa('maxReplicas: 5', { apiVersion: 'autoscaling/v1' }).replace(
        'namespace: shop',
        `namespace: shop, annotations: { autoscaling.alpha.kubernetes.io/metrics: '[{"type":"Resource","resource":{"name":"cpu","targetAverageValue":"1"}}]' }`,
      ),
      beside: workload(bare),
    },
  },
  invalid: {
    'no request': {
      ...scaled(cpuUtilization, bare),
      violations: [
        of(
          'missing',
          'it scales on cpu utilization, and Deployment web has no cpu request in container app [hpa-requests]; ' +
            'the metric fails, set resources.requests.cpu there',
        ),
      ],
    },
    'autoscaling/v1': {
      object: hpa('maxReplicas: 5, targetCPUUtilizationPercentage: 50', { apiVersion: 'autoscaling/v1' }),
      beside: workload(bare),
      violations: [of('missing', undefined, 'spec.targetCPUUtilizationPercentage')],
    },
    'a metric in the annotation of autoscaling/v1': {
      object: hpa('maxReplicas: 5', { apiVersion: 'autoscaling/v1' }).replace(
        'namespace: shop',
        `namespace: shop, annotations: { autoscaling.alpha.kubernetes.io/metrics: '[{"type":"Resource","resource":{"name":"memory","targetAverageUtilization":70}}]' }`,
      ),
      beside: workload(bare),
      violations: [of('missing', undefined, 'metadata.annotations[autoscaling.alpha.kubernetes.io/metrics]')],
    },
    'an annotation that is no JSON': {
      object: hpa('maxReplicas: 5', { apiVersion: 'autoscaling/v1' }).replace(
        'namespace: shop',
        "namespace: shop, annotations: { autoscaling.alpha.kubernetes.io/metrics: '[{' }",
      ),
      beside: workload(bare),
      violations: [of('default-metric', undefined, 'spec')],
    },
    'autoscaling/v2beta1': {
      object: hpa(
        'maxReplicas: 5, metrics: [{ type: Resource, resource: { name: cpu, targetAverageUtilization: 50 } }]',
        {
          apiVersion: 'autoscaling/v2beta1',
        },
      ),
      beside: workload(bare),
      violations: [of('missing')],
    },
    'a target in lower case, which the controller finds': {
      object: hpa(`maxReplicas: 5, metrics: [${cpuUtilization}]`, {
        target: 'apiVersion: apps/v1, kind: deployment, name: web',
      }),
      beside: workload(bare),
      violations: [of('missing')],
    },
    'no metrics, which means CPU': {
      object: hpa('maxReplicas: 5'),
      beside: workload(bare),
      violations: [
        of(
          'default-metric',
          'without metrics it scales on cpu utilization, and Deployment web has no cpu request in container app ' +
            '[hpa-requests]; it would never scale, set resources.requests.cpu there or write metrics',
          'spec',
        ),
      ],
    },
    'memory, and a sidecar without': {
      ...scaled(
        `${cpuUtilization}, ${resourceMetric('memory', 'type: Utilization, averageUtilization: 70')}`,
        '{ initContainers: [{ name: proxy, restartPolicy: Always, resources: { requests: { cpu: 1 } } }], containers: [{ name: app, resources: { requests: { cpu: 1 } } }] }',
      ),
      violations: [
        of(
          'missing',
          'it scales on memory utilization, and Deployment web has no memory request in containers app, proxy ' +
            '[hpa-requests]; the metric fails, set resources.requests.memory there',
          'spec.metrics[1]',
        ),
      ],
    },
    'as many containers without as are named': {
      ...scaled(cpuUtilization, bareOnes('a', 'b', 'c', 'd', 'e')),
      violations: [
        of(
          'missing',
          'it scales on cpu utilization, and Deployment web has no cpu request in containers a, b, c, d, e ' +
            '[hpa-requests]; the metric fails, set resources.requests.cpu there',
        ),
      ],
    },
    'a container in a metric of the pod, a field that the API server drops': {
      ...scaled(
        '{ type: Resource, resource: { name: cpu, container: app, target: { type: Utilization, averageUtilization: 70 } } }',
        '{ containers: [{ name: app, resources: { requests: { cpu: 1 } } }, { name: web }] }',
      ),
      violations: [of('missing')],
    },
    'many containers without': {
      ...scaled(cpuUtilization, bareOnes('a', 'b', 'c', 'd', 'e', 'f', 'g')),
      violations: [
        of(
          'missing',
          'it scales on cpu utilization, and Deployment web has no cpu request in containers a, b, c, d, e and 2 more ' +
            '[hpa-requests]; the metric fails, set resources.requests.cpu there',
        ),
      ],
    },
    'requests of the pod as a whole, but not this one': {
      ...scaled(cpuUtilization, '{ resources: { requests: { memory: 1Gi } }, containers: [{ name: app }] }'),
      violations: [
        of(
          'missing-pod-level',
          'it scales on cpu utilization, and spec.resources of Deployment web has no cpu request [hpa-requests]; ' +
            'the metric fails, set spec.resources.requests.cpu of the pod',
        ),
      ],
    },
    'a container that is asked, whatever the pod as a whole requests': {
      ...scaled(
        containerMetric('app'),
        '{ resources: { requests: { cpu: 1 } }, containers: [{ name: app }] }',
      ),
      violations: [of('missing')],
    },
    'a request of zero': {
      ...scaled(cpuUtilization, '{ containers: [{ name: app, resources: { requests: { cpu: "0" } } }] }'),
      violations: [
        of(
          'zero',
          'it scales on cpu utilization, and the cpu requests of Deployment web are 0 [hpa-requests]; ' +
            'nothing can be reckoned in percent of 0, set resources.requests.cpu',
        ),
      ],
    },
    'a target at the limits': {
      ...scaled(resourceMetric('cpu', 'type: Utilization, averageUtilization: 100'), guaranteed('1', '1')),
      violations: [
        of(
          'unreachable',
          'it scales up above 100% of the cpu requests, and the limits of Deployment web end at 100% [hpa-requests]; ' +
            'that never scales up, set a target well below 100%',
        ),
      ],
    },
    'a target beyond the limits of the pod as a whole': {
      ...scaled(
        resourceMetric('cpu', 'type: Utilization, averageUtilization: 200'),
        '{ resources: { requests: { cpu: 1 }, limits: { cpu: 1.5 } }, containers: [{ name: app }] }',
      ),
      violations: [of('unreachable')],
    },
    'a container that is not there': {
      ...scaled(containerMetric('web'), withRequests),
      violations: [
        of(
          'no-container',
          'it scales on the cpu of container web, and Deployment web has no such container [hpa-requests]; ' +
            'the metric fails, name a container or a sidecar that is there',
        ),
      ],
    },
    'an init container that is asked for an amount': {
      ...scaled(
        containerMetric('setup', 'type: AverageValue, averageValue: 1'),
        '{ initContainers: [{ name: setup, resources: { requests: { cpu: 1 } } }], containers: [{ name: app }] }',
      ),
      violations: [of('no-container')],
    },
  },
});
