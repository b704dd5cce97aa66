/** Which program a command line runs: what programs that run another one, and shells, are told to run. */

/** A program that runs the command behind it: `env A=1 sleep 30`. */
export interface Wrapped {
  readonly wrapper: string;
  /** What stands between the wrapper and the command. */
  readonly options: readonly string[];
  readonly command: readonly string[];
}

interface WrapperSyntax {
  /** Options that take the next word. */
  readonly valued?: readonly string[];
  /** How many words follow the options before the command. */
  readonly operands?: number;
}

const wrappers = new Map<string, WrapperSyntax>([
  ['env', { valued: ['-u', '--unset', '-C', '--chdir'] }],
  ['nohup', {}],
  ['nice', { valued: ['-n', '--adjustment'] }],
  ['setsid', {}],
  ['stdbuf', { valued: ['-i', '-o', '-e'] }],
  ['timeout', { valued: ['-s', '--signal', '-k', '--kill-after'], operands: 1 }],
  ['gosu', { operands: 1 }],
  ['su-exec', { operands: 1 }],
  ['busybox', {}],
  ['tini', { valued: ['-e', '-p'] }],
  ['dumb-init', { valued: ['-r', '--rewrite'] }],
  // Words of a shell.
  ['exec', { valued: ['-a'] }],
  ['command', {}],
  ['builtin', {}],
]);

/** Other names of the same program. */
const aliases = new Map([
  ['tini-static', 'tini'],
  ['docker-init', 'tini'],
]);

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh']);

const assignment = /^[A-Za-z_]\w*=/;

/** The name of the program that a word runs: without directories, and without what Windows adds. */
export function programName(word: string): string {
  const name = word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1);
  return name.toLowerCase().endsWith('.exe') ? name.slice(0, -4).toLowerCase() : name;
}

/** One layer of a command line, or undefined when its program runs by itself. */
export function unwrap(words: readonly string[]): Wrapped | undefined {
  const name = programName(words[0] ?? '');
  const wrapper = aliases.get(name) ?? name;
  const syntax = wrappers.get(wrapper);
  if (syntax === undefined) return undefined;
  let at = endOfOptions(words, syntax.valued ?? []) + (syntax.operands ?? 0);
  // BusyBox up to 1.29 has its own order: `timeout -t SECONDS COMMAND`.
  if (wrapper === 'timeout' && words[1] === '-t') at = 3;
  if (wrapper === 'env') while (assignment.test(words[at] ?? '')) at += 1;
  const options = words.slice(1, at);
  const runsNothing = wrapper === 'command' && options.some((option) => /^-p?[vV]/.test(option));
  return { wrapper, options, command: runsNothing ? [] : words.slice(at) };
}

/** The index of the first word that is no option. */
function endOfOptions(words: readonly string[], valued: readonly string[]): number {
  let at = 1;
  for (let word = words[at]; word?.startsWith('-') === true; word = words[at]) {
    at += valued.includes(word) ? 2 : 1;
    if (word === '--') break;
  }
  return at;
}

export interface ShellCommand {
  /** `sh`, `bash`, ... */
  readonly shell: string;
  /** Undefined for a shell that reads a file or its input. */
  readonly script: string | undefined;
}

/** What a shell is told to run, or undefined when the program is none. */
export function readShell(words: readonly string[]): ShellCommand | undefined {
  const shell = programName(words[0] ?? '');
  if (!shells.has(shell)) return undefined;
  let at = 1;
  let hasScript = false;
  for (let word = words[at]; word !== undefined && /^[-+]./.test(word); word = words[at]) {
    at += 1;
    if (word === '--') break;
    if (word.startsWith('--')) {
      if (word === '--rcfile' || word === '--init-file') at += 1;
      continue;
    }
    // `-ec`, `-o pipefail`, `-euo pipefail -c`.
    hasScript ||= word.startsWith('-') && word.includes('c');
    if (/o$/i.test(word)) at += 1;
  }
  return { shell, script: hasScript ? words[at] : undefined };
}
