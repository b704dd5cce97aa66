import { hpaConflict } from '../../../../src/policy/checks/hpa-conflict.ts';
import { cpuUtilization, hpa, resourceMetric, withRequests, workload } from './autoscaler-cases.ts';
import { testCheck } from './check-table.ts';

const metrics = `maxReplicas: 5, metrics: [${cpuUtilization}]`;
const object = hpa(metrics);
const deployment = workload(withRequests);

/** VerticalPodAutoscaler shop/web with these lines in its `spec`, beside the usual target. */
const vpa = (spec: string, target = 'apiVersion: apps/v1, kind: Deployment, name: web'): string => `
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: web-vpa, namespace: shop }
spec: { targetRef: { ${target} }, ${spec} }
`;

/** An autoscaler of Deployment shop/api. */
const ofApi = hpa(metrics, { name: 'api', target: 'apiVersion: apps/v1, kind: Deployment, name: api' });

/** One that the HPA controller never finds a target for. */
const lost = hpa(metrics, {
  name: 'lost',
  target: 'apiVersion: extensions/v1beta1, kind: Deployment, name: web',
});

/** A metric of one container. */
const cpuOf = (container: string): string =>
  `{ type: ContainerResource, containerResource: { name: cpu, container: ${container}, target: { type: Utilization, averageUtilization: 70 } } }`;

const twoContainers = workload('{ containers: [{ name: app }, { name: web }] }');

const besides = (...manifests: string[]): string => [deployment, ...manifests].join('---');

const policy = (...policies: string[]): string =>
  `resourcePolicy: { containerPolicies: [${policies.map((one) => `{ ${one} }`).join(', ')}] }`;

const vertical = { message: 'vertical', path: 'spec.metrics[0]' };

