import type { Readable, Writable } from 'node:stream';
import { audit } from '../audit/audit.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ManifestError } from '../manifests/parse.ts';
import { readManifests } from '../manifests/read.ts';
import { checks } from '../policy/checks/registry.ts';
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
  readonly namespace: string;
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
  const { manifests, errors } = await readManifests(options.sources, streams.stdin);
  const result = audit(manifests, {
    configuration,
    profile,
    mutateProfile,
    checks: selectedChecks(options.checks),
    namespace: options.namespace,
  });
  const problems = [...errors, ...result.errors];
  const summary = summarize(result, errors.length);
  streams.stdout.write(
    options.output === 'json' ? jsonReport(result, summary) : tableReport(result, summary),
  );
  for (const problem of problems) streams.stderr.write(`gracegate: ${placed(problem)}\n`);
  if (problems.length > 0) return exitCode.error;
  return summary.deny + summary.warn > 0 ? exitCode.findings : exitCode.clean;
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
