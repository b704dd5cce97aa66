/** CPU time per review and reviews per second, of Gracegate and of the bare server, in turns. */
import { createRun } from '../test/cluster/run.ts';
import { checkCase, prepareCases, requireNoFailures, type Case } from './cases.ts';
import { writeNamespaces } from './namespace.ts';
import type { Extent } from './options.ts';
import { cpuMicroseconds } from './process-usage.ts';
import { show, table, verdict } from './report.ts';
import { issueCertificates, startBareServer, startGracegate, type Server } from './servers.ts';
import { median, withSpread } from './statistics.ts';
import { connections, load } from './wrk.ts';

const maxRatio = 1.25;
/** Cores. Below this the server was not what limited the run: something else took its time. */
const minBusy = 0.9;

interface Measured {
  /** CPU time per request, in microseconds. */
  readonly cpu: number;
  readonly perSecond: number;
  /** CPU time per second of the run: about 1 says that the server was the limit, and not the load generator. */
  readonly busy: number;
}

interface CaseResult {
  readonly name: string;
  /** One of each for each round. */
  readonly bare: readonly Measured[];
  readonly ours: readonly Measured[];
}

export async function measureServer(bundle: string, extent: Extent): Promise<void> {
  const run = await createRun();
  try {
    const certificates = await issueCertificates(bundle, run);
    const namespaces = await writeNamespaces(run.directory.path);
    const bare = await startBareServer(run, certificates);
    const ours = await startGracegate(run, bundle, certificates, { namespaces });
    const results: CaseResult[] = [];
    for (const one of await prepareCases(run.directory.path)) {
      await checkCase(ours.url, certificates.ca, one);
      results.push(await measureCase(one, bare, ours, extent));
    }
    await requireNoFailures(ours);
    report(results, extent);
  } finally {
    await run.stop({ keepLogs: false });
  }
}

async function measureCase(one: Case, bare: Server, ours: Server, extent: Extent): Promise<CaseResult> {
  const result = { name: one.name, bare: [] as Measured[], ours: [] as Measured[] };
  for (const server of [bare, ours]) await load(server.url + one.path, one.bodyFile, extent.warmUpSeconds);
  for (let round = 0; round < extent.rounds; round += 1) {
    result.bare.push(await measure(bare, one, extent));
    result.ours.push(await measure(ours, one, extent));
  }
  return result;
}

async function measure({ url, pid }: Server, one: Case, { loadSeconds }: Extent): Promise<Measured> {
  const before = await cpuMicroseconds(pid);
  const { requests, perSecond } = await load(url + one.path, one.bodyFile, loadSeconds);
  const cpu = ((await cpuMicroseconds(pid)) - before) / requests;
  return { cpu, perSecond, busy: (cpu * perSecond) / 1e6 };
}

function report(results: readonly CaseResult[], { rounds, loadSeconds }: Extent): void {
  show(
    '',
    `Server: CPU per review against a bare node:https server, ${connections} connections, ${rounds} rounds of ${loadSeconds} s`,
    table(
      [
        'case',
        'bare us',
        'gracegate us',
        'ratio (min..max)',
        'bare req/s',
        'gracegate req/s',
        'busy',
        'target',
      ],
      results.map(row),
    ),
    'us: CPU time of the process per request, median of the rounds. ratio: median of the ratios of each round.',
    'busy: cores that Gracegate kept busy. Its log goes to a file, one line for each refusal.',
  );
  if (results.some(({ ours, bare }) => Math.min(medianOf(ours, 'busy'), medianOf(bare, 'busy')) < minBusy))
    show(
      'A server did not have a core to itself: the machine did something else, and the numbers are rough.',
    );
}

function row({ name, bare, ours }: CaseResult): string[] {
  const ratios = ours.map(({ cpu }, round) => cpu / (bare[round]?.cpu ?? Number.NaN));
  return [
    name,
    medianOf(bare, 'cpu').toFixed(1),
    medianOf(ours, 'cpu').toFixed(1),
    withSpread(ratios, 2),
    medianOf(bare, 'perSecond').toFixed(0),
    medianOf(ours, 'perSecond').toFixed(0),
    medianOf(ours, 'busy').toFixed(2),
    verdict(`<= ${maxRatio}`, median(ratios) <= maxRatio),
  ];
}

function medianOf(measured: readonly Measured[], field: keyof Measured): number {
  return median(measured.map((one) => one[field]));
}
