import { hpaReplicas } from '../../../../src/policy/checks/hpa-replicas.ts';
import { cpuUtilization, hpa, withRequests, workload } from './autoscaler-cases.ts';
import { testCheck } from './check-table.ts';

const autoscaler = hpa(`minReplicas: 2, maxReplicas: 5, metrics: [${cpuUtilization}]`);

/** Deployment shop/web with these lines in its `spec` and in its `metadata`. */
const deployment = (spec: string, metadata = 'name: web'): string =>
  workload(withRequests)
    .replace('spec:\n', `spec:\n  ${spec}\n`)
    .replace('name: web, namespace', `${metadata}, namespace`);

const applied = (manifest: string): string =>
  `name: web, uid: 8d1, annotations: { kubectl.kubernetes.io/last-applied-configuration: '${manifest}' }`;

const written = { message: 'written', path: 'spec.replicas' };

testCheck(hpaReplicas, {
  valid: {
    'a manifest without': { object: deployment(''), beside: autoscaler },
    'a manifest with, and no autoscaler': { object: deployment('replicas: 3') },
    'a manifest with, and an autoscaler of another workload': {
      object: deployment('replicas: 3'),
      beside: hpa('maxReplicas: 5', { target: 'apiVersion: apps/v1, kind: Deployment, name: api' }),
    },
    'a manifest with, where nothing is known of autoscalers': {
      object: deployment('replicas: 3'),
      unknown: ['HorizontalPodAutoscaler'],
    },
    'zero, which switches the autoscaler off': { object: deployment('replicas: 0'), beside: autoscaler },
    'the number at which the autoscaler holds it': {
      object: deployment('replicas: 3'),
      beside: hpa('minReplicas: 3, maxReplicas: 3'),
    },
    'an object of a server that nobody is known to have applied': {
      object: deployment('replicas: 3', 'name: web, uid: 8d1'),
      beside: autoscaler,
    },
    'an object of a server whose manifest leaves it out': {
      object: deployment('replicas: 3', applied('{"spec":{}}')),
      beside: autoscaler,
    },
    'what a controller made': {
      object: deployment(
        'replicas: 3',
        'name: web, ownerReferences: [{ apiVersion: example.com/v1, kind: App, name: web, uid: u, controller: true }]',
      ),
      beside: autoscaler,
    },
    'a Pod': {
      object: 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: app }] }',
    },
  },
  invalid: {
    'a manifest with': {
      object: deployment('replicas: 3'),
      beside: autoscaler,
      violations: [
        {
          ...written,
          words:
            'spec.replicas is 3, and HorizontalPodAutoscaler web scales it [hpa-replicas]; ' +
            'every apply resets the scale, remove spec.replicas from the manifest',
        },
      ],
    },
    'a StatefulSet, and an autoscaler that names it in lower case': {
      object: deployment('replicas: 3').replace('kind: Deployment', 'kind: StatefulSet'),
      beside: hpa('maxReplicas: 5', { target: 'apiVersion: apps/v1, kind: statefulset, name: web' }),
      violations: [written],
    },
    'an object of a server that was applied with it': {
      object: deployment('replicas: 5', applied('{"spec":{"replicas":2}}')),
      beside: autoscaler,
      violations: [
        {
          ...written,
          words:
            'spec.replicas is 2, and HorizontalPodAutoscaler web scales it [hpa-replicas]; ' +
            'every apply resets the scale, remove spec.replicas from the manifest',
        },
      ],
    },
    'an object of a server whose field an apply owns': {
      object: deployment(
        'replicas: 3',
        'name: web, uid: 8d1, managedFields: [{ operation: Apply, fieldsV1: { "f:spec": { "f:replicas": {} } } }]',
      ),
      beside: autoscaler,
      violations: [written],
    },
    'the least that the autoscaler goes down to': {
      object: deployment('replicas: 2'),
      beside: autoscaler,
      violations: [written],
    },
    'the most that the autoscaler goes up to': {
      object: deployment('replicas: 5'),
      beside: autoscaler,
      violations: [written],
    },
    'zero under an autoscaler that scales to zero itself': {
      object: deployment('replicas: 0'),
      beside: hpa('minReplicas: 0, maxReplicas: 5'),
      violations: [written],
    },
  },
});
