/** How long a command is known to sleep. Everything that cannot be told is zero. */
import { programName, readShell, unwrap } from './command-line.ts';
import { parseScript, type AndOr, type Command, type Pipeline, type Script } from './shell-script.ts';
import { cmdStatements, isTimeoutOfWindows, powerShellSeconds, waitOfWindows } from './windows-sleep.ts';

/** Wrappers and shells within each other, deeper than anyone writes. */
const maxNesting = 16;

/**
 * The seconds that a command line is known to sleep: `sleep 30`, a script of a shell, an interpreter's one-liner, or what
 * Windows has instead. Sleeps one after another add up; of what runs side by side, or instead of each other, the longest
 * counts; a loop of unknown length counts once. Infinity for `sleep infinity`.
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
  if (shell !== undefined) return shell.script === undefined ? 0 : scriptSeconds(shell.script, nesting + 1);
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

/** Where a shell stands: how long it has slept, and when the last of its background jobs will have. */
interface Clock {
  now: number;
  jobs: number;
}

function scriptSeconds(script: string, nesting: number): number {
  return new ScriptClock(nesting).secondsOf(parseScript(script));
}

class ScriptClock {
  readonly #nesting: number;
  /** What a call of each function takes. */
  readonly #functions = new Map<string, number>();

  constructor(nesting: number) {
    this.#nesting = nesting;
  }

  /** In a shell of its own, which has no jobs yet. */
  secondsOf(script: Script): number {
    const clock: Clock = { now: 0, jobs: 0 };
    this.#runAll(script, clock);
    return clock.now;
  }

  #runAll(script: Script, clock: Clock): void {
    for (const item of script) this.#run(item, clock);
  }

  #run({ pipelines, background }: AndOr, clock: Clock): void {
    const shell = background ? { now: clock.now, jobs: 0 } : clock;
    for (const pipeline of pipelines) this.#runPipeline(pipeline, shell);
    if (background) clock.jobs = Math.max(clock.jobs, shell.now);
  }

  #runPipeline({ commands }: Pipeline, clock: Clock): void {
    const [only] = commands;
    if (only !== undefined && commands.length === 1) return this.#runCommand(only, clock);
    let end = clock.now;
    for (const command of commands) {
      const part: Clock = { now: clock.now, jobs: 0 };
      this.#runCommand(command, part);
      end = Math.max(end, part.now);
    }
    clock.now = end;
  }

  #runCommand(command: Command, clock: Clock): void {
    switch (command.kind) {
      case 'simple':
        if (command.words[0] === 'wait') clock.now = Math.max(clock.now, clock.jobs);
        else clock.now += this.#wordsSeconds(command.words);
        break;
      case 'group':
        if (command.subshell) clock.now += this.secondsOf(command.body);
        else this.#runAll(command.body, clock);
        break;
      case 'branches':
        this.#runBranches(command, clock);
        break;
      case 'function':
        this.#functions.set(command.name, this.secondsOf(command.body));
        break;
    }
  }

  #wordsSeconds(words: readonly string[]): number {
    return this.#functions.get(words[0] ?? '') ?? secondsOf(words, this.#nesting);
  }

  #runBranches(command: Extract<Command, { kind: 'branches' }>, clock: Clock): void {
    for (const condition of command.conditions) this.#runAll(condition, clock);
    const { now, jobs } = clock;
    for (const body of command.bodies) {
      const branch: Clock = { now, jobs };
      this.#runAll(body, branch);
      clock.now = Math.max(clock.now, branch.now);
      clock.jobs = Math.max(clock.jobs, branch.jobs);
    }
    if (command.times !== 1 && Number.isFinite(clock.now))
      clock.now = now + (clock.now - now) * command.times;
  }
}
