/** Whether pods of one kind keep away from each other. */
import { asArray, asNumber, asObject, isObject, type Json, type JsonObject } from '../json.ts';
import { matchesSelector } from '../objects/label-selector.ts';
import { isPinned } from './single-place.ts';
import type { PodView } from '../objects/view.ts';

/** spread: they are, or cannot be; none: nothing is said; other-pods: something is said, of pods that are not these. */
export type Spreading = 'spread' | 'none' | 'other-pods';

/** How pods that are all like this one are spread over nodes or zones, as far as the pod says. */
export function spreading(pod: PodView): Spreading {
  const constraints = asArray(pod.spec['topologySpreadConstraints']);
  const terms = antiAffinityTerms(pod);
  if (
    constraints.some((constraint) => countsItself(asObject(constraint), pod)) ||
    terms.some((term) => matchesSelector(asObject(term)['labelSelector'], pod.labels)) ||
    // There is nothing to spread.
    isPinned(pod) ||
    takesPortsOfNode(pod)
  ) {
    return 'spread';
  }
  return constraints.length + terms.length === 0 ? 'none' : 'other-pods';
}

/**
 * A constraint counts the pods that its selector selects: none where there is no selector, and none where it is empty
 * (countPodsMatchSelector in pkg/scheduler/framework/plugins/podtopologyspread/common.go).
 */
function countsItself(constraint: JsonObject, { labels }: PodView): boolean {
  const selector = constraint['labelSelector'];
  const isEmpty =
    isObject(selector) &&
    Object.keys(asObject(selector['matchLabels'])).length === 0 &&
    asArray(selector['matchExpressions']).length === 0;
  if (isEmpty) return asArray(constraint['matchLabelKeys']).length > 0;
  return matchesSelector(selector, labels);
}

function antiAffinityTerms({ spec }: PodView): Json[] {
  const rules = asObject(asObject(spec['affinity'])['podAntiAffinity']);
  const preferred = asArray(rules['preferredDuringSchedulingIgnoredDuringExecution']);
  return [
    ...asArray(rules['requiredDuringSchedulingIgnoredDuringExecution']),
    ...preferred.map((one) => asObject(one)['podAffinityTerm'] ?? null),
  ];
}

/** Two pods that take the same port of a node never share one (the scheduler's NodePorts plugin). */
function takesPortsOfNode({ spec, containers }: PodView): boolean {
  const ports = containers
    .filter((container) => container.class === 'app' || container.class === 'sidecar')
    .flatMap(({ raw }) => asArray(raw['ports']));
  // With hostNetwork every declared port is one of the node.
  if (spec['hostNetwork'] === true) return ports.length > 0;
  return ports.some((port) => (asNumber(asObject(port)['hostPort']) ?? 0) > 0);
}
