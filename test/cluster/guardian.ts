/**
 * Outlives a run's owner by a moment: waits for the pipe from the owner to close, which the kernel does however the
 * owner ends (`kill -9` too), then ends what the run left. After an orderly stop there is nothing left to end.
 *
 * Started as a program of its own: `node guardian.ts <run directory>`.
 */
import { endRun } from './run-directory.ts';

const [, , path] = process.argv;
if (path === undefined) {
  throw new Error('usage: guardian.ts <run directory>');
}
for await (const _ of process.stdin);
await endRun(path);
