import { missingRequest, requestMessages } from '../request-rule.ts';
import type { Check } from '../check.ts';

/** Every container requests memory, or the pod as a whole does. */
export const memoryRequest: Check = {
  id: 'memory-request',
  title: 'Containers request memory',
  rationale:
    'A pod without a memory request is packed onto any node and is the first to be killed when that node runs out of ' +
    'memory, in the middle of its requests.',
  remediation:
    'Set resources.requests.memory on every container and init container, or spec.resources.requests.memory.',
  source:
    'kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction; KEP-2837 for spec.resources',
  topic: 'resources',
  messages: requestMessages('memory', 'set resources.requests.memory, for example 128Mi'),
  parameters: {},
  evaluate: (subject) => missingRequest('memory-request', 'memory', subject),
};
