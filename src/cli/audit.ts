import type { Readable, Writable } from 'node:stream';
import { systemNamespaces } from '../admission/labels.ts';
import { audit } from '../audit/audit.ts';
import { clusterItem, flatten, unknownAmong, type ManifestItem } from '../audit/objects.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ManifestError } from '../manifests/parse.ts';
import { readManifests } from '../manifests/read.ts';
import { checks } from '../policy/checks/registry.ts';
import type { RelatedKind } from '../policy/graph.ts';
import type { Profile } from '../policy/profile.ts';
import { jsonReport } from '../report/json.ts';
import { summarize } from '../report/summary.ts';
import { tableReport } from '../report/table.ts';
import { exitCode, UserError } from './errors.ts';
import { loadConfiguration } from './load-configuration.ts';

export const reportFormats = ['table', 'json'] as const;

export interface AuditCommandOptions {
  readonly sources: readonly string[];
  readonly profile: string;
  readonly mutate?: string | undefined;
  readonly checks?: readonly string[] | undefined;
  readonly config?: string | undefined;
  readonly cluster?: boolean | undefined;
  readonly kubeconfig?: string | undefined;
  readonly namespace?: string | undefined;
  /** The minor version to judge for, where there is no cluster to ask. */
  readonly kubernetesMinor?: number | undefined;
  readonly output: (typeof reportFormats)[number];
}

export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** `gracegate audit`: what would be refused. Returns the exit code: 0 clean, 1 findings, 2 something could not be read. */
export async function auditCommand(options: AuditCommandOptions, streams: Streams): Promise<number> {
  const configuration = await loadConfiguration(options.config);
  const profile = profileNamed(options.profile, configuration, '--profile');
  const mutateProfile =
    options.mutate === undefined ? undefined : profileNamed(options.mutate, configuration, '--mutate');
  const input =
    options.cluster === true
      ? await readCluster(options, configuration)
      : await readFiles(options.sources, streams.stdin);
  const result = audit(input.items, {
    configuration,
    profile,
    mutateProfile,
    checks: selectedChecks(options.checks),
    namespace: options.namespace ?? 'default',
    unknown: input.unknown,
    serverMinor: options.kubernetesMinor ?? input.serverMinor,
  });
  const summary = summarize(result, input.errors.length + input.unreadable.length);
  streams.stdout.write(
    options.output === 'json' ? jsonReport(result, summary) : tableReport(result, summary),
  );
  for (const problem of input.unreadable) streams.stderr.write(`gracegate: ${problem}\n`);
  const errors = [...input.errors, ...result.errors];
  for (const problem of errors) streams.stderr.write(`gracegate: ${placed(problem)}\n`);
  // What could not be read may hide anything, so this is not clean.
  if (errors.length > 0 || input.unreadable.length > 0) return exitCode.error;
  return summary.deny + summary.warn > 0 ? exitCode.findings : exitCode.clean;
}

/** What is audited, wherever it comes from. */
interface Input {
  readonly items: readonly ManifestItem[];
  readonly unknown: ReadonlySet<RelatedKind>;
  /** Documents that could not be read. */
  readonly errors: readonly ManifestError[];
  /** Kinds that could not be read. */
  readonly unreadable: readonly string[];
  readonly serverMinor?: number | undefined;
}

async function readFiles(sources: readonly string[], stdin: Readable): Promise<Input> {
  const { manifests, errors } = await readManifests(sources, stdin);
  const items = manifests.flatMap(flatten);
  return { items, unknown: unknownAmong(items), errors, unreadable: [] };
}

async function readCluster(
  { kubeconfig, namespace }: AuditCommandOptions,
  { workloads, exemptions }: Configuration,
): Promise<Input> {
  const [{ connectAsUser }, { takeSnapshot }, { readServerMinor }] = await Promise.all([
    import('../kube/cluster.ts'),
    import('../kube/snapshot.ts'),
    import('../kube/server-version.ts'),
  ]);
  const client = connectAsUser(kubeconfig);
  if (client === undefined)
    throw new UserError('there is no cluster to audit: give --kubeconfig FILE, or set KUBECONFIG');
  const [{ objects, unknown, problems }, serverMinor] = await Promise.all([
    takeSnapshot(client, {
      namespace,
      without: [...systemNamespaces, ...exemptions.namespaces],
      workloads,
    }),
    // Who may not ask for the version gets the newest; how to judge for another says --kubernetes-version.
    readServerMinor(client).catch(() => undefined),
  ]);
  return { items: objects.map(clusterItem), unknown, errors: [], unreadable: problems, serverMinor };
}

function profileNamed(name: string, { profiles }: Configuration, flag: string): Profile {
  const profile = profiles.get(name);
  if (profile === undefined)
    throw new UserError(`${flag}: there is no profile ${name}; known are ${[...profiles.keys()].join(', ')}`);
  return profile;
}

function selectedChecks(ids: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (ids === undefined) return undefined;
  const known = checks.map(({ id }) => id);
  for (const id of ids) {
    if (!known.includes(id))
      throw new UserError(`--check: there is no check ${id}; known are ${known.join(', ')}`);
  }
  return new Set(ids);
}

function placed({ file, line, message }: ManifestError): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}`;
}
