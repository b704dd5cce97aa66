/** `audit --cluster` of thousands of Deployments on a real API server: against reading them with kubectl, and its memory. */
import { parse } from 'yaml';
import type { ControlPlane } from '../../test/cluster/control-plane.ts';
import { inParallel } from '../../test/e2e/support/parallel.ts';
import type { Extent } from '../options.ts';
import { show, table } from '../report.ts';
import { median, withSpread } from '../statistics.ts';
import { deployment, namespaces } from './corpus.ts';
import { measure, type Taken } from './measure.ts';
import { alone } from './part.ts';

/** The last shows whether memory goes on growing; it is left out of a quick run. */
const allSizes = [1000, 10_000, 30_000];
const createsAtOnce = 16;

interface Subject {
  readonly name: string;
  readonly command: readonly string[];
}

export async function measureClusterAudit(
  bundle: string,
  { rounds, largestCorpus }: Extent,
  controlPlane: ControlPlane,
): Promise<void> {
  const subjects = subjectsOf(bundle, controlPlane);
  const sizes = largestCorpus ? allSizes : allSizes.slice(0, 2);
  const taken = new Map<string, Taken[]>();
  let made = 0;
  for (const size of sizes) {
    await createDeployments(controlPlane, made, size);
    made = size;
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, command } of subjects) {
        const [program = '', ...args] = command;
        const key = `${name}, ${size}`;
        taken.set(key, [...(taken.get(key) ?? []), await measure(program, args)]);
      }
    }
  }
  report(subjects, sizes, taken, controlPlane.version);
}

function subjectsOf(bundle: string, { kubeconfig, coordinates: { kubectlBinary } }: ControlPlane): Subject[] {
  const audit = [process.execPath, bundle, 'audit', '--cluster', '--kubeconfig', kubeconfig, '-o', 'json'];
  const get = ['get', 'deployments', '--all-namespaces', '-o', 'json', '--chunk-size=500'];
  return [
    { name: 'kubectl get', command: [kubectlBinary, '--kubeconfig', kubeconfig, ...get] },
    { name: 'audit, all checks', command: audit },
    {
      name: 'audit, checks of single objects',
      command: [...audit, '--check', alone.map(({ id }) => id).join(',')],
    },
  ];
}

/** Paused, so that no controller makes ReplicaSets of them while something is measured. */
async function createDeployments({ request }: ControlPlane, from: number, to: number): Promise<void> {
  if (from === 0) {
    for (const name of namespaces)
      await request('POST', '/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
      });
  }
  const indexes = Array.from({ length: to - from }, (_, index) => from + index);
  await inParallel(indexes, createsAtOnce, async (index) => {
    const object = parse(deployment(index)) as { metadata: { namespace: string }; spec: { paused: boolean } };
    object.spec.paused = true;
    const path = `/apis/apps/v1/namespaces/${object.metadata.namespace}/deployments`;
    const { status, body } = await request('POST', path, object);
    if (status !== 201) throw new Error(`a Deployment is not accepted: ${JSON.stringify(body)}`);
  });
}

function report(
  subjects: readonly Subject[],
  sizes: readonly number[],
  taken: ReadonlyMap<string, readonly Taken[]>,
  version: string,
): void {
  const of = (name: string, size: number): readonly Taken[] => taken.get(`${name}, ${size}`) ?? [];
  const [reading] = subjects;
  const rows = subjects.flatMap(({ name }) =>
    sizes.map((size, index) => {
      const all = of(name, size);
      const ratios = all.map(
        ({ seconds }, round) => seconds / (of(reading?.name ?? '', size)[round]?.seconds ?? Number.NaN),
      );
      const fewer = sizes[index - 1];
      return [
        `${name}, ${size}`,
        median(all.map(({ seconds }) => seconds)).toFixed(1),
        withSpread(ratios, 2),
        peak(all).toFixed(0),
        fewer === undefined ? '' : kilobytesEach(peak(all) - peak(of(name, fewer)), size - fewer),
      ];
    }),
  );
  show('', `audit --cluster of Deployments on a real API server (${version}), -o json`);
  show(table(['', 'seconds', 'against kubectl get', 'peak MB', 'kB/object'], rows));
}

function kilobytesEach(megabytes: number, objects: number): string {
  return ((megabytes * 1000) / objects).toFixed(2);
}

function peak(taken: readonly Taken[]): number {
  return median(taken.map(({ peakMegabytes }) => peakMegabytes));
}
