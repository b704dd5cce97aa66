/** One run: its folder, its processes and its guardian, ended together. */
import { keepLogs } from './kept-logs.ts';
import { startGuardian, startProcess, type ManagedProcess, type ProcessSpec } from './process.ts';
import { note } from './progress.ts';
import { createRunDirectory, endRun, type RunDirectory } from './run-directory.ts';

const STOP_GRACE_MS = 3_000;

export interface Run {
  readonly directory: RunDirectory;
  start(spec: ProcessSpec): Promise<ManagedProcess>;
  /** Ends the processes, the last started first, and removes the folder. A second call waits for the first. */
  stop(options: { readonly keepLogs: boolean }): Promise<void>;
}

export async function createRun(): Promise<Run> {
  const directory = await createRunDirectory();
  const dismissGuardian = startGuardian(directory);
  const members: ManagedProcess[] = [];
  let stopped: Promise<void> | undefined;

  const stop = async (keep: boolean): Promise<void> => {
    for (const member of members.toReversed()) {
      await member.stop(STOP_GRACE_MS);
    }
    if (keep) {
      note(`The logs of this run are kept in ${await keepLogs(directory)}`);
    }
    await endRun(directory.path);
    await dismissGuardian();
  };

  return {
    directory,
    start: async (spec) => {
      const member = await startProcess(spec, directory);
      members.push(member);
      return member;
    },
    stop: (options) => (stopped ??= stop(options.keepLogs)),
  };
}
