/** The program that `run.test.ts` kills: owns a run with one process that would go on for minutes. */
import { createRun } from '../../cluster/run.ts';

const run = await createRun();
const child = await run.start({
  name: 'child',
  command: 'sh',
  args: ['-c', 'trap "" TERM; while :; do sleep 0.1; done', run.directory.path],
});
process.stdout.write(`${JSON.stringify({ path: run.directory.path, pid: child.pid })}\n`);
