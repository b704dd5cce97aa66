/**
 * `npm run test:matrix [-- MINOR...]`: the end-to-end tests on each supported Kubernetes minor, one after another. The
 * numbers of all runs are added up in a last line. GRACEGATE_MATRIX_MINUTES ends it early, before a version that would
 * not fit, and says so.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { supportedReleases } from '../test/cluster/versions.ts';

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

const wanted = process.argv.slice(2);
const minors = supportedReleases()
  .map(({ minor }) => `1.${minor}`)
  .filter((minor) => wanted.length === 0 || wanted.includes(minor));
const unknown = wanted.filter((minor) => !minors.includes(minor));
if (unknown.length > 0) {
  process.stderr.write(`test:matrix: ${unknown.join(', ')} is not among the supported minors\n`);
  process.exit(2);
}
const minutes = Number(process.env['GRACEGATE_MATRIX_MINUTES'] ?? Number.POSITIVE_INFINITY);
const deadline = Date.now() + minutes * 60_000;
let [passed, failed] = [0, 0];
for (const minor of minors) {
  if (Date.now() > deadline) {
    process.stdout.write(`test:matrix: ${minor} was left out, ${minutes} minutes are over\n`);
    continue;
  }
  process.stdout.write(`test:matrix: Kubernetes ${minor}\n`);
  const counts = await runOn(minor);
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  process.stdout.write(
    `test:matrix: Kubernetes ${minor}: ${counts.numPassedTests} passed, ${counts.numFailedTests} failed\n`,
  );
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

async function runOn(minor: string): Promise<Counts> {
  const report = join(tmpdir(), `gracegate-matrix-${process.pid}-${minor}.json`);
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'e2e',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { stdio: 'inherit', env: { ...process.env, GRACEGATE_K8S: minor } },
  );
  const [code] = await once(child, 'exit');
  try {
    const counts = JSON.parse(await readFile(report, 'utf8')) as Counts;
    // A file that could not even start has no tests to fail; the exit code knows.
    return code !== 0 && counts.numFailedTests === 0 ? { ...counts, numFailedTests: 1 } : counts;
  } catch {
    return { numPassedTests: 0, numFailedTests: 1 };
  } finally {
    await rm(report, { force: true });
  }
}
