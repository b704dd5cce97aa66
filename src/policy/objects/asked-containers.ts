import type { ContainerMatcher } from './container-matcher.ts';
import type { ContainerView, PodView } from './view.ts';

/** The containers that anything is asked of: neither ephemeral ones nor those that a profile ignores. */
export function askedContainers(pod: PodView, ignores: ContainerMatcher): ContainerView[] {
  return pod.containers.filter((container) => container.class !== 'ephemeral' && !ignores(container));
}
