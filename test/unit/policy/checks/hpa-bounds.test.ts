import { hpaBounds } from '../../../../src/policy/checks/hpa-bounds.ts';
import { cpuUtilization, hpa } from './autoscaler-cases.ts';
import { testCheck } from './check-table.ts';

const external =
  '{ type: External, external: { metric: { name: queue }, target: { type: Value, value: 5 } } }';

const bounded = (bounds: string, metrics = cpuUtilization) => ({
  object: hpa(`${bounds}, metrics: [${metrics}]`),
});

testCheck(hpaBounds, {
  valid: {
    'room between': bounded('minReplicas: 2, maxReplicas: 5'),
    'one replica at least, as far as the profile asks for nothing': bounded('minReplicas: 1, maxReplicas: 2'),
    'no minReplicas, which means 1': bounded('maxReplicas: 2'),
    'minReplicas as the profile asks for': {
      ...bounded('minReplicas: 2, maxReplicas: 5'),
      parameters: { minReplicas: 2 },
    },
    'zero with a metric of something outside': bounded('minReplicas: 0, maxReplicas: 5', external),
    'zero with such a metric beside another': bounded(
      'minReplicas: 0, maxReplicas: 5',
      `${cpuUtilization}, ${external}`,
    ),
    'zero with a metric of an object': bounded(
      'minReplicas: 0, maxReplicas: 5',
      '{ type: Object, object: { metric: { name: requests }, describedObject: { apiVersion: v1, kind: Service, name: web }, target: { type: Value, value: 5 } } }',
    ),
    'autoscaling/v1': {
      object: hpa('minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 50', {
        apiVersion: 'autoscaling/v1',
      }),
    },
    'a target above what is requested': {
      object: hpa('maxReplicas: 5, targetCPUUtilizationPercentage: 150', { apiVersion: 'autoscaling/v1' }),
    },
    'numbers as texts, about which the API server has more to say': bounded(
      'minReplicas: "2", maxReplicas: "2"',
    ),
  },
  invalid: {
    'bounds that contradict each other': {
      ...bounded('minReplicas: 5, maxReplicas: 3'),
      violations: [
        {
          message: 'min-above-max',
          path: 'spec.maxReplicas',
          words:
            'minReplicas 5 is above maxReplicas 3 [hpa-bounds]; ' +
            'the API server refuses it, set maxReplicas to more than 5',
        },
      ],
    },
    'no room': {
      ...bounded('minReplicas: 3, maxReplicas: 3'),
      violations: [
        {
          message: 'fixed',
          path: 'spec.maxReplicas',
          words:
            'minReplicas and maxReplicas are both 3 [hpa-bounds]; ' +
            'it never scales: raise maxReplicas, or set spec.replicas without an autoscaler',
        },
      ],
    },
    'a maximum of one, which is the minimum where none is written': {
      ...bounded('maxReplicas: 1'),
      violations: [{ message: 'fixed', path: 'spec.maxReplicas' }],
    },
    'no maxReplicas': {
      ...bounded('minReplicas: 2'),
      violations: [
        {
          message: 'no-max',
          path: 'spec.maxReplicas',
          words: 'maxReplicas is missing [hpa-bounds]; the API server refuses it, set at least 1',
        },
      ],
    },
    'a maximum of zero': {
      ...bounded('maxReplicas: 0'),
      violations: [
        {
          message: 'no-max',
          path: 'spec.maxReplicas',
          words: 'maxReplicas is 0 [hpa-bounds]; the API server refuses it, set at least 1',
        },
      ],
    },
    'a minimum of zero without a metric that scales from there': {
      ...bounded('minReplicas: 0, maxReplicas: 5'),
      violations: [
        {
          message: 'refused-min',
          path: 'spec.minReplicas',
          words:
            'minReplicas is 0 without a metric that scales from zero [hpa-bounds]; ' +
            'the API server refuses it, set at least 1 or, since Kubernetes 1.37, add an Object or External metric',
        },
      ],
    },
    'a minimum of zero without any metric, which means CPU': {
      object: hpa('minReplicas: 0, maxReplicas: 5'),
      violations: [{ message: 'refused-min', path: 'spec.minReplicas' }],
    },
    'a minimum below zero, whatever it scales on': {
      ...bounded('minReplicas: -1, maxReplicas: 5', external),
      violations: [
        {
          message: 'negative-min',
          path: 'spec.minReplicas',
          words: 'minReplicas is -1 [hpa-bounds]; the API server refuses it, set at least 1',
        },
      ],
    },
    'less than the profile asks for': {
      ...bounded('minReplicas: 1, maxReplicas: 5'),
      parameters: { minReplicas: 2 },
      violations: [
        {
          message: 'below-least',
          path: 'spec.minReplicas',
          words:
            'minReplicas is 1 [hpa-bounds]; a drained or lost node must leave pods that answer, set at least 2',
        },
      ],
    },
    'zero where the profile asks for more': {
      ...bounded('minReplicas: 0, maxReplicas: 5', external),
      parameters: { minReplicas: 2 },
      violations: [{ message: 'below-least', path: 'spec.minReplicas' }],
    },
  },
});
