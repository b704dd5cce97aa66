/** `audit` of a folder: side by side with kube-score on the same files, how it grows, and what memory it needs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checks } from '../../src/policy/checks/registry.ts';
import { show, table, verdict } from '../report.ts';
import { median, withSpread } from '../statistics.ts';
import { writeCorpus, type Beside } from './corpus.ts';
import { kubeScore, kubeScoreVersion } from './kube-score.ts';
import { measure, type Taken } from './measure.ts';

const target = 10_000;
const sizes = [1000, target, 100_000];

export interface AuditExtent {
  readonly rounds: number;
  /** Whether the largest corpus, which takes a minute, is measured as well. */
  readonly isFull: boolean;
}

/** Those that look at no other object; without them nothing is kept. */
export const alone = checks.filter(({ needs = [], judges }) => needs.length === 0 && judges === 'workloads');

export async function measureAudit(bundle: string, extent: AuditExtent): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gracegate-bench-'));
  try {
    await compare(bundle, folder, extent.rounds);
    await grow(bundle, folder, extent);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In turns, because a machine is not the same from one minute to the next. */
async function compare(bundle: string, folder: string, rounds: number): Promise<void> {
  const files = await writeCorpus(folder, target);
  const other = await kubeScore().catch((error: Error) => {
    show(`audit: kube-score cannot be built, so there is nothing to compare with: ${error.message}`);
    return undefined;
  });
  const ours: Taken[] = [];
  const theirs: Taken[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await auditOnce(bundle, folder));
    if (other !== undefined) theirs.push(await measure(other, ['score', '-o', 'json', ...files]));
  }
  const rows = [row('gracegate audit', ours)];
  if (theirs.length > 0) rows.push(row(`kube-score ${kubeScoreVersion}`, theirs));
  show('', `audit of ${target} Deployments in ${files.length} files, -o json`);
  show(table(['', 'seconds', 'peak MB'], rows));
  if (theirs.length === 0) return;
  const ratios = ours.map(({ seconds }, round) => seconds / (theirs[round]?.seconds ?? Number.NaN));
  const memory = ours.map(
    ({ peakMegabytes }, round) => peakMegabytes / (theirs[round]?.peakMegabytes ?? Number.NaN),
  );
  show(
    `time against kube-score: ${withSpread(ratios, 2)}: ${verdict('at most 1.00', median(ratios) <= 1)}`,
    `memory against kube-score: ${withSpread(memory, 2)}`,
  );
}

interface Growth {
  readonly name: string;
  readonly beside: Beside;
  readonly args: readonly string[];
  /** Objects that are judged, for each Deployment. */
  readonly objects: number;
}

const growths: readonly Growth[] = [
  {
    name: 'checks of single objects',
    beside: 'nothing',
    args: ['--check', alone.map(({ id }) => id).join(',')],
    objects: 1,
  },
  { name: 'all checks', beside: 'nothing', args: [], objects: 1 },
  { name: 'all checks, a budget for each', beside: 'budgets', args: [], objects: 2 },
];

async function grow(bundle: string, folder: string, { isFull }: AuditExtent): Promise<void> {
  const rows: string[][] = [];
  for (const { name, beside, args, objects } of growths) {
    const taken: [count: number, taken: Taken][] = [];
    for (const count of isFull ? sizes : sizes.slice(0, 2)) {
      await writeCorpus(folder, count, beside);
      taken.push([count, await auditOnce(bundle, folder, args)]);
    }
    for (const [index, [count, now]] of taken.entries()) {
      const before = taken[index - 1];
      rows.push([
        `${name}, ${count}`,
        now.seconds.toFixed(1),
        now.peakMegabytes.toFixed(0),
        before === undefined ? '' : exponent(before, [count, now]).toFixed(2),
        before === undefined ? '' : kilobytesEach(before, [count, now], objects).toFixed(2),
      ]);
    }
  }
  show('', 'how it grows: the exponent of the time, and the memory that each object more takes');
  show(table(['', 'seconds', 'peak MB', 'exponent', 'kB/object'], rows));
}

type Step = readonly [count: number, taken: Taken];

/** 1 where twice as much takes twice as long. The start of the process makes it smaller among few objects. */
function exponent([fewer, before]: Step, [more, now]: Step): number {
  return Math.log(now.seconds / before.seconds) / Math.log(more / fewer);
}

function kilobytesEach([fewer, before]: Step, [more, now]: Step, objects: number): number {
  return ((now.peakMegabytes - before.peakMegabytes) * 1000) / ((more - fewer) * objects);
}

async function auditOnce(bundle: string, folder: string, args: readonly string[] = []): Promise<Taken> {
  return measure(process.execPath, [bundle, 'audit', '-f', folder, '-o', 'json', ...args]);
}

function row(name: string, taken: readonly Taken[]): string[] {
  return [
    name,
    withSpread(
      taken.map(({ seconds }) => seconds),
      2,
    ),
    withSpread(
      taken.map(({ peakMegabytes }) => peakMegabytes),
      0,
    ),
  ];
}
