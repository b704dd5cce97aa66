import { readShell, unwrap, type Wrapped } from './command-line.ts';
import { parseScript, type Command, type Pipeline, type Script, type SimpleCommand } from './shell-script.ts';

/** Wrappers and shells within each other, deeper than anyone writes. */
const maxNesting = 16;

/**
 * The name of the shell that stays in front of the application and keeps SIGTERM from it, given `command` and `args` of a
 * container; undefined where there is none, or where it cannot be told (the image's own entrypoint, a script file).
 *
 * The kernel drops a signal for PID 1 that PID 1 has no handler for, and a shell has none for SIGTERM unless the script
 * sets a `trap`; nor does a shell pass signals on to what it runs. So the application stops only when `exec` has put it
 * into the shell's place. An init process in front helps where it signals the whole process group, as dumb-init and
 * `tini -g` do; plain tini ends the shell alone, and everything else with it.
 *
 * Some shells `exec` by themselves what a script ends with. Relied on is what bash has always done: it replaces itself by
 * a single simple command without redirections (ONESHOT in its parse_and_execute). With the last of several commands it
 * does so only since 5.1; dash 0.5.12 of Debian does neither, and what `sh` is depends on the image. So a report says what
 * is likely, which is worth a warning and no more.
 */
export function shellAsPid1(command: readonly string[], args: readonly string[]): string | undefined {
  return command.length === 0 ? undefined : shellInFront([...command, ...args], 0);
}

function shellInFront(words: readonly string[], nesting: number): string | undefined {
  if (nesting > maxNesting) return undefined;
  const wrapped = unwrap(words);
  if (wrapped !== undefined) {
    return signalsAll(wrapped) ? undefined : shellInFront(wrapped.command, nesting + 1);
  }
  const { shell, script } = readShell(words) ?? {};
  if (shell === undefined || script === undefined) return undefined;
  const next = successor(shell, parseScript(script));
  if (next === 'unknown') return undefined;
  return next === 'none' ? shell : shellInFront(next, nesting + 1);
}

/** True for what passes signals on to all processes behind it. */
function signalsAll({ wrapper, options }: Wrapped): boolean {
  switch (wrapper) {
    case 'dumb-init':
      return !options.some((option) => option === '--single-child' || /^-[a-z]*c/.test(option));
    case 'tini':
      return options.some((option) => /^-[a-z]*g/.test(option));
    case 'timeout':
      return !options.includes('--foreground');
    default:
      return false;
  }
}

/** What takes the place of the shell in the end: a command, none, or something that cannot be told. */
function successor(shell: string, script: Script): readonly string[] | 'none' | 'unknown' {
  const last = script.at(-1);
  const commands = simpleCommands(script);
  if (last === undefined || commands.some(({ words }) => words[0] === 'trap')) return 'unknown';
  for (const { pipelines, background } of script) {
    const words = background ? undefined : execOf(soleCommand(pipelines[0])?.words ?? []);
    if (words !== undefined) return words;
  }
  if (last.background) return 'none';
  // Which branch runs is not known: one that ends in `exec` is taken for the one that matters.
  const functions = new Set(commands.filter(isExecInPlace).map((command) => command.within));
  for (const command of simpleCommands([last])) {
    if (command.within !== undefined) continue;
    if (isExecInPlace(command)) return execOf(command.words) ?? 'unknown';
    if (functions.has(command.words[0])) return 'unknown';
  }
  const command = soleCommand(last.pipelines.at(-1));
  if (command !== undefined && isOpaque(command)) return 'unknown';
  const single = script.length === 1 && last.pipelines.length === 1 && command?.redirected === false;
  return single && shell === 'bash' ? command.words : 'none';
}

/** The only command of a pipeline, where it is a simple one. */
function soleCommand(pipeline: Pipeline | undefined): SimpleCommand | undefined {
  const [command] = pipeline?.commands ?? [];
  if (pipeline === undefined || pipeline.prefixed || pipeline.commands.length > 1) return undefined;
  return command?.kind === 'simple' ? command : undefined;
}

/** What `exec` runs. An `exec` of redirections alone runs nothing. */
function execOf(words: readonly string[]): readonly string[] | undefined {
  if (words[0] !== 'exec') return undefined;
  const command = unwrap(words)?.command ?? [];
  return command.length > 0 ? command : undefined;
}

/** True for a command that runs something which the script does not show. */
function isOpaque({ words: [program] }: SimpleCommand): boolean {
  return program === undefined || /^(?:\.|source|eval|[$`].*)$/s.test(program);
}

/** A simple command, wherever in a script it stands. */
interface FoundCommand {
  readonly words: readonly string[];
  /** Run by the shell itself, not by a copy of it: not in a pipe, in a subshell or in the background. */
  readonly inPlace: boolean;
  /** The function in which it stands. */
  readonly within: string | undefined;
}

function isExecInPlace({ words, inPlace }: FoundCommand): boolean {
  return inPlace && execOf(words) !== undefined;
}

function simpleCommands(script: Script): FoundCommand[] {
  const found: FoundCommand[] = [];
  collect(script, true, undefined, found);
  return found;
}

function collect(script: Script, inPlace: boolean, within: string | undefined, found: FoundCommand[]): void {
  for (const { pipelines, background } of script) {
    for (const { commands } of pipelines) {
      const stays = inPlace && !background && commands.length === 1;
      for (const command of commands) collectFrom(command, stays, within, found);
    }
  }
}

function collectFrom(
  command: Command,
  inPlace: boolean,
  within: string | undefined,
  found: FoundCommand[],
): void {
  switch (command.kind) {
    case 'simple':
      found.push({ words: command.words, inPlace, within });
      break;
    case 'group':
      collect(command.body, inPlace && !command.subshell, within, found);
      break;
    case 'branches':
      for (const part of command.conditions) collect(part, inPlace, within, found);
      for (const part of command.bodies) collect(part, inPlace, within, found);
      break;
    case 'function':
      collect(command.body, true, command.name, found);
      break;
  }
}
