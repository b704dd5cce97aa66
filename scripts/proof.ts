/**
 * `npm run proof`: the same application, rolled out under load on a real node without and with Gracegate. Prints what
 * happened and draws it into a page. Exits with 0 when requests were lost without Gracegate and none with it, with 1 when
 * this run does not show that, and with 2 when it could not be made. Ctrl-C ends and removes all of it.
 */
import { once } from 'node:events';
import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { missingForImage } from '../test/cluster/images/gracegate.ts';
import { startNode } from '../test/cluster/node/node.ts';
import { missingForNode } from '../test/cluster/node/requirements.ts';
import { note, withProgress } from '../test/cluster/progress.ts';
import { readOptions, USAGE, type Options } from './proof/options.ts';
import { pageOf, pictureOf } from './proof/page.ts';
import { isShown, summaryOf, type Proof } from './proof/proof.ts';
import { record } from './proof/record.ts';
import { numberTable } from './proof/table.ts';

const INTERRUPTED = 130;
const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(
  () => 'interrupted' as const,
);

try {
  const options = readOptions(process.argv.slice(2));
  process.exitCode = options === undefined ? help() : await prove(options);
} catch (error) {
  note(`proof: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
process.exit();

function help(): number {
  process.stdout.write(USAGE);
  return 0;
}

async function prove(options: Options): Promise<number> {
  const missing = [...new Set([...(await missingForNode()), ...missingForImage()])];
  if (missing.length > 0) {
    note(
      `proof: this machine cannot run a node; it has not:\n${missing.map((what) => `- ${what}`).join('\n')}`,
    );
    return 2;
  }
  for (const file of filesOf(options)) await mustBeWritable(dirname(file));
  // Half a node cannot be ended: an interruption is heard when it has been started.
  const node = await withProgress('Starting a node', () => startNode());
  let outcome: Proof | 'interrupted';
  try {
    outcome = await Promise.race([record(node, options.mode), interrupted]);
    if (outcome === 'interrupted') note('\nEnding ...');
  } finally {
    await node.stop();
  }
  if (outcome === 'interrupted') return INTERRUPTED;
  await write(outcome, options);
  return isShown(outcome) ? 0 : 1;
}

function filesOf({ output, picture }: Options): string[] {
  return picture === undefined ? [output] : [output, picture];
}

/** Asked before minutes of work and not after. */
async function mustBeWritable(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw new Error(`cannot write into the folder ${folder}; make it, or choose another`, { cause: error });
  });
}

async function write(proof: Proof, options: Options): Promise<void> {
  const { output, picture } = options;
  await writeFile(output, pageOf(proof));
  if (picture !== undefined) await writeFile(picture, `${pictureOf(proof).text}\n`);
  const doubt = isShown(proof) ? [] : ['This run does not show the promise; the page may show why.'];
  process.stdout.write(
    [
      numberTable(proof),
      ...summaryOf(proof),
      ...doubt,
      `Drawn in ${filesOf(options).join(' and ')}`,
      '',
    ].join('\n'),
  );
}
