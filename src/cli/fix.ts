import type { Configuration } from '../config/configuration.ts';
import { unifiedDiff } from '../fix/diff.ts';
import { fixTexts, type FixedText, type Report } from '../fix/fix-texts.ts';
import { readSources, writeFixed } from './fix-files.ts';
import type { ManifestError } from '../manifests/manifest.ts';
import type { MutationSettings } from '../policy/mutation.ts';
import type { Profile } from '../policy/profile.ts';
import { visibleLine } from '../policy/visible.ts';
import { fieldPath } from '../policy/words.ts';
import { counted } from '../report/naming.ts';
import type { Streams } from './audit.ts';
import { exitCode } from './errors.ts';
import { loadConfiguration } from './load-configuration.ts';
import { profileNamed, selectedChecks } from './selection.ts';

export interface FixCommandOptions {
  readonly sources: readonly string[];
  readonly profile: string;
  /** The profile whose mutations are written; `off` for none. */
  readonly mutate?: string | undefined;
  readonly checks?: readonly string[] | undefined;
  readonly config?: string | undefined;
  readonly namespace?: string | undefined;
  /** Show what would be written instead of writing it. */
  readonly diff: boolean;
  readonly todo: boolean;
}

/**
 * `gracegate fix`: writes into manifests what can be fixed. Returns the exit code: 0 nothing is left to fix, 1 something is
 * (with `--diff` what it shows), 2 something could not be read or written.
 */
export async function fixCommand(options: FixCommandOptions, streams: Streams): Promise<number> {
  const configuration = await loadConfiguration(options.config);
  const profile = profileNamed(options.profile, configuration, '--profile');
  const { texts, errors } = await readSources(options.sources, streams.stdin);
  const fixed = fixTexts(texts, {
    configuration,
    profile,
    mutations: mutationsOf(options.mutate, profile, configuration),
    checks: selectedChecks(options.checks),
    namespace: options.namespace ?? 'default',
    todo: options.todo,
  });
  const unwritten = options.diff ? [] : await writeFixed(fixed);
  for (const { file, before, after } of fixed) {
    if (options.diff) streams.stdout.write(unifiedDiff(file, before, after));
    else if (file === '-') streams.stdout.write(after);
  }
  const problems = [...errors, ...fixed.flatMap((one) => one.errors), ...unwritten];
  const failed = new Set(unwritten.map(({ file }) => file));
  report(
    fixed.map((one) => (failed.has(one.file) ? asItWas(one) : one)),
    problems,
    options.diff,
    streams,
  );
  if (problems.length > 0) return exitCode.error;
  const isLeft = fixed.some(({ reports }) => reports.some(({ refused }) => refused !== undefined));
  const isShown = options.diff && fixed.some(({ before, after }) => before !== after);
  return isLeft || isShown ? exitCode.findings : exitCode.clean;
}

/** Of a file that could not be written nothing was done. */
function asItWas(one: FixedText): FixedText {
  return { ...one, after: one.before, reports: [] };
}

/** On the error stream, because the other one may carry a manifest. */
function report(
  fixed: readonly FixedText[],
  problems: readonly ManifestError[],
  isDryRun: boolean,
  { stderr }: Streams,
): void {
  for (const { file, reports } of fixed) {
    for (const one of reports) stderr.write(`${visibleLine(lineOf(file, one))}\n`);
  }
  for (const { file, line, message } of problems) {
    const place = `${file}${line === undefined ? '' : `:${line}`}`;
    stderr.write(`${visibleLine(`gracegate: ${place}: ${message}`)}\n`);
  }
  const changed = fixed.filter(({ before, after }) => before !== after).length;
  const verb = isDryRun ? 'would change' : 'changed';
  stderr.write(`${verb} ${changed} of ${counted(fixed.length, 'file')}\n`);
  const left = fixed.reduce((sum, one) => sum + one.left, 0);
  if (left > 0) stderr.write(`left to you: ${counted(left, 'violation')}; gracegate audit shows what\n`);
}

/** `web.yaml:1: Deployment shop/web: spec.terminationGracePeriodSeconds: 45 [grace-period]`. */
function lineOf(file: string, { line, source, object, path, value, by, refused }: Report): string {
  const template = source === undefined ? '' : ` (${source})`;
  const place = `${file}${line === undefined ? '' : `:${line}`}${template}: ${object}`;
  const what = `${fieldPath(path)}: ${JSON.stringify(value)} [${by}]`;
  return refused === undefined
    ? `${place}: ${what}`
    : `gracegate: ${place}: not written: ${what}; ${refused}`;
}

function mutationsOf(
  name: string | undefined,
  profile: Profile,
  configuration: Configuration,
): MutationSettings | undefined {
  if (name === undefined) return profile.mutations;
  return name === 'off' ? undefined : profileNamed(name, configuration, '--mutate').mutations;
}
