import { Argument, type Command } from 'commander';
import type { Streams } from './audit.ts';
import { complete, completionText } from './completion.ts';
import { completionScripts, type Shell } from './completion-scripts.ts';

/** Adds `gracegate completion`, and what its scripts call. */
export function addCompletion(program: Command, { stdout }: Streams): void {
  program
    .command('completion')
    .description('print what a shell needs to complete commands, options and checks')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(completionScripts)))
    .action((shell: Shell) => {
      stdout.write(completionScripts[shell]);
    });
  program
    .command('complete', { hidden: true })
    .description('answer a shell: candidates for the last word, and what to add where there are none')
    .argument('[word...]')
    .action((words: string[]) => {
      stdout.write(completionText(complete(program, words)));
    });
}
