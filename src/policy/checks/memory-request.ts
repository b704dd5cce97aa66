import { byteMessages, missingRequest } from '../resources/amount-rule.ts';
import type { Check } from '../check.ts';
import { measuredExample } from '../example.ts';

/** Every container requests memory, or the pod as a whole does. */
export const memoryRequest: Check = {
  id: 'memory-request',
  title: 'Containers request memory',
  rationale:
    'A pod without a memory request is packed onto any node and is the first to be killed when that node runs out of ' +
    'memory, in the middle of its requests.',
  symptom:
    'Pods end with status Evicted and the message: The node was low on resource: memory; or with OOMKilled while others ' +
    'on the node waste what they hold.',
  remediation:
    'Set resources.requests.memory on every container and init container, or spec.resources.requests.memory.',
  source:
    'kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction; KEP-2837 for spec.resources',
  topic: 'resources',
  judges: 'workloads',
  messages: byteMessages('memory request', 'set resources.requests.memory, for example 128Mi'),
  parameters: {},
  examples: { bad: measuredExample({}, '{ cpu: 100m }'), good: measuredExample() },
  evaluate: (subject) => missingRequest('memory-request', 'memory', subject),
};
