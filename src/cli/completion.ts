/** What may stand at the end of an unfinished command line, read from the commands, options and choices that commander has. */
import type { Argument, Command, Option } from 'commander';
import { checks } from '../policy/checks/registry.ts';
import { objectKinds } from '../policy/objects/object-kinds.ts';
import { builtinProfiles } from '../config/builtin.ts';

export interface Candidate {
  /** The whole word. */
  readonly value: string;
  /** One line; empty where there is nothing to say. */
  readonly description: string;
}

/** What the shell adds where there are no candidates, as the numbers of Cobra, which kubectl reads. */
export const directive = { files: 0, nothing: 4, directories: 16 } as const;

export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly directive: (typeof directive)[keyof typeof directive];
}

/** @param words after the name of the program; the last one is to be completed, and empty where it is not begun */
export function complete(program: Command, words: readonly string[]): Completion {
  const { command, operands, awaiting, onlyOperands } = readWords(program, words.slice(0, -1));
  const word = words.at(-1) ?? '';
  if (awaiting !== undefined) return valuesOf(awaiting, word);
  if (word.startsWith('-') && !onlyOperands) return ofOptions(command, word);
  return ofOperands(command, operands, word);
}

/** The answer as text: a line for each candidate, its description after a tab, and a last line with the directive. */
export function completionText({ candidates, directive: rest }: Completion): string {
  const lines = candidates.map(({ value, description }) => `${value}\t${description}\n`);
  return `${lines.join('')}:${rest}\n`;
}

/** Where the words lead. */
interface Position {
  readonly command: Command;
  /** How many operands the command has already. */
  readonly operands: number;
  /** The option whose value comes next. */
  readonly awaiting: Option | undefined;
  /** After `--`. */
  readonly onlyOperands: boolean;
}

function readWords(program: Command, words: readonly string[]): Position {
  let command = program;
  let operands = 0;
  let awaiting: Option | undefined;
  let onlyOperands = false;
  for (const word of words) {
    if (awaiting !== undefined) awaiting = undefined;
    else if (onlyOperands) operands += 1;
    else if (word === '--') onlyOperands = true;
    else if (word.startsWith('-') && word !== '-')
      awaiting = word.includes('=') ? undefined : valued(command, word);
    else {
      const next = operands === 0 ? visibleCommands(command).find((one) => one.name() === word) : undefined;
      if (next === undefined) operands += 1;
      else command = next;
    }
  }
  return { command, operands, awaiting, onlyOperands };
}

const visibleCommands = (command: Command): Command[] => command.createHelp().visibleCommands(command);
const visibleOptions = (command: Command): Option[] => command.createHelp().visibleOptions(command);

/** The option of this name, if it has a value; `-ofile` has it already. */
function valued(command: Command, name: string): Option | undefined {
  const option = visibleOptions(command).find(({ long, short }) => long === name || short === name);
  return option?.required === true ? option : undefined;
}

function ofOptions(command: Command, word: string): Completion {
  const [name = '', value] = word.split(/=(.*)/s);
  if (value !== undefined) {
    const option = valued(command, name);
    if (option === undefined) return { candidates: [], directive: directive.nothing };
    const { candidates, directive: rest } = valuesOf(option, value);
    return {
      candidates: candidates.map((one) => ({ ...one, value: `${name}=${one.value}` })),
      directive: rest,
    };
  }
  return matching(
    visibleOptions(command).map(({ long, short, description }) => ({
      value: long ?? short ?? '',
      description,
    })),
    word,
  );
}

function ofOperands(command: Command, operands: number, word: string): Completion {
  const subcommands = visibleCommands(command);
  if (operands === 0 && subcommands.length > 0)
    return matching(
      subcommands.map((one) => ({ value: one.name(), description: one.description() })),
      word,
    );
  const declared = command.registeredArguments;
  const last = declared.at(-1);
  const argument = declared[operands] ?? (last?.variadic === true ? last : undefined);
  return argument === undefined ? { candidates: [], directive: directive.nothing } : valuesOf(argument, word);
}

/** The values of options and arguments by the name that help shows for them, or by that of the option. */
function valuesOf(place: Option | Argument, word: string): Completion {
  if (place.argChoices !== undefined) return matching(place.argChoices.map(plain), word);
  const shown = 'flags' in place ? place.flags : place.name();
  const name = 'flags' in place ? place.attributeName() : place.name();
  const isList = shown.includes(',...');
  if (name === 'check')
    return listed(
      checks.map(({ id, title }) => ({ value: id, description: title })),
      word,
      isList,
    );
  if (name === 'without')
    return listed(
      objectKinds.map(({ resource }) => plain(resource)),
      word,
      isList,
    );
  if (name === 'profile' || name === 'mutate') return matching(Object.keys(builtinProfiles).map(plain), word);
  if (/\bfile\b/i.test(shown)) return { candidates: [], directive: directive.files };
  if (/<DIR>/.test(shown)) return { candidates: [], directive: directive.directories };
  return { candidates: [], directive: directive.nothing };
}

/** Also the next one of a list, such as `cpu-request,mem`. */
function listed(candidates: readonly Candidate[], word: string, isList: boolean): Completion {
  const before = isList ? word.slice(0, word.lastIndexOf(',') + 1) : '';
  return matching(
    candidates.map(({ value, description }) => ({ value: `${before}${value}`, description })),
    word,
  );
}

const plain = (value: string): Candidate => ({ value, description: '' });

function matching(candidates: readonly Candidate[], word: string): Completion {
  return {
    candidates: candidates.filter(({ value }) => value.startsWith(word)),
    directive: directive.nothing,
  };
}
