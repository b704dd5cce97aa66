import type { Profile } from '../policy/profile.ts';
import type { WorkloadTable } from '../policy/objects/workload-kinds.ts';
import type { DefaultsSpec, Exemptions } from './spec.ts';

/** A configuration ready for use. Nothing in it changes; a reload makes a new one. */
export interface Configuration {
  readonly defaults: DefaultsSpec;
  readonly exemptions: Exemptions;
  /** By name, the built-in ones included. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** What counts as a workload. */
  readonly workloads: WorkloadTable;
}

/** Something wrong in a configuration. */
export interface ConfigurationProblem {
  /** For example `['profiles', 'team', 'checks']`; empty for the document as a whole. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** 1-based, where the configuration came from a file. */
  readonly line?: number;
}

/** A configuration that cannot be used, with everything that is wrong in it. */
export class ConfigurationError extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(file: string, problems: readonly ConfigurationProblem[]) {
    super(problems.map((problem) => describe(file, problem)).join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

function describe(file: string, { path, message, line }: ConfigurationProblem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return path.length === 0 ? `${place}: ${message}` : `${place}: ${path.join('.')}: ${message}`;
}
