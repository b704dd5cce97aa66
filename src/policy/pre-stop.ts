import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from './json.ts';
import type { ContainerView } from './view.ts';

/** The preStop hook as written, or undefined when there is none. */
export function preStopOf(container: ContainerView): JsonObject | undefined {
  const hook = asObject(container.raw['lifecycle'])['preStop'];
  return isObject(hook) && Object.keys(hook).length > 0 ? hook : undefined;
}

/**
 * How long a preStop hook is known to sleep, in seconds: the native `sleep` action, or the sum of the `sleep` commands of
 * an exec hook. Zero for a hook whose duration cannot be told (httpGet, a script), and for tcpSocket, which the kubelet
 * never runs (pkg/kubelet/lifecycle/handlers.go).
 */
export function preStopSleepSeconds(container: ContainerView): number {
  const hook = preStopOf(container);
  if (hook === undefined) return 0;
  const native = asNumber(asObject(hook['sleep'])['seconds']);
  if (native !== undefined) return native;
  const command = asArray(asObject(hook['exec'])['command']).map((word) => asString(word) ?? '');
  return execSleepSeconds(command);
}

/** From a `#` at the start of a word to the end of the line. */
const shellComment = /(?<=^|\s)#.*$/gm;

const shells = /(?:^|\/)(?:sh|bash|ash|dash|zsh|busybox)$/;

function execSleepSeconds(command: readonly string[]): number {
  const [program, ...rest] = command;
  if (program === undefined) return 0;
  if (!shells.test(program)) return sleepArguments(command);
  // `sh -c SCRIPT`, also `busybox sh -c SCRIPT` and options in one word such as `-ec`.
  const flag = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  const script = flag === -1 ? undefined : rest[flag + 1];
  if (script === undefined) return program.endsWith('busybox') ? sleepArguments(rest) : 0;
  let seconds = 0;
  for (const statement of script.replaceAll(shellComment, '').split(/&&|\|\||[;\n|&(){}]/)) {
    seconds += sleepArguments(statement.trim().split(/\s+/));
  }
  return seconds;
}

const unitSeconds = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

/** Words of a shell after which a command follows. */
const shellPrefixes = new Set(['exec', 'command', 'then', 'else', 'do', 'time', '!']);

/** The seconds of a `sleep N[smhd]...` command line; several arguments add up, as in coreutils. Zero for anything else. */
function sleepArguments(words: readonly string[]): number {
  const start = words.findIndex((word) => !shellPrefixes.has(word));
  if (!/(?:^|\/)sleep$/.test(words[start] ?? '')) return 0;
  let seconds = 0;
  for (const word of words.slice(start + 1)) {
    const match = /^["']?(\d+(?:\.\d+)?)([smhd]?)["']?$/.exec(word);
    if (match) seconds += Number(match[1]) * (unitSeconds.get(match[2] ?? '') ?? 1);
  }
  return seconds;
}

/**
 * The longest known preStop sleep among the containers that serve, in seconds. Every hook of a pod starts at the same
 * moment and they share one grace period (KEP-753), so the longest is what counts, not the sum.
 */
export function longestPreStopSleep(containers: readonly ContainerView[]): number {
  let longest = 0;
  for (const container of containers) {
    if (container.serves) longest = Math.max(longest, preStopSleepSeconds(container));
  }
  return longest;
}
