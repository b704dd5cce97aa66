/** The life of each pod, from the watch events that told of it. */
import type { PodObject, WatchEvent } from '../../test/node/load/observed.ts';

/**
 * - `unready`: starting, or not ready again
 * - `ready`
 * - `sleeping`: deleted, and its preStop hook sleeps: it serves as before
 * - `stopping`: has been sent SIGTERM
 */
export type PhaseName = 'unready' | 'ready' | 'sleeping' | 'stopping';

export interface Phase {
  readonly name: PhaseName;
  readonly from: number;
  readonly to: number;
}

export interface PodLife {
  readonly name: string;
  /** Its IP address; empty when it never had one. */
  readonly address: string;
  readonly addedAt: number;
  /** In order, without a gap, none of them empty. */
  readonly phases: readonly Phase[];
  readonly deletedAt?: number;
  /** The end of its preStop sleep, or its deletion when it has none: the kubelet sends SIGTERM then. */
  readonly sigtermAt?: number;
  /** Its containers have ended, or it is gone. */
  readonly endedAt?: number;
}

/** In the order in which they came to be. */
export function livesOfPods(events: readonly WatchEvent[], end: number): PodLife[] {
  const byPod = new Map<string, PodEvent[]>();
  for (const { at, type, object } of events) {
    if (object.kind !== 'Pod') continue;
    const { name } = object.metadata;
    byPod.set(name, [...(byPod.get(name) ?? []), { at, isGone: type === 'DELETED', pod: object }]);
  }
  return [...byPod].map(([name, ofPod]) => lifeOf(name, ofPod, end));
}

interface PodEvent {
  readonly at: number;
  readonly isGone: boolean;
  readonly pod: PodObject;
}

function lifeOf(name: string, events: readonly PodEvent[], end: number): PodLife {
  const deletion = events.find(({ isGone, pod }) => isGone || pod.metadata.deletionTimestamp !== undefined);
  const deletedAt = deletion?.at;
  const endedAt = events.find(({ isGone, pod }) => isGone || hasEnded(pod))?.at;
  const sleepMs = deletion === undefined ? 0 : sleepOf(deletion.pod) * 1000;
  const sigtermAt =
    deletedAt === undefined ? undefined : Math.min(deletedAt + sleepMs, endedAt ?? Number.POSITIVE_INFINITY);

  const turns: { name: PhaseName; at: number }[] = events
    .filter(({ at }) => at < (deletedAt ?? end))
    .map(({ at, pod }) => ({ name: isReady(pod) ? 'ready' : 'unready', at }));
  if (deletedAt !== undefined) turns.push({ name: 'sleeping', at: deletedAt });
  if (sigtermAt !== undefined) turns.push({ name: 'stopping', at: sigtermAt });
  const last = Math.min(endedAt ?? end, end);
  return {
    name,
    address: events.map(({ pod }) => pod.status.podIP ?? '').findLast((address) => address !== '') ?? '',
    addedAt: events[0]?.at ?? end,
    phases: phasesOf(turns, last),
    ...(deletedAt !== undefined && { deletedAt }),
    ...(sigtermAt !== undefined && { sigtermAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}

function phasesOf(turns: readonly { name: PhaseName; at: number }[], end: number): Phase[] {
  const changes = turns.filter(({ name }, index) => turns[index - 1]?.name !== name);
  return changes
    .map(({ name, at }, index) => ({ name, from: at, to: Math.min(changes[index + 1]?.at ?? end, end) }))
    .filter(({ from, to }) => from < to);
}

function isReady({ status }: PodObject): boolean {
  return (
    status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false
  );
}

function hasEnded({ status }: PodObject): boolean {
  const containers = status.containerStatuses ?? [];
  return containers.length > 0 && containers.every(({ state }) => state?.terminated !== undefined);
}

/** Seconds; hooks of several containers run side by side. */
function sleepOf({ spec }: PodObject): number {
  return Math.max(0, ...spec.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0));
}
