import { run, type CommandResult } from '../../cluster/command.ts';

const install =
  'promtool is needed to test the alerts, and is not in PATH; on Debian and Ubuntu it comes with: apt-get install prometheus';

/** Runs promtool, which comes with Prometheus. Rejects with what to install where it is missing. */
export async function promtool(args: readonly string[], cwd: string): Promise<CommandResult> {
  try {
    return await run('promtool', args, { cwd, timeoutMs: 60_000 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Error(install, { cause: error });
    throw error;
  }
}
