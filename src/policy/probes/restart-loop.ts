import { probeOf, type ContainerView, type ProbeName } from '../objects/view.ts';
import { earliestKill, firstReadinessProbe, sameProbe } from './probe-timing.ts';

/** A start that never ends: what kills the container before readiness is even asked. Seconds since its start. */
export interface RestartLoop {
  readonly killer: ProbeName;
  readonly kill: number;
  readonly ready: number;
}

export function restartLoop(container: ContainerView): RestartLoop | undefined {
  const kill = earliestKill(container);
  const ready = firstReadinessProbe(container);
  if (kill === undefined || kill >= ready) return undefined;
  const killer = killerOf(container);
  return killer === undefined ? undefined : { killer, kill, ready };
}

/**
 * Which probe kills first. A startup probe that asks something else than readiness is the author's own word on how long the
 * start lasts, and the delay of readiness is then about what comes after it (a cache to warm), so there is nothing to say.
 */
function killerOf(container: ContainerView): ProbeName | undefined {
  const startup = probeOf(container, 'startupProbe');
  if (startup === undefined) return 'livenessProbe';
  const readiness = probeOf(container, 'readinessProbe');
  return readiness !== undefined && sameProbe(startup, readiness, container) ? 'startupProbe' : undefined;
}
