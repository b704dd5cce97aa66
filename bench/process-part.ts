/** Start and memory of the bundle as it is shipped. */
import type { ControlPlane } from '../test/cluster/control-plane.ts';
import { createRun, type Run } from '../test/cluster/run.ts';
import { checkCase, prepareCases, requireNoFailures } from './cases.ts';
import { createNamespace } from './kube-objects.ts';
import { shop, writeNamespaces } from './namespace.ts';
import type { Extent } from './options.ts';
import { residentMegabytes } from './process-usage.ts';
import { show, table, verdict } from './report.ts';
import {
  issueCertificates,
  startGracegate,
  type Certificates,
  type Gracegate,
  type Source,
} from './servers.ts';
import { median, withSpread } from './statistics.ts';
import { connections, load } from './wrk.ts';

interface Targets {
  readonly megabytes: number;
  readonly readyMs: number;
}

const withoutCluster: Targets = { megabytes: 100, readyMs: 400 };
const withCluster: Targets = { megabytes: 120, readyMs: 1000 };

interface Footprint {
  /** From the start of the process to the first 200 of /readyz, once for each start. */
  readonly readyMs: readonly number[];
  readonly idleMegabytes: number;
  readonly loadedMegabytes: number;
  readonly reviews: number;
}

/** Measures with namespaces from a file, and then with those of the control plane. */
export async function measureProcess(
  bundle: string,
  extent: Extent,
  controlPlane: ControlPlane,
): Promise<void> {
  const run = await createRun();
  try {
    const certificates = await issueCertificates(bundle, run);
    const namespaces = await writeNamespaces(run.directory.path);
    await createNamespace(controlPlane, shop);
    const start = (source: Source) => () => startGracegate(run, bundle, certificates, source);
    const { kubeconfig } = controlPlane;
    report([
      ['without a cluster', withoutCluster, await measure(start({ namespaces }), run, certificates, extent)],
      ['with a cluster', withCluster, await measure(start({ kubeconfig }), run, certificates, extent)],
    ]);
  } finally {
    await run.stop({ keepLogs: false });
  }
}

async function measure(
  start: () => Promise<Gracegate>,
  run: Run,
  { ca }: Certificates,
  { rounds, loadSeconds }: Extent,
): Promise<Footprint> {
  const readyMs: number[] = [];
  for (let round = 1; round < rounds; round += 1) {
    const started = await start();
    readyMs.push(started.readyMs);
    await started.stop();
  }
  const server = await start();
  readyMs.push(server.readyMs);
  const idleMegabytes = await residentMegabytes(server.pid);
  let reviews = 0;
  for (const one of await prepareCases(run.directory.path)) {
    await checkCase(server.url, ca, one);
    reviews += (await load(server.url + one.path, one.bodyFile, loadSeconds)).requests;
  }
  await requireNoFailures(server);
  const loadedMegabytes = await residentMegabytes(server.pid);
  await server.stop();
  return { readyMs, idleMegabytes, loadedMegabytes, reviews };
}

function report(results: readonly (readonly [string, Targets, Footprint])[]): void {
  show(
    '',
    `Process: as shipped, RSS after reviews of all four cases at ${connections} connections`,
    table(
      ['', 'start to ready ms', 'target', 'RSS idle MB', 'RSS after MB', 'reviews', 'target'],
      results.map(([name, targets, footprint]) => [
        name,
        withSpread(footprint.readyMs, 0),
        verdict(`< ${targets.readyMs} ms`, median(footprint.readyMs) < targets.readyMs),
        footprint.idleMegabytes.toFixed(1),
        footprint.loadedMegabytes.toFixed(1),
        String(footprint.reviews),
        verdict(`< ${targets.megabytes} MB`, footprint.loadedMegabytes < targets.megabytes),
      ]),
    ),
  );
}
