import { topologySpread } from '../../../../src/policy/checks/topology-spread.ts';
import { testCheck } from './check-table.ts';
import { autoscaler, scaled } from './scaled.ts';

const path = 'spec.topologySpreadConstraints';

const three = (pod: string, kind = 'Deployment'): string => scaled('replicas: 3', kind, pod);

const constraint = (selector: string, more = ''): string =>
  'topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, ' +
  `whenUnsatisfiable: ScheduleAnyway ${selector === '' ? '' : `, labelSelector: ${selector}`} ${more} }]`;

const own = '{ matchLabels: { app: web } }';

testCheck(topologySpread, {
  valid: {
    'a constraint': { object: three(constraint(own)) },
    'an expression that selects the pods': {
      object: three(constraint('{ matchExpressions: [{ key: app, operator: Exists }] }')),
    },
    'a constraint by label keys': {
      object: three(constraint('{}', ', matchLabelKeys: [pod-template-hash]')),
    },
    'a required term of podAntiAffinity': {
      object: three(
        'affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: ' +
          `[{ topologyKey: kubernetes.io/hostname, labelSelector: ${own} }] } }`,
      ),
    },
    'a preferred term of podAntiAffinity': {
      object: three(
        'affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: ' +
          `[{ weight: 1, podAffinityTerm: { topologyKey: kubernetes.io/hostname, labelSelector: ${own} } }] } }`,
      ),
    },
    'one replica': { object: scaled('replicas: 1') },
    none: { object: scaled('replicas: 0') },
    'a port of the node, which keeps them apart': {
      object: three('').replace('name: app }', 'name: app, ports: [{ containerPort: 80, hostPort: 80 }] }'),
    },
    'the network of the node, which keeps them apart': {
      object: three('hostNetwork: true').replace(
        'name: app }',
        'name: app, ports: [{ containerPort: 80 }] }',
      ),
    },
    'a node that the author has chosen': { object: three('nodeSelector: { kubernetes.io/hostname: one }') },
    'what an operator has made': {
      object: three('').replace(
        'metadata: {',
        'metadata: { ownerReferences: [{ uid: u, controller: true }],',
      ),
    },
    'a DaemonSet': { kind: 'DaemonSet', pod: 'containers: [{ name: app }]' },
    'a Job': { kind: 'Job', pod: '{ restartPolicy: Never, containers: [{ name: app }] }' },
    'replicas where nobody knows of an autoscaler': {
      object: three(''),
      unknown: ['HorizontalPodAutoscaler'],
    },
    'a Pod': { kind: 'Pod', pod: 'containers: [{ name: app }]' },
  },
  invalid: {
    nothing: {
      object: three(''),
      violations: [
        {
          message: 'none',
          path,
          words:
            'pod: 3 replicas and neither topologySpreadConstraints nor podAntiAffinity [topology-spread]; ' +
            'all of them may sit on one node, ' +
            'add a constraint with topologyKey kubernetes.io/hostname or topology.kubernetes.io/zone',
        },
      ],
    },
    'empty lists': {
      object: three('{ topologySpreadConstraints: [], affinity: { podAntiAffinity: {} } }').replace(
        /\{ (topology.*\[\]), (affinity.*\}) \}/,
        '$1\n      $2',
      ),
      violations: [{ message: 'none', path }],
    },
    'an autoscaler that goes up': {
      object: scaled('replicas: 1'),
      beside: autoscaler(1, 5),
      violations: [
        {
          message: 'none-autoscaled',
          path,
          words:
            'pod: up to 5 replicas and neither topologySpreadConstraints nor podAntiAffinity [topology-spread]; ' +
            'all of them may sit on one node, ' +
            'add a constraint with topologyKey kubernetes.io/hostname or topology.kubernetes.io/zone',
        },
      ],
    },
    'two replicas': { object: scaled('replicas: 2'), violations: [{ message: 'none', path }] },
    'a StatefulSet': { object: three('', 'StatefulSet'), violations: [{ message: 'none', path }] },
    'a constraint about other pods, and an autoscaler': {
      object: scaled('', 'Deployment', constraint('{ matchLabels: { app: db } }')),
      beside: autoscaler(2, 5),
      violations: [
        {
          message: 'other-pods-autoscaled',
          path,
          words:
            'pod: no topology spread constraint and no podAntiAffinity term selects the pods themselves ' +
            '[topology-spread]; all 5 replicas may sit on one node, ' +
            'set a labelSelector that matches the labels of the template',
        },
      ],
    },
    'a constraint about other pods': {
      object: three(constraint('{ matchLabels: { app: db } }')),
      violations: [
        {
          message: 'other-pods',
          path,
          words:
            'pod: no topology spread constraint and no podAntiAffinity term selects the pods themselves ' +
            '[topology-spread]; all 3 replicas may sit on one node, ' +
            'set a labelSelector that matches the labels of the template',
        },
      ],
    },
    'a constraint without a selector, which counts no pods': {
      object: three(constraint('')),
      violations: [{ message: 'other-pods', path }],
    },
    'a constraint with an empty selector, which counts no pods either': {
      object: three(constraint('{}')),
      violations: [{ message: 'other-pods', path }],
    },
    'a term about other pods': {
      object: three(
        'affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: ' +
          '[{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: db } } }] } }',
      ),
      violations: [{ message: 'other-pods', path }],
    },
    'the network of the node without a port': {
      object: three('hostNetwork: true'),
      violations: [{ message: 'none', path }],
    },
  },
});
