/** How the commands of a page are proven: each is typed as it stands, or another test that has it is named. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { CommandResult } from '../../cluster/command.ts';
import type { Terminal } from '../support/terminal.ts';
import { commandsIn, patternOf } from './commands.ts';

/** Typed into the terminal, in the folder of the project unless `cwd` says otherwise. */
export interface Typed {
  readonly exits: number;
  readonly cwd?: () => string;
  /** Further expectations of what it prints, errors included. */
  readonly prints?: string | RegExp;
  /** Waits until it has taken effect. */
  readonly settles?: () => Promise<void>;
  /** Names that the page uses in the place of one's own. */
  readonly instead?: Readonly<Record<string, () => string>>;
}

/** Executed by another file, which has these words. */
export interface Elsewhere {
  readonly file: string;
  readonly words: readonly string[];
}

/** What is done beside the table, by a function. */
export type Done = () => Promise<void>;

export type Proof = Typed | Elsewhere | Done;

/** By the line of the command, in the order in which they are executed. */
export type Proofs = Readonly<Record<string, Proof>>;

/** A command and its subcommand without an argument only names them: it is proven where a longer one is executed. */
const isMention = (line: string): boolean => /^\S+ \S+$/.test(line);

/** A test for each command, and one that none is missing and none too many. */
export function prove(page: string, text: string, terminal: () => Terminal, ...tables: Proofs[]): void {
  const commands = commandsIn(text);
  const proofs = new Map(tables.flatMap((table) => Object.entries(table)));
  const proven = [...proofs.keys()];
  const lines = [...new Set(commands.map(({ line }) => line))];
  const asked = lines.filter(
    (line) => !(isMention(line) && proven.some((other) => other !== line && other.includes(line))),
  );

  it(`${page} has no command that no test executes`, () => {
    expect(asked.filter((line) => !proofs.has(line))).toEqual([]);
    expect(proven.filter((line) => !lines.includes(line))).toEqual([]);
  });

  it.each([...proofs].filter(([line]) => lines.includes(line)))(
    '%s',
    async (line, proof) => {
      if (typeof proof === 'function') {
        await expect(proof()).resolves.toBeUndefined();
      } else if ('file' in proof) {
        const other = await readFile(proof.file, 'utf8');
        for (const words of proof.words) expect(other, proof.file).toContain(words);
      } else {
        const { code, stdout } = await typed(terminal(), line, proof);
        expect(code, stdout).toBe(proof.exits);
        if (proof.prints !== undefined) expect(stdout).toMatch(proof.prints);
        await proof.settles?.();
        for (const { line: other, shown } of commands)
          if (other === line && shown !== undefined) expect(stdout).toMatch(patternOf(shown));
      }
    },
    600_000,
  );
}

/** Errors are among the output, as on a screen. */
function typed(terminal: Terminal, line: string, { cwd, instead = {} }: Typed): Promise<CommandResult> {
  const own = Object.entries(instead).reduce((text, [name, value]) => text.replaceAll(name, value()), line);
  return terminal.type(`{ ${own}\n} 2>&1`, { cwd: cwd?.() ?? process.cwd() });
}