testCheck(hpaConflict, {
  valid: {
    'one autoscaler': { object, beside: deployment },
    'nothing around it': {
      object,
      unknown: ['workloads', 'HorizontalPodAutoscaler', 'VerticalPodAutoscaler'],
    },
    'the same autoscaler, as it was before': { object, beside: besides(hpa('maxReplicas: 3')) },
    'one of another workload': {
      object,
      beside: besides(ofApi, workload(withRequests, { name: 'api' })),
    },
    'one of another workload, beside one that finds nothing': {
      object: lost,
      beside: besides(ofApi, workload(withRequests, { name: 'api' })),
    },
    'one of another kind of that name': {
      object,
      beside: hpa(metrics, { name: 'b', target: 'apiVersion: apps/v1, kind: StatefulSet, name: web' }),
    },
    'one that finds nothing': {
      object,
      beside: besides(lost),
    },
    'two that name nothing': {
      object: hpa(metrics, { target: '' }),
      beside: hpa(metrics, { name: 'b', target: '' }),
    },
    'one of that name in another namespace': {
      object,
      beside: hpa(metrics, { name: 'b' }).replace('namespace: shop', 'namespace: other'),
    },
    'workloads of which one has more labels than the selector of the other asks for': {
      object,
      beside: besides(ofApi, workload(withRequests, { name: 'api', labels: 'app: api, tier: web' })),
    },
    'a VerticalPodAutoscaler that only recommends': {
      object,
      beside: besides(vpa("updatePolicy: { updateMode: 'Off' }")),
    },
    'a VerticalPodAutoscaler of memory alone': {
      object,
      beside: besides(vpa(policy("containerName: '*', controlledResources: [memory]"))),
    },
    'a VerticalPodAutoscaler that leaves the container alone': {
      object,
      beside: besides(vpa(policy("containerName: '*', mode: Auto", "containerName: app, mode: 'Off'"))),
    },
    'a VerticalPodAutoscaler that leaves the container alone whose pod is not known': {
      object,
      beside: vpa(policy("containerName: app, mode: 'Off'")),
    },
    'a VerticalPodAutoscaler of another workload': {
      object,
      beside: besides(vpa('updatePolicy: {}', 'apiVersion: apps/v1, kind: Deployment, name: api')),
    },
    'a VerticalPodAutoscaler of a custom resource of that name': {
      object: hpa(metrics, { target: 'apiVersion: a.example.com/v1, kind: App, name: web' }),
      beside: vpa('updatePolicy: {}', 'apiVersion: b.example.com/v1, kind: App, name: web'),
    },
    'a VerticalPodAutoscaler beside a target that is an amount': {
      object: hpa(
        `maxReplicas: 5, metrics: [${resourceMetric('cpu', 'type: AverageValue, averageValue: 1')}]`,
      ),
      beside: besides(vpa('updatePolicy: {}')),
    },
    'a VerticalPodAutoscaler beside a metric from outside': {
      object: hpa(
        'maxReplicas: 5, metrics: [{ type: External, external: { metric: { name: queue }, target: { type: Value, value: 5 } } }]',
      ),
      beside: besides(vpa('updatePolicy: {}')),
    },
    'a VerticalPodAutoscaler of one container, and a metric of another': {
      object: hpa(`maxReplicas: 5, metrics: [${cpuOf('app')}]`),
      beside: `${twoContainers}---${vpa(policy("containerName: app, mode: 'Off'", "containerName: '*', mode: Auto"))}`,
    },
    'a VerticalPodAutoscaler that leaves the container alone, and a sidecar for which none sets anything': {
      object,
      beside: `${workload(
        '{ initContainers: [{ name: proxy, restartPolicy: Always }], containers: [{ name: app }] }',
      )}---${vpa(policy("containerName: app, mode: 'Off'"))}`,
    },
    'a VerticalPodAutoscaler of an ignored container': {
      object,
      beside: `${twoContainers}---${vpa(policy("containerName: app, mode: 'Off'"))}`,
      ignored: ['web'],
    },
  },
  invalid: {
    'another one of the workload, named in another version and case': {
      object,
      beside: hpa('maxReplicas: 3', {
        name: 'web-too',
        target: 'apiVersion: apps/v1beta1, kind: deployment, name: web',
      }),
      violations: [
        {
          message: 'same-target',
          path: 'spec.scaleTargetRef',
          words:
            'HorizontalPodAutoscaler web-too scales Deployment web as well [hpa-conflict]; ' +
            'neither would scale (AmbiguousSelector), put the metrics of both into one',
        },
      ],
    },
    'many of the workload': {
      object,
      beside: ['a', 'b', 'c', 'd', 'e'].map((name) => hpa(metrics, { name })).join('---'),
      violations: [
        {
          message: 'same-target',
          path: 'spec.scaleTargetRef',
          words:
            'HorizontalPodAutoscaler a, b, c and 2 more scales Deployment web as well [hpa-conflict]; ' +
            'neither would scale (AmbiguousSelector), put the metrics of both into one',
        },
      ],
    },
    'both of a pair': {
      object: [object, hpa(metrics, { name: 'b' })].join('---'),
      violations: [
        { message: 'same-target', path: 'spec.scaleTargetRef' },
        { message: 'same-target', path: 'spec.scaleTargetRef' },
      ],
    },
    'another one of the workload, and one of other pods': {
      object,
      beside: besides(hpa(metrics, { name: 'web-too' }), ofApi, workload(withRequests, { name: 'api' })),
      violations: [{ message: 'same-target', path: 'spec.scaleTargetRef' }],
    },
    'one of a workload whose pods the selector counts as well': {
      object,
      beside: besides(
        hpa(metrics, { name: 'canary', target: 'apiVersion: apps/v1, kind: Deployment, name: canary' }),
        workload(withRequests, { name: 'canary', labels: 'app: web, track: canary' }).replace(
          'matchLabels: { app: canary }',
          'matchLabels: { app: web, track: canary }',
        ),
      ),
      violations: [
        {
          message: 'same-pods',
          path: 'spec.scaleTargetRef',
          words:
            'its Deployment web and the Deployment canary of HorizontalPodAutoscaler canary select the same pods ' +
            '[hpa-conflict]; neither would scale (AmbiguousSelector), give each a selector that matches its own pods alone',
        },
      ],
    },
    'a VerticalPodAutoscaler that sets everything': {
      object,
      beside: besides(vpa('updatePolicy: {}')),
      violations: [
        {
          ...vertical,
          words:
            'VerticalPodAutoscaler web-vpa sets the cpu requests that it takes its percentage of [hpa-conflict]; ' +
            'take cpu out of controlledResources there, or set updateMode to Off',
        },
      ],
    },
    'a VerticalPodAutoscaler that nobody limits, where the pod is not known': {
      object,
      beside: vpa('updatePolicy: { updateMode: Initial }'),
      violations: [vertical],
    },
    'a VerticalPodAutoscaler without apiVersion of its target, which it does without': {
      object,
      beside: besides(vpa('updatePolicy: { updateMode: InPlaceOrRecreate }', 'kind: Deployment, name: web')),
      violations: [vertical],
    },
    'a VerticalPodAutoscaler that leaves another container alone': {
      object,
      beside: besides(vpa(policy("containerName: proxy, mode: 'Off'"))),
      violations: [vertical],
    },
    'a VerticalPodAutoscaler of one of two containers': {
      object,
      beside: `${twoContainers}---${vpa(policy("containerName: app, mode: 'Off'"))}`,
      violations: [vertical],
    },
    'a VerticalPodAutoscaler of a container, and metrics of the other and of both': {
      object: hpa(`maxReplicas: 5, metrics: [${cpuOf('app')}, ${cpuUtilization}]`),
      beside: `${twoContainers}---${vpa(policy("containerName: '*', mode: 'Off'", 'containerName: web, mode: Auto'))}`,
      violations: [vertical],
    },
    'a VerticalPodAutoscaler that leaves the container of one metric alone, but not that of the next': {
      object: hpa(`maxReplicas: 5, metrics: [${cpuOf('app')}, ${cpuOf('web')}]`),
      beside: `${twoContainers}---${vpa(policy("containerName: app, mode: 'Off'"))}`,
      violations: [vertical],
    },
    'a VerticalPodAutoscaler beside autoscaling/v1': {
      object: hpa('maxReplicas: 5, targetCPUUtilizationPercentage: 50', { apiVersion: 'autoscaling/v1' }),
      beside: besides(vpa('updatePolicy: {}')),
      violations: [{ message: 'vertical', path: 'spec.targetCPUUtilizationPercentage' }],
    },
    'a VerticalPodAutoscaler of the container that is asked': {
      object: hpa(
        'maxReplicas: 5, metrics: [{ type: ContainerResource, containerResource: { name: memory, container: app, target: { type: Utilization, averageUtilization: 70 } } }]',
      ),
      beside: besides(vpa(policy('containerName: app, controlledResources: [memory]'))),
      violations: [vertical],
    },
  },
});
