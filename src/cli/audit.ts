import type { Readable, Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import type { AuditOptions } from '../audit/audit.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ReportedError, ReportedObject, Reporter, ReportEnd } from '../report/report.ts';
import { visible } from '../policy/visible.ts';
import { reportedObject } from '../report/reported.ts';
import { Counter } from '../report/summary.ts';
import { Baseline, BaselineWriter, readBaseline } from './audit-baseline.ts';
import { reporterOf, type ReportFormat } from './audit-formats.ts';
import type { Tried } from './audit-cluster.ts';
import { auditSources } from './audit-input.ts';
import { ReportOutput } from './audit-output.ts';
import { auditOutputs } from './audit-outputs.ts';
import { openRecords, type AuditRecord } from './audit-records.ts';
import type { ObjectName } from './arguments.ts';
import { exitCode, userMessage } from './errors.ts';
import { loadConfiguration } from './load-configuration.ts';
import { packageInfo } from './package-info.ts';
import { openProgress, type Progress } from './progress.ts';
import { leftOutKinds, profileNamed, selectedChecks } from './selection.ts';

/** The least that makes an audit fail. */
export type FailOn = 'deny' | 'warn' | 'none';

export interface AuditCommandOptions {
  readonly sources: readonly string[];
  readonly profile: string;
  readonly mutate?: string | undefined;
  readonly checks?: readonly string[] | undefined;
  readonly config?: string | undefined;
  readonly cluster?: boolean | undefined;
  readonly kubeconfig?: string | undefined;
  readonly namespace?: string | undefined;
  /** Ask the API server about a pod of each workload. */
  readonly serverDryRun?: boolean | undefined;
  /** Kinds that are not read, as `secrets`. */
  readonly without?: readonly string[] | undefined;
  /** The minor version to judge for, where there is no cluster to ask. */
  readonly kubernetesMinor?: number | undefined;
  readonly output: ReportFormat;
  /** Where the report goes; standard output when undefined. */
  readonly outputFile?: string | undefined;
  readonly failOn: FailOn;
  /** Findings that are accepted. */
  readonly sinceBaseline?: string | undefined;
  /** Where to write what is accepted from now on. */
  readonly writeBaseline?: string | undefined;
  readonly writePolicyReports?: boolean | undefined;
  /** The ConfigMap that metrics are made of. */
  readonly writeMetrics?: ObjectName | undefined;
}

export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/**
 * Nearly all that an audit makes is garbage at once, and by default V8 lets it grow to four times what is held before it
 * looks: measured on 200,000 objects that are looked up by one another, this halves the memory for a fifth more time.
 */
const modestHeap = '--heap-growing-percent=50';

/** `gracegate audit`: what would be refused. Returns the exit code: 0 clean, 1 findings, 2 something could not be read. */
export async function auditCommand(options: AuditCommandOptions, streams: Streams): Promise<number> {
  setFlagsFromString(modestHeap);
  const configuration = await loadConfiguration(options.config);
  const auditOptions = auditOptionsOf(options, configuration);
  const outputs = await auditOutputs(options);
  const baseline =
    options.sinceBaseline === undefined ? undefined : await readBaseline(options.sinceBaseline);
  const written = options.writeBaseline === undefined ? undefined : new BaselineWriter(options.writeBaseline);
  const records = await openRecords(options, auditOptions.profile.name);
  const factory = await reporterOf(options.output);
  const output = new ReportOutput(streams.stdout, options.outputFile);
  const run = new Run(
    factory((text) => output.write(text)),
    baseline,
    written,
    records,
  );
  const progress = await openProgress(streams.stderr);
  try {
    for await (const one of auditedBy({ ...options, outputs }, auditOptions, streams, progress)) {
      run.add(one);
      await output.ready();
      await progress.breathe(`judged ${run.count}`);
    }
  } catch (error) {
    // A cluster that is lost midway must not cost what was judged before: half a document is none.
    const message = userMessage(error);
    if (message === undefined || run.count === 0) throw error;
    run.fail(message);
  } finally {
    progress.stop();
  }
  const end = run.end(auditOptions.profile.name);
  await output.end();
  for (const error of run.errors) streams.stderr.write(`gracegate: ${visible(placed(error))}\n`);
  const areWritten = await writeRecords(records, end, streams.stderr);
  // What could not be read may hide anything, so this is not clean, and nothing to be accepted.
  if (run.errors.length > 0 || !areWritten) return exitCode.error;
  if (baseline !== undefined && baseline.gone > 0)
    streams.stderr.write(`gracegate: ${goneSentence(baseline.gone, options.sinceBaseline)}\n`);
  if (written !== undefined) {
    const count = await written.write();
    streams.stderr.write(
      `gracegate: ${options.writeBaseline} accepts ${count} finding${count === 1 ? '' : 's'}\n`,
    );
    return exitCode.clean;
  }
  return fails(end.summary, options.failOn) ? exitCode.findings : exitCode.clean;
}

/** One that cannot be written costs none of the others. */
async function writeRecords(
  records: readonly AuditRecord[],
  end: ReportEnd,
  stderr: Writable,
): Promise<boolean> {
  let areWritten = true;
  for (const record of records) {
    try {
      stderr.write(`gracegate: ${await record.write(end)}\n`);
    } catch (error) {
      const message = userMessage(error);
      if (message === undefined) throw error;
      stderr.write(`gracegate: ${visible(message)}\n`);
      areWritten = false;
    }
  }
  return areWritten;
}

async function* auditedBy(
  options: AuditCommandOptions & { readonly outputs: ReadonlySet<string> },
  auditOptions: AuditOptions,
  { stdin }: Streams,
  progress: Progress,
): AsyncGenerator<Tried> {
  if (options.cluster !== true && options.serverDryRun !== true) {
    for await (const audited of auditSources(options.sources, stdin, auditOptions, options.outputs))
      yield { audited };
    return;
  }
  const { AuditedCluster } = await import('./audit-cluster.ts');
  const cluster = new AuditedCluster(options.kubeconfig, progress);
  const known = { ...auditOptions, serverMinor: auditOptions.serverMinor ?? (await cluster.serverMinor()) };
  const all =
    options.cluster === true
      ? cluster.audit(options.namespace, known)
      : auditSources(options.sources, stdin, known, options.outputs);
  if (options.serverDryRun === true) yield* cluster.tried(all);
  else for await (const audited of all) yield { audited };
}

/** Hands what is judged to the reporter, and holds nothing of it but numbers and errors. */
class Run {
  readonly errors: ReportedError[] = [];
  readonly #reporter: Reporter;
  readonly #baseline: Baseline | undefined;
  readonly #written: BaselineWriter | undefined;
  readonly #records: readonly AuditRecord[];
  readonly #counter = new Counter();
  readonly #problems = new Set<string>();

  constructor(
    reporter: Reporter,
    baseline: Baseline | undefined,
    written: BaselineWriter | undefined,
    records: readonly AuditRecord[],
  ) {
    this.#reporter = reporter;
    this.#baseline = baseline;
    this.#written = written;
    this.#records = records;
  }

  /** Objects so far. */
  get count(): number {
    return this.#counter.count;
  }

  add({ audited, trial }: Tried): void {
    if (typeof audited === 'string') {
      this.fail(audited);
    } else if ('message' in audited) {
      const { file, line, message } = audited;
      this.errors.push({ place: { file, ...(line !== undefined && { line }) }, message });
    } else {
      this.#addObject(reportedObject(audited, trial));
      if (trial?.outcome === 'unknown') this.fail(trial.problem);
    }
  }

  /** Something was not read or asked. What is the same for many objects is said once. */
  fail(message: string): void {
    if (this.#problems.has(message)) return;
    this.#problems.add(message);
    this.errors.push({ message });
  }

  #addObject(object: ReportedObject): void {
    this.#written?.add(object);
    const reported = this.#baseline?.without(object) ?? object;
    this.#counter.add(reported);
    this.#reporter.object(reported);
    for (const record of this.#records) record.object(reported);
  }

  end(profile: string): ReportEnd {
    const summary = this.#counter.summary(this.errors.length, this.#baseline?.count);
    const { version } = packageInfo();
    const end = { summary, errors: this.errors, profile, version, now: new Date() };
    this.#reporter.end(end);
    return end;
  }
}

function fails({ deny, warn }: ReportEnd['summary'], failOn: FailOn): boolean {
  if (failOn === 'none') return false;
  return deny + (failOn === 'warn' ? warn : 0) > 0;
}

function auditOptionsOf(options: AuditCommandOptions, configuration: Configuration): AuditOptions {
  const { mutate } = options;
  return {
    configuration,
    profile: profileNamed(options.profile, configuration, '--profile'),
    mutateProfile: mutate === undefined ? undefined : profileNamed(mutate, configuration, '--mutate'),
    checks: selectedChecks(options.checks),
    namespace: options.namespace ?? 'default',
    serverMinor: options.kubernetesMinor,
    withoutKinds: leftOutKinds(options.without),
    // Who names a namespace wants to hear of it.
    withoutNamespaces: new Set(
      configuration.exemptions.namespaces.filter((namespace) => namespace !== options.namespace),
    ),
  };
}

function placed({ place, message }: ReportedError): string {
  if (place === undefined) return message;
  return `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ${message}`;
}

function goneSentence(count: number, file = ''): string {
  const findings = count === 1 ? '1 finding' : `${count} findings`;
  return `${findings} that ${file} accepts ${count === 1 ? 'is' : 'are'} not there any more; --write-baseline ${file} forgets ${count === 1 ? 'it' : 'them'}`;
}
