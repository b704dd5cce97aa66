import type { Check, Violation, WorkloadSubject } from '../check.ts';
import { workloadExample } from '../example.ts';
import type { JsonObject, Path } from '../json.ts';
import { qosClass, type QosClass } from '../resources/qos.ts';
import { compareQuantities, formatQuantity } from '../resources/quantity.ts';
import {
  containerResources,
  hasPodLevelResources,
  hasUnreadableAmount,
  positiveAmount,
} from '../resources/resources.ts';
import type { ContainerView } from '../objects/view.ts';

const withResources = (resources: string): string =>
  workloadExample(`
    containers:
      - name: app
        image: example.com/web:1.0
        resources: ${resources}
  `);

/** The pod is in the quality of service class that the profile asks for, or in a better one. */
export const qosClassCheck: Check = {
  id: 'qos-class',
  title: 'The pod has the quality of service class',
  rationale:
    'When a node runs out of memory the kernel kills containers of BestEffort pods first, of Burstable pods next and of ' +
    'Guaranteed pods last, and the kubelet evicts by what a pod uses above its request. A Guaranteed pod that stays in ' +
    'its limits never pays for its neighbours.',
  symptom:
    'On a full node a container ends with Reason: OOMKilled, Exit Code: 137, although another pod used up the memory. ' +
    'kubectl describe pod shows QoS Class: BestEffort.',
  remediation:
    'For Burstable set a cpu or memory request on a container. For Guaranteed set cpu and memory limits on every container ' +
    'and init container, with requests that equal them, or on spec.resources.',
  source:
    'pkg/apis/core/v1/helper/qos/qos.go, ComputePodQOS; pkg/kubelet/qos/policy.go, GetContainerOOMScoreAdjust',
  topic: 'resources',
  judges: 'workloads',
  messages: {
    'best-effort': {
      problem: 'QoS class is BestEffort: no container has a cpu or memory request or limit',
      advice: 'it is killed first when the node runs out of memory, so set requests',
    },
    'not-guaranteed': {
      problem: '{gaps}, which makes the QoS class {class} and not Guaranteed',
      advice: 'set cpu and memory limits, and requests equal to them',
    },
  },
  parameters: {
    minimum: {
      type: 'string',
      description: 'The lowest class that passes.',
      enum: ['Burstable', 'Guaranteed'],
      default: 'Burstable',
    },
  },
  examples: {
    bad: withResources('{}'),
    good: withResources('{ requests: { cpu: 100m, memory: 128Mi } }'),
  },
  evaluate(subject, parameters) {
    const { pod } = subject;
    // Other checks say so, and there is no class without amounts.
    if ([pod.resources, ...pod.containers.map(containerResources)].some(hasUnreadableAmount)) return [];
    const found = qosClass(pod);
    if (parameters['minimum'] === 'Guaranteed') return causes(subject, found);
    if (found !== 'BestEffort') return [];
    return [{ check: 'qos-class', message: 'best-effort', path: ['spec', 'containers'] }];
  },
};

/** Names what keeps the pod from being Guaranteed, if anything. Where only ignored containers do, no author can mend it. */
function causes({ pod, resourceContainers }: WorkloadSubject, found: QosClass): Violation[] {
  if (hasPodLevelResources(pod)) return cause(pod.resources, found, ['spec', 'resources']);
  return resourceContainers.flatMap((container) =>
    cause(containerResources(container), found, [...container.path, 'resources'], container),
  );
}

function cause(
  resources: JsonObject | undefined,
  found: QosClass,
  path: Path,
  container?: ContainerView,
): Violation[] {
  const gaps = [...gapOf(resources, 'cpu'), ...gapOf(resources, 'memory')];
  if (gaps.length === 0) return [];
  return [
    {
      check: 'qos-class',
      message: 'not-guaranteed',
      ...(container && { container }),
      path,
      values: { gaps: gaps.join(' and '), class: found },
    },
  ];
}

function gapOf(resources: JsonObject | undefined, name: string): string[] {
  const limit = positiveAmount(resources, 'limits', name);
  if (limit === undefined) return [`no ${name} limit`];
  const request = positiveAmount(resources, 'requests', name);
  if (request !== undefined && compareQuantities(request, limit) === 0) return [];
  const requested = request === undefined ? '0' : formatQuantity(request);
  return [`a ${name} request of ${requested} below the limit of ${formatQuantity(limit)}`];
}
