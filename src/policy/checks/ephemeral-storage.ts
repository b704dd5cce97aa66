import type { Check, Violation } from '../check.ts';
import { workloadExample } from '../example.ts';
import { byteMessages, missingAmount } from '../resources/amount-rule.ts';

const withRequests = (requests: string): string =>
  workloadExample(`
    containers:
      - name: app
        image: example.com/web:1.0
        resources:
          requests: ${requests}
  `);

const label = 'ephemeral-storage';
const limitMessages = byteMessages(
  `${label} limit`,
  'set resources.limits.ephemeral-storage, no less than the request',
);

/** Every container requests disk, and where the profile says so has a limit of it. */
export const ephemeralStorage: Check = {
  id: 'ephemeral-storage',
  title: 'Containers request ephemeral storage',
  rationale:
    'Logs, emptyDir volumes and files written inside containers fill the disk of the node. A pod without a request is ' +
    'placed where there is no room and, as it uses more than it asked for from its first byte, is among the first to be ' +
    'evicted when the disk runs full, whoever filled it.',
  symptom:
    'Pods end with status Evicted and the message: The node was low on resource: ephemeral-storage. Threshold quantity: ..., ' +
    'available: .... Container app was using 1200Mi, request is 0, has larger consumption of ephemeral-storage.',
  remediation:
    'Set resources.requests.ephemeral-storage on every container and init container to what it writes: logs, emptyDir ' +
    'volumes that are not in memory, and its own files.',
  source: 'pkg/kubelet/eviction/helpers.go, rankDiskPressureFunc and evictionMessage',
  topic: 'resources',
  judges: 'workloads',
  messages: {
    ...byteMessages(`${label} request`, 'set resources.requests.ephemeral-storage, for example 1Gi'),
    'missing-limit': limitMessages.missing,
    'zero-limit': limitMessages.zero,
    'unreadable-limit': limitMessages.unreadable,
    'fraction-limit': limitMessages.fraction,
  },
  parameters: {
    limit: {
      type: 'boolean',
      description:
        'Ask for a limit as well: a container that writes more is evicted alone, before the disk is full.',
      default: false,
    },
  },
  examples: {
    bad: withRequests('{ cpu: 100m, memory: 128Mi }'),
    good: withRequests('{ cpu: 100m, memory: 128Mi, ephemeral-storage: 1Gi }'),
  },
  evaluate: (subject, parameters) => [
    // The pod as a whole cannot request it: spec.resources holds cpu, memory and huge pages.
    ...missingAmount('ephemeral-storage', 'requests', label, subject),
    ...(parameters['limit'] === true
      ? missingAmount('ephemeral-storage', 'limits', label, subject).map(ofLimit)
      : []),
  ],
};

function ofLimit(violation: Violation): Violation {
  return { ...violation, message: `${violation.message}-limit` };
}
