import { commandSleepSeconds } from './command-sleep.ts';
import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '../json.ts';
import type { ContainerView } from '../objects/view.ts';

/** True for a container that says which ports it listens on. */
export function declaresPorts(container: ContainerView): boolean {
  return asArray(container.raw['ports']).length > 0;
}

/** The preStop hook as written, or undefined when there is none. */
export function preStopOf(container: ContainerView): JsonObject | undefined {
  const hook = asObject(container.raw['lifecycle'])['preStop'];
  return isObject(hook) && Object.keys(hook).length > 0 ? hook : undefined;
}

/**
 * How long a preStop hook is known to sleep, in seconds: the native `sleep` action, or what the command of an exec hook
 * says, which may be Infinity. Zero for a hook whose duration cannot be told (httpGet, a script file), and for tcpSocket,
 * which the kubelet never runs (pkg/kubelet/lifecycle/handlers.go).
 */
export function preStopSleepSeconds(container: ContainerView): number {
  const hook = preStopOf(container);
  if (hook === undefined) return 0;
  const native = asNumber(asObject(hook['sleep'])['seconds']);
  if (native !== undefined) return native;
  const command = asArray(asObject(hook['exec'])['command']).map((word) => asString(word) ?? '');
  return commandSleepSeconds(command);
}

/**
 * The longest known preStop sleep among the containers that serve, in seconds. Every hook of a pod starts at the same
 * moment and they share one grace period (KEP-753), so the longest is what counts, not the sum. A hook that
 * never ends is left out: no grace period is long enough for it, and a longer one only delays the end.
 */
export function longestPreStopSleep(containers: readonly ContainerView[]): number {
  let longest = 0;
  for (const container of containers) {
    const seconds = container.serves ? preStopSleepSeconds(container) : 0;
    if (Number.isFinite(seconds)) longest = Math.max(longest, seconds);
  }
  return longest;
}
