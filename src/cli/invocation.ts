import { basename } from 'node:path';

/** What an installation links to the program; kubectl finds the last two by their names. */
const names = { plugin: 'kubectl-gracegate', pluginCompletion: 'kubectl_complete-gracegate' } as const;

export interface Invocation {
  /** As a user types it, for help: `gracegate` or `kubectl gracegate`. */
  readonly name: string;
  readonly argv: readonly string[];
}

/**
 * The program goes by the name that it was called by. kubectl runs `kubectl_complete-gracegate` with the words of the line
 * to complete: https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/#shell-completion-for-plugins
 * @param path of the program, as process.argv[1] has it
 */
export function invocation(path: string | undefined, argv: readonly string[]): Invocation {
  // Windows links through files such as kubectl-gracegate.cmd, which run the program by its own name.
  const called = basename(path ?? '');
  if (called === names.pluginCompletion)
    return { name: 'kubectl gracegate', argv: ['complete', '--', ...argv] };
  return { name: called === names.plugin ? 'kubectl gracegate' : 'gracegate', argv };
}
