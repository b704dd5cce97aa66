import { preStopOf, preStopSleepSeconds } from './pre-stop.ts';
import type { ContainerView } from '../objects/view.ts';

/** tcpSocket: never run by the kubelet. other: exec, httpGet, or an action of a later Kubernetes. */
export type PreStopAction = 'none' | 'tcpSocket' | 'sleep' | 'other';

/** What the preStop hook of a container does; none also for a hook with nothing in it. */
export function preStopAction(container: ContainerView): PreStopAction {
  const hook = preStopOf(container);
  if (hook === undefined) return 'none';
  const actions = Object.keys(hook).filter((name) => hook[name] !== null && hook[name] !== undefined);
  const action = actions.find((name) => name !== 'tcpSocket') ?? actions[0];
  if (action === undefined) return 'none';
  return action === 'tcpSocket' || action === 'sleep' ? action : 'other';
}

/** True for a hook that runs something of which it cannot be told what it does nor how long it takes. */
export function isOpaquePreStop(container: ContainerView): boolean {
  return preStopAction(container) === 'other' && preStopSleepSeconds(container) === 0;
}
