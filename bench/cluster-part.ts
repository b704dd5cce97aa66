/** How much longer creating a pod takes on a real API server: with Gracegate, with the built-in policies, with neither. */
import type { ControlPlane } from '../test/cluster/control-plane.ts';
import { createRun } from '../test/cluster/run.ts';
import type { Extent } from './options.ts';
import { goodPod } from './pods.ts';
import { show, table, verdict } from './report.ts';
import { dryRunCreate, installSetUps, setUpNames, type SetUp, type SetUpName } from './set-ups.ts';
import { median, quantile, withSpread } from './statistics.ts';

/** Milliseconds of every create, by set-up and round. */
type Latencies = ReadonlyMap<SetUpName, readonly (readonly number[])[]>;

const warmUpCreates = 50;
/** The set-ups take turns this often: short enough that a busy moment of the machine meets all of them. */
const blockCreates = 10;

export async function measureCluster(
  bundle: string,
  extent: Extent,
  controlPlane: ControlPlane,
): Promise<void> {
  const run = await createRun();
  try {
    const setUps = await installSetUps(controlPlane, run, bundle);
    report(await measure(controlPlane, setUps, extent), controlPlane.version, extent);
  } finally {
    await run.stop({ keepLogs: false });
  }
}

async function measure(
  controlPlane: ControlPlane,
  setUps: readonly SetUp[],
  { rounds, creates }: Extent,
): Promise<Latencies> {
  const pod = JSON.stringify(await goodPod());
  const latencies = new Map(setUps.map(({ name }) => [name, [] as number[][]]));
  for (const setUp of setUps) await createMany(controlPlane, setUp, pod, warmUpCreates);
  for (let round = 0; round < rounds; round += 1) {
    const ofRound = new Map(setUps.map(({ name }) => [name, [] as number[]]));
    for (let block = 0; block * blockCreates < creates; block += 1) {
      // Each block begins with another set-up, so that none always follows the same one.
      const turn = block % setUps.length;
      for (const setUp of [...setUps.slice(turn), ...setUps.slice(0, turn)]) {
        ofRound.get(setUp.name)?.push(...(await createMany(controlPlane, setUp, pod, blockCreates)));
      }
    }
    for (const [name, milliseconds] of ofRound) latencies.get(name)?.push(milliseconds);
  }
  return latencies;
}

/** One after another over one connection that is kept open. */
async function createMany(
  controlPlane: ControlPlane,
  { name, namespace }: SetUp,
  pod: string,
  count: number,
): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let created = 0; created < count; created += 1) {
    const started = performance.now();
    const passed = await dryRunCreate(controlPlane, namespace, pod);
    milliseconds.push(performance.now() - started);
    if (passed === undefined) throw new Error(`${name}: a pod was refused that should pass`);
  }
  return milliseconds;
}

function report(latencies: Latencies, version: string, { rounds, creates }: Extent): void {
  const roundsOf = (name: SetUpName): readonly (readonly number[])[] => latencies.get(name) ?? [];
  const none = roundsOf('none').map(median);
  /** Over the set-up without anything, round by round, so that a slow phase of the machine counts for both. */
  const added = (name: SetUpName): number[] =>
    roundsOf(name).map((round, index) => median(round) - (none[index] ?? Number.NaN));
  const isFaster = median(added('gracegate')) < median(added('policies'));
  show(
    '',
    `Cluster: dry-run creates of a pod on Kubernetes ${version}, one after another, ${rounds} rounds of ${creates}`,
    table(
      ['set-up', 'median ms', 'p95 ms', 'added ms (min..max)', 'target'],
      setUpNames.map((name) => [
        name,
        median(roundsOf(name).flat()).toFixed(2),
        quantile(roundsOf(name).flat(), 0.95).toFixed(2),
        name === 'none' ? '' : withSpread(added(name), 2),
        name === 'gracegate' ? verdict('< policies', isFaster) : '',
      ]),
    ),
    'added: median of a round less that of the same round without anything; median of the rounds.',
    'gracegate: mutate and enforce baseline. policies: the same rules, two validating and one mutating policy.',
    'empty webhooks: one mutating and one validating, answered by the bare server.',
  );
}
