/** How long a command is known to sleep. Everything that cannot be told is zero. */
import { programName, readShell, unwrap } from './command-line.ts';
import { scriptSeconds } from './script-clock.ts';
import { cmdStatements, isTimeoutOfWindows, powerShellSeconds, waitOfWindows } from './windows-sleep.ts';

/** Wrappers and shells within each other, deeper than anyone writes. */
const maxNesting = 16;

/**
 * The seconds that a command line is known to sleep: `sleep 30`, a script of a shell, an interpreter's one-liner, or what
 * Windows has instead. Sleeps one after another add up; of what runs side by side, or instead of each other, the longest
 * counts; a loop counts once where it is not known how often it runs. What cannot run in any case, such as what follows
 * `exit`, does not count. Infinity for `sleep infinity`.
 */
export function commandSleepSeconds(command: readonly string[]): number {
  return secondsOf(command, 0);
}

function secondsOf(words: readonly string[], nesting: number): number {
  if (nesting > maxNesting) return 0;
  if (isTimeoutOfWindows(words)) return waitOfWindows(words);
  const wrapped = unwrap(words);
  if (wrapped !== undefined) {
    const seconds = secondsOf(wrapped.command, nesting + 1);
    return wrapped.wrapper === 'timeout' ? Math.min(seconds, timeLimit(wrapped.options)) : seconds;
  }
  const shell = readShell(words);
  if (shell !== undefined) {
    if (shell.script === undefined) return 0;
    return scriptSeconds(shell.script, (inner) => secondsOf(inner, nesting + 1));
  }
  const [program = '', ...args] = words;
  const name = programName(program);
  if (name === 'sleep') return sleepSeconds(args);
  if (name === 'powershell' || name === 'pwsh') return powerShellSeconds(args);
  if (name.toLowerCase() === 'start-sleep') return powerShellSeconds(words);
  if (name === 'cmd') {
    let seconds = 0;
    for (const statement of cmdStatements(args)) {
      seconds += waitOfWindows(statement) || secondsOf(statement, nesting + 1);
    }
    return seconds;
  }
  return interpreterSeconds(name, args);
}

const unitSeconds = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

/** A duration as GNU coreutils and BusyBox read it, in seconds: `30`, `0.5m`, `infinity`. */
function readDuration(word: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+|inf(?:inity)?)([smhd]?)$/i.exec(word);
  const [, amount = '', unit = ''] = match ?? [];
  const factor = unitSeconds.get(unit);
  if (match === null || factor === undefined) return undefined;
  return (/^i/i.test(amount) ? Number.POSITIVE_INFINITY : Number(amount)) * factor;
}

/** Several arguments add up, as in coreutils. */
function sleepSeconds(args: readonly string[]): number {
  let seconds = 0;
  for (const arg of args) seconds += readDuration(arg) ?? 0;
  return seconds;
}

/** The last word before the command of `timeout`. Zero means no limit. */
function timeLimit(options: readonly string[]): number {
  return readDuration(options.at(-1) ?? '') || Number.POSITIVE_INFINITY;
}

/** The option after which each interpreter takes a program. */
const programOptions = [
  [/^python[\d.]{0,8}$/, /^-\w{0,8}c$/],
  [/^(?:perl|ruby)$/, /^-\w{0,8}[eE]$/],
  [/^php$/, /^-r$/],
] as const;

/** `sleep 30`, `sleep(30)`, `time.sleep(30)`. Every repetition is bounded, because the text comes from outside. */
const sleepCall = /\bsleep[ \t]{0,8}\(?[ \t]{0,8}(\d{1,9}(?:\.\d{1,9})?)/g;

function interpreterSeconds(name: string, args: readonly string[]): number {
  const option = programOptions.find(([interpreter]) => interpreter.test(name))?.[1];
  if (option === undefined) return 0;
  const at = args.findIndex((arg) => option.test(arg));
  const program = at === -1 ? '' : (args[at + 1] ?? '');
  let seconds = 0;
  for (const [, amount] of program.matchAll(sleepCall)) seconds += Number(amount);
  return seconds;
}
