import { parseArgs } from 'node:util';

const allParts = ['audit', 'server', 'process', 'cluster', 'audit-cluster'] as const;
type Part = (typeof allParts)[number];

/** How much is measured. */
export interface Extent {
  /** Measurements of each thing, alternating with what it is compared to. */
  readonly rounds: number;
  /** Seconds of one run of the load generator. */
  readonly loadSeconds: number;
  /** Seconds of load before anything is measured: until the hot path is compiled. */
  readonly warmUpSeconds: number;
  /** Dry-run creates of one round, a multiple of ten. */
  readonly creates: number;
  /** Whether the audit is also measured on what takes it a minute. */
  readonly largestCorpus: boolean;
}

export interface Options {
  readonly parts: ReadonlySet<Part>;
  readonly extent: Extent;
  /** The bundle to measure; undefined for that of this source, which is built first. */
  readonly bundle: string | undefined;
}

const full: Extent = { rounds: 5, loadSeconds: 5, warmUpSeconds: 2, creates: 200, largestCorpus: true };
const quick: Extent = { rounds: 3, loadSeconds: 1, warmUpSeconds: 1, creates: 30, largestCorpus: false };

export const usage = `npm run bench -- [--quick] [--only ${allParts.join('|')}] [--bundle dist/main.js]

  --quick         short runs: to see that it works; the numbers are rough
  --only PART     audit: a folder of manifests, against kube-score; server: CPU per review against a bare server;
                  process: RSS and start; cluster: latency against the built-in policies; audit-cluster: what an audit of
                  10,000 Deployments on a cluster takes; may be given several times
  --bundle FILE   measure this bundle instead of building one: to compare two versions
`;

/** Reads the command line. Throws what the user must read. */
export function readOptions(argv: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      bundle: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const only = values.only ?? allParts;
  const unknown = only.find((name) => !isPart(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there are ${allParts.join(', ')}`);
  return {
    parts: new Set(only.filter(isPart)),
    extent: values.quick ? quick : full,
    bundle: values.bundle,
  };
}

function isPart(name: string): name is Part {
  return (allParts as readonly string[]).includes(name);
}
