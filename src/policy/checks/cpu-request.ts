import { missingRequest, requestMessages } from '../request-rule.ts';
import type { Check } from '../check.ts';

/** Every container requests CPU, or the pod as a whole does. */
export const cpuRequest: Check = {
  id: 'cpu-request',
  title: 'Containers request CPU',
  rationale:
    'The scheduler, the cluster autoscaler and the HorizontalPodAutoscaler count on requests. One container without a ' +
    'CPU request stops CPU scaling of the whole workload: "missing request for cpu".',
  remediation:
    'Set resources.requests.cpu on every container and init container, or spec.resources.requests.cpu.',
  source: 'pkg/controller/podautoscaler/metrics, calculatePodRequests; KEP-2837 for spec.resources',
  topic: 'resources',
  messages: requestMessages('CPU', 'set resources.requests.cpu, for example 100m'),
  parameters: {},
  evaluate: (subject) => missingRequest('cpu-request', 'cpu', subject),
};
