import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from './configuration.ts';
import { modes } from './namespace-labels.ts';

const otherSelectors =
  'the namespace selectors of the webhooks follow it, so register them again and restart instead';

/**
 * Why a new configuration must not replace the one that is running; undefined when it may.
 * @param inUse profiles that namespaces name in their labels, with one of these namespaces each
 */
export function reloadObjection(
  running: Configuration,
  next: Configuration,
  inUse: ReadonlyMap<string, string>,
): string | undefined {
  for (const mode of modes) {
    const before = running.defaults[mode];
    const after = next.defaults[mode];
    if (before === after) continue;
    return `defaults.${mode} changes from ${before ?? 'nothing'} to ${after ?? 'nothing'}: ${otherSelectors}`;
  }
  const exempt = new Set(running.exemptions.namespaces);
  const moved = [...exempt.symmetricDifference(new Set(next.exemptions.namespaces))];
  if (moved.length > 0) return `exemptions.namespaces changes by ${moved.join(', ')}: ${otherSelectors}`;
  if (!isDeepStrictEqual(running.workloads.kinds, next.workloads.kinds)) {
    return 'workloads changes: the rules of the webhooks follow it, so register them again and restart instead';
  }
  for (const [profile, namespace] of inUse) {
    if (!running.profiles.has(profile) || next.profiles.has(profile)) continue;
    return `profile ${profile} is gone, but namespace ${namespace} still names it: change the label of the namespace first`;
  }
  return undefined;
}
