import type { Command } from 'commander';
import { list } from './arguments.ts';
import type { Streams } from './audit.ts';
import { UserError } from './errors.ts';
import { endBySignal } from './signals.ts';

interface FixFlags {
  readonly file?: string[];
  readonly diff: boolean;
  readonly check?: string[];
  readonly profile: string;
  readonly mutate?: string;
  readonly todo: boolean;
  readonly config?: string;
  readonly namespace?: string;
}

const help = `
What is written: the mutations of the profile (preStop sleep, grace period, default requests and limits), as the webhook
would write them into each pod; and what a check asks for, where the object itself leaves no doubt. No amount, no path and
no command is guessed: --todo leaves a comment there. Comments, order, quotes, anchors and line endings stay as they are.

A file that cannot be read as YAML, such as a Helm template, is left as it is: fix its values, or what it renders to. So is a
value that comes from an anchor, where what refers to that would change as well; a sentence says so.`;

/** Adds `gracegate fix` to the command line. */
export function addFix(program: Command, streams: Streams, finish: (code: number) => void): void {
  program
    .command('fix')
    .description('write into manifests what can be fixed, in place')
    .argument('[file...]', 'manifests, as --file')
    .option(
      '-f, --file <FILE|DIR|->',
      'manifests; may be given several times; - reads standard input and writes standard output',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .option('--diff', 'print what would be written as a unified diff, and write nothing', false)
    .option('--check <ID,...>', 'only what mends these checks', list)
    .option(
      '--profile <NAME>',
      'the profile whose checks are satisfied and whose mutations are written',
      'baseline',
    )
    .option('--mutate <NAME|off>', 'write the mutations of this profile instead, or none')
    .option('--todo', 'leave a comment where only the author knows what to write', false)
    .option('--config <FILE>', 'GracegateConfiguration with more profiles')
    .option('-n, --namespace <NAME>', 'the namespace of objects that do not say (default: default)')
    .addHelpText('after', help)
    .action(async (files: string[], { file = [], check, ...flags }: FixFlags) => {
      endBySignal();
      const sources = [...file, ...files];
      if (sources.length === 0) throw new UserError('say what to fix: -f FILE');
      const { fixCommand } = await import('./fix.ts');
      finish(await fixCommand({ ...flags, sources, checks: check }, streams));
    });
}
