import type { Command, Help } from 'commander';
import { manuals, type Manual } from './help-manuals.ts';

/**
 * Adds what help says after the options of each command: what it does, examples, exit codes and environment.
 * Examples go by the name that the program was called by.
 */
export function addManuals(program: Command): void {
  for (const { path, command } of commandsOf(program)) {
    const manual = manuals[path];
    if (manual !== undefined)
      command.addHelpText('after', manualText(manual, program.name(), command.createHelp()));
  }
}

/** The program and all its commands that help shows; the path of `config validate` is just that, of the program empty. */
export function commandsOf(command: Command, path = ''): { path: string; command: Command }[] {
  const below = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => commandsOf(one, `${path} ${one.name()}`.trim()));
  return [{ path, command }, ...below];
}

function manualText(
  { description, examples, exitCodes, environment = {} }: Manual,
  program: string,
  help: Help,
): string {
  const sections = [
    description === undefined ? undefined : `\n${paragraphs(description, help)}`,
    section(
      'Examples',
      examples.flatMap(({ purpose, line }) => [`# ${purpose}`, ...inName(program, line).split('\n'), '']),
    ),
    section('Exit codes', rows(exitCodes)),
    section('Environment', rows(environment)),
  ];
  return sections.filter((text) => text !== undefined).join('\n');
}

/** As wide as commander makes its own text where it does not know the terminal. */
const width = 80;

/** Lines of a paragraph are joined; an empty line ends it. */
function paragraphs(text: string, help: Help): string {
  return text
    .split('\n\n')
    .map((paragraph) => help.boxWrap(paragraph.replaceAll('\n', ' '), width))
    .join('\n\n');
}

function section(title: string, lines: readonly string[]): string | undefined {
  if (lines.length === 0) return undefined;
  const text = lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
  return `\n${title}:\n${text.trimEnd()}`;
}

function rows(entries: Readonly<Record<string, string>>): string[] {
  const longest = Math.max(0, ...Object.keys(entries).map((name) => name.length));
  const indent = `\n${' '.repeat(longest + 4)}`;
  return Object.entries(entries).map(
    ([name, text]) => `${name.padEnd(longest)}  ${text.replaceAll('\n', indent)}`,
  );
}

/** Not in the name of a Service, as `gracegate/gracegate`, or of a file. */
const inName = (program: string, line: string): string =>
  line.replaceAll(/(?<![\w./-])gracegate (?=[a-z])/g, `${program} `);
