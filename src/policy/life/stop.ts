/**
 * The stop of a container as numbers, in seconds since its pod was deleted. Source: killContainer in
 * pkg/kubelet/kuberuntime/kuberuntime_container.go.
 */
import type { ContainerView, PodView } from '../objects/view.ts';
import { preStopAction } from '../stopping/pre-stop-action.ts';
import { preStopSleepSeconds } from '../stopping/pre-stop.ts';
import { shellInFront, type ShellInFront } from '../stopping/shell-in-front.ts';

/** minimumGracePeriodInSeconds: what is left after the hook at least, even where the grace period is over. */
const leastSecondsToKill = 2;

/**
 * none: nothing waits; tcpSocket: the kubelet never runs it; never-runs: there is no grace period to run it in;
 * unknown: it cannot be told how long it takes; endless: it ends with the grace period.
 */
export type Hook = 'none' | 'tcpSocket' | 'never-runs' | 'sleep' | 'unknown' | 'endless';

/** Requests that are lost, or may be. */
export interface Loss {
  /**
   * refused: new ones that still arrive after the application was told to stop; cut: those that it had no time to finish;
   * deaf: those that it was working on, because it never heard that it had to stop.
   */
  readonly why: 'refused' | 'cut' | 'deaf';
  readonly from: number;
  readonly to: number;
  /** False where it rests on how long the removal of the endpoint is assumed to last. */
  readonly sure: boolean;
}

export interface ContainerStop {
  readonly name: string;
  readonly hook: Hook;
  /** Undefined where it cannot be told, before `sigkill`. */
  readonly sigterm: number | undefined;
  readonly sigkill: number;
  /** What keeps SIGTERM from the application. */
  readonly shell?: ShellInFront;
  /** False where the profile says that it gets none (`containers: with-ports` of the check pre-stop). */
  readonly takesRequests: boolean;
  readonly losses: readonly Loss[];
}

/** What a stop is held against, in seconds. */
export interface StopSettings {
  /** How long new requests still arrive. */
  readonly removalSeconds: number;
  /** What an application needs to finish its requests. */
  readonly drainSeconds: number;
  /** False for a container of which the profile says that it gets no requests. */
  readonly takesRequests: (container: ContainerView) => boolean;
}

/** @param graceSeconds not negative */
export function stopOf(
  pod: PodView,
  container: ContainerView,
  graceSeconds: number,
  settings: StopSettings,
): ContainerStop {
  const hook = hookOf(container, graceSeconds);
  const sigterm = sigtermAfter(hook, container, graceSeconds);
  const sigkill = Math.max(graceSeconds, (sigterm ?? 0) + leastSecondsToKill);
  const shell = shellInFront(pod, container);
  const takesRequests = settings.takesRequests(container);
  const stop = { name: container.name, hook, sigterm, sigkill, ...(shell && { shell }), takesRequests };
  const losses = [
    ...(takesRequests ? refused(stop, settings.removalSeconds) : []),
    ...cut(stop, graceSeconds, settings.drainSeconds),
  ];
  return { ...stop, losses };
}

function hookOf(container: ContainerView, graceSeconds: number): Hook {
  const action = preStopAction(container);
  if (action === 'none' || action === 'tcpSocket') return action;
  if (graceSeconds === 0) return 'never-runs';
  const seconds = preStopSleepSeconds(container);
  if (seconds === Number.POSITIVE_INFINITY) return 'endless';
  return action === 'other' && seconds === 0 ? 'unknown' : 'sleep';
}

function sigtermAfter(hook: Hook, container: ContainerView, graceSeconds: number): number | undefined {
  switch (hook) {
    case 'unknown':
      return undefined;
    case 'endless':
      return graceSeconds;
    case 'sleep':
      return Math.min(Math.max(preStopSleepSeconds(container), 0), graceSeconds);
    case 'none':
    case 'tcpSocket':
    case 'never-runs':
      return 0;
  }
}

type Stop = Omit<ContainerStop, 'losses'>;

/** An application that does not hear SIGTERM works on until it is killed, and refuses nothing before. */
function refused({ sigterm, sigkill, shell }: Stop, removalSeconds: number): Loss[] {
  const ends = shell?.ignoresSignal === true ? sigkill : sigterm;
  if (ends === undefined || ends >= removalSeconds) return [];
  // A hook that waits, however short, is one that its author has thought about.
  return [{ why: 'refused', from: ends, to: removalSeconds, sure: ends === 0 }];
}

function cut({ sigterm, sigkill, shell }: Stop, graceSeconds: number, drainSeconds: number): Loss[] {
  if (shell !== undefined) {
    const at = shell.ignoresSignal ? sigkill : (sigterm ?? sigkill);
    return [{ why: 'deaf', from: at, to: at + drainSeconds, sure: true }];
  }
  // As the check grace-period asks, which knows nothing of the last two seconds.
  if (graceSeconds - (sigterm ?? 0) >= drainSeconds) return [];
  const end = (sigterm ?? 0) + drainSeconds;
  return end > sigkill ? [{ why: 'cut', from: sigkill, to: end, sure: true }] : [];
}
