/** `npm run bench`: ratios against a bare server and against the built-in policies, side by side. See CONTRIBUTING.md. */
import { resolve } from 'node:path';
import { runOrThrow } from '../test/cluster/command.ts';
import { startControlPlane } from '../test/cluster/control-plane.ts';
import { measureClusterAudit } from './audit/cluster.ts';
import { measureAudit } from './audit/part.ts';
import { measureCluster } from './cluster-part.ts';
import { machineFacts } from './machine.ts';
import { readOptions, usage, type Options } from './options.ts';
import { measureProcess } from './process-part.ts';
import { show } from './report.ts';
import { measureServer } from './server-part.ts';
import { wrkVersion } from './wrk.ts';

const buildTimeoutMs = 120_000;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  let options: Options | 'help';
  try {
    options = readOptions(argv);
  } catch (error) {
    return fail(error, usage);
  }
  if (options === 'help') {
    show(usage);
    return 0;
  }
  try {
    await bench(options);
    return 0;
  } catch (error) {
    return fail(error);
  }
}

async function bench({ parts, extent, bundle: given }: Options): Promise<void> {
  const needsWrk = parts.has('server') || parts.has('process');
  const wrk = needsWrk ? [await wrkVersion()] : [];
  const bundle = resolve(given ?? 'dist/main.js');
  if (given === undefined)
    await runOrThrow('npm', ['run', 'build', '--silent'], { timeoutMs: buildTimeoutMs });
  show(machineFacts(), ...wrk);
  if (parts.has('audit')) await measureAudit(bundle, { rounds: extent.rounds, isFull: extent.largestCorpus });
  if (parts.has('server')) await measureServer(bundle, extent);
  if (!parts.has('process') && !parts.has('cluster') && !parts.has('audit-cluster')) return;
  const controlPlane = await startControlPlane();
  try {
    if (parts.has('process')) await measureProcess(bundle, extent, controlPlane);
    if (parts.has('cluster')) await measureCluster(bundle, extent, controlPlane);
    if (parts.has('audit-cluster')) await measureClusterAudit(bundle, extent, controlPlane);
  } finally {
    await controlPlane.stop();
  }
}

function fail(error: unknown, help = ''): number {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n${help}`);
  return 1;
}
