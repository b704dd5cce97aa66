import { autoscalerMetrics } from '../scaling/autoscaler-metrics.ts';
import type { ObjectCheck, Violation } from '../check.ts';
import { autoscalerExample, measuredExample, together } from '../example.ts';
import { asNumber } from '../json.ts';
import { specOf, type KubeObject } from '../objects/kube-object.ts';

const defaultMinReplicas = 1;

const between = (min: number, max: number): string =>
  together(measuredExample(), autoscalerExample({ min, max }));

/** There is room between minReplicas and maxReplicas. */
export const hpaBounds: ObjectCheck = {
  id: 'hpa-bounds',
  title: 'The autoscaler has room to scale',
  rationale:
    'Where minReplicas equals maxReplicas the autoscaler looks healthy and never adds a pod under load. Bounds that ' +
    'contradict each other are refused by the API server, in the middle of a roll-out.',
  symptom:
    'Under load kubectl describe hpa shows ScalingLimited True with reason TooManyReplicas: the desired replica count is ' +
    'more than the maximum replica count. Contradicting bounds fail in kubectl apply: spec.maxReplicas: Invalid value: 3: ' +
    'must be greater than or equal to `minReplicas`.',
  remediation:
    'Set maxReplicas well above minReplicas, or take the autoscaler away and set spec.replicas. Set minReplicas to at ' +
    'least 2 where a drained node must not mean downtime.',
  source: 'pkg/apis/autoscaling/validation/validation.go, validateHorizontalPodAutoscalerSpec',
  topic: 'scaling',
  judges: ['HorizontalPodAutoscaler'],
  messages: {
    'no-max': { problem: 'maxReplicas is {found}', advice: 'the API server refuses it, set at least 1' },
    'min-above-max': {
      problem: 'minReplicas {min} is above maxReplicas {max}',
      advice: 'the API server refuses it, set maxReplicas to more than {min}',
    },
    fixed: {
      problem: 'minReplicas and maxReplicas are both {max}',
      advice: 'it never scales: raise maxReplicas, or set spec.replicas without an autoscaler',
    },
    'negative-min': { problem: 'minReplicas is {min}', advice: 'the API server refuses it, set at least 1' },
    'refused-min': {
      problem: 'minReplicas is {min} without a metric that scales from zero',
      advice:
        'the API server refuses it, set at least 1 or, since Kubernetes 1.37, add an Object or External metric',
    },
    'below-least': {
      problem: 'minReplicas is {min}',
      advice: 'a drained or lost node must leave pods that answer, set at least {needed}',
    },
  },
  parameters: {
    minReplicas: {
      type: 'integer',
      description:
        'The least minReplicas. With 1 everything passes that an API server takes, scaling to zero included.',
      default: defaultMinReplicas,
      minimum: 1,
      maximum: 1000,
    },
  },
  examples: { bad: between(3, 3), good: between(3, 9) },
  evaluate({ object }, parameters) {
    const needed = Number(parameters['minReplicas'] ?? defaultMinReplicas);
    const spec = specOf(object);
    // An absent minReplicas means 1 (SetDefaults_HorizontalPodAutoscaler).
    const min = asNumber(spec['minReplicas'] ?? 1);
    const max = asNumber(spec['maxReplicas'] ?? 0);
    const violations: Violation[] = [];
    if (max !== undefined && max < 1) {
      const found = (spec['maxReplicas'] ?? null) === null ? 'missing' : max;
      violations.push(violation('no-max', 'maxReplicas', { found }));
    } else if (min !== undefined && max !== undefined) {
      if (min > max) violations.push(violation('min-above-max', 'maxReplicas', { min, max }));
      if (min === max) violations.push(violation('fixed', 'maxReplicas', { max }));
    }
    if (min === undefined) return violations;
    if (min < 0) {
      violations.push(violation('negative-min', 'minReplicas', { min }));
    } else if (min === 0 && !scalesFromZero(object)) {
      violations.push(violation('refused-min', 'minReplicas', { min }));
    } else if (min < needed && needed > defaultMinReplicas) {
      violations.push(violation('below-least', 'minReplicas', { min, needed }));
    }
    return violations;
  },
};

/** Metrics of what is not a pod are there without pods (HPAScaleToZero, KEP-2021; on by default since 1.37). */
function scalesFromZero(hpa: KubeObject): boolean {
  return autoscalerMetrics(hpa).some(({ type }) => type === 'Object' || type === 'External');
}

function violation(
  message: string,
  field: string,
  values: Readonly<Record<string, string | number>>,
): Violation {
  return { check: 'hpa-bounds', message, path: ['spec', field], values };
}
