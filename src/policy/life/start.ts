/** The start of a container as numbers, in seconds since it started. */
import type { ContainerView, ProbeName } from '../objects/view.ts';
import { earliestKill, firstProbe, firstReadinessProbe } from '../probes/probe-timing.ts';
import { restartLoop } from '../probes/restart-loop.ts';

export interface ContainerStart {
  readonly name: string;
  readonly isSidecar: boolean;
  /** When each probe asks first; what is not there asks never. Readiness and liveness wait for the startup probe. */
  readonly asks: Readonly<Partial<Record<ProbeName, number>>>;
  /** When it may be Ready at the earliest. */
  readonly ready: number;
  /** When an application that does not answer is killed at the earliest, and by what. */
  readonly kill?: { readonly at: number; readonly by: ProbeName };
  /**
   * ready: it is asked before it gets requests. blind: it gets requests from its start on, whether it can answer or not.
   * loop: it is killed before it can be Ready, again and again.
   */
  readonly outcome: 'ready' | 'blind' | 'loop';
}

export function startOf(container: ContainerView): ContainerStart {
  const startupProbe = firstProbe(container, 'startupProbe');
  const readinessProbe = firstProbe(container, 'readinessProbe');
  const livenessProbe = firstProbe(container, 'livenessProbe');
  const at = earliestKill(container);
  return {
    name: container.name,
    isSidecar: container.class === 'sidecar',
    asks: {
      ...(startupProbe !== undefined && { startupProbe }),
      ...(readinessProbe !== undefined && { readinessProbe }),
      ...(livenessProbe !== undefined && { livenessProbe }),
    },
    ready: firstReadinessProbe(container),
    ...(at !== undefined && {
      kill: { at, by: startupProbe === undefined ? 'livenessProbe' : 'startupProbe' },
    }),
    outcome: outcomeOf(container, startupProbe ?? readinessProbe),
  };
}

/** A container without a readiness probe counts as Ready as soon as it has started, which a startup probe decides. */
function outcomeOf(container: ContainerView, asked: number | undefined): ContainerStart['outcome'] {
  if (restartLoop(container) !== undefined) return 'loop';
  return asked === undefined ? 'blind' : 'ready';
}
