import { amountMessages, missingRequest } from '../resources/amount-rule.ts';
import type { Check } from '../check.ts';
import { measuredExample } from '../example.ts';

/** Every container requests CPU, or the pod as a whole does. */
export const cpuRequest: Check = {
  id: 'cpu-request',
  title: 'Containers request CPU',
  rationale:
    'The scheduler, the cluster autoscaler and the HorizontalPodAutoscaler count on requests. One container without a ' +
    'CPU request stops CPU scaling of the whole workload: "missing request for cpu".',
  symptom:
    'kubectl describe hpa says: failed to get cpu utilization: missing request for cpu in container app of Pod web-...; the ' +
    'workload stays at its number of replicas under any load.',
  remediation:
    'Set resources.requests.cpu on every container and init container, or spec.resources.requests.cpu.',
  source: 'pkg/controller/podautoscaler/metrics, calculatePodRequests; KEP-2837 for spec.resources',
  topic: 'resources',
  judges: 'workloads',
  messages: amountMessages('CPU request', 'set resources.requests.cpu, for example 100m'),
  parameters: {},
  examples: { bad: measuredExample({}, '{ memory: 128Mi }'), good: measuredExample() },
  evaluate: (subject) => missingRequest('cpu-request', 'cpu', subject),
};
