import { parseManifests } from '../manifests/parse.ts';
import { ConfigurationError, type Configuration, type ConfigurationProblem } from './configuration.ts';
import { resolveProfiles } from './resolve.ts';
import { apiVersion, kind } from './schema.ts';
import { resolveWorkloads } from './workloads.ts';
import type { ConfigurationSpec, Mode } from './spec.ts';
import { schemaProblems } from './validate.ts';

/** What Gracegate does without a configuration file: the built-in profiles, no defaults, no exemptions. */
export function defaultConfiguration(): Configuration {
  return resolve({ apiVersion, kind }, 'built-in configuration');
}

/**
 * Reads a configuration from YAML or JSON. Throws ConfigurationError with every problem, its path and its line. It is
 * YAML 1.2, not what kubectl reads: `action: off` is the word and no boolean.
 * @param file how messages name the source
 */
export function parseConfiguration(text: string, file: string): Configuration {
  const { manifests, errors } = parseManifests(text, file, '1.2');
  const [document, second] = manifests;
  if (errors.length > 0)
    throw new ConfigurationError(
      file,
      errors.map((error) => ({ path: [], ...error })),
    );
  if (document === undefined)
    throw new ConfigurationError(file, [{ path: [], message: 'the file is empty' }]);
  if (second !== undefined) {
    const message = 'the file holds a second document; a configuration is one document';
    throw new ConfigurationError(file, [{ path: [], message, line: second.line }]);
  }
  const problems = schemaProblems(document.value).map((problem) => ({
    ...problem,
    line: document.lineAt(problem.path),
  }));
  if (problems.length > 0) throw new ConfigurationError(file, problems);
  return resolve(document.value as unknown as ConfigurationSpec, file, (path) => document.lineAt(path));
}

function resolve(
  spec: ConfigurationSpec,
  file: string,
  lineOf?: (path: ConfigurationProblem['path']) => number,
): Configuration {
  const problems: ConfigurationProblem[] = [];
  const workloads = resolveWorkloads(spec.workloads ?? [], problems);
  const profiles = resolveProfiles(spec.profiles ?? {}, workloads, problems);
  const defaults = spec.defaults ?? {};
  for (const mode of Object.keys(defaults) as Mode[]) {
    const name = defaults[mode] ?? '';
    if (!profiles.has(name))
      problems.push({ path: ['defaults', mode], message: `there is no profile ${name}` });
  }
  if (problems.length > 0) {
    throw new ConfigurationError(
      file,
      distinct(problems).map((problem) =>
        lineOf === undefined ? problem : { ...problem, line: lineOf(problem.path) },
      ),
    );
  }
  return Object.freeze({
    defaults: Object.freeze({ ...defaults }),
    exemptions: Object.freeze({
      usernames: [],
      groups: [],
      namespaces: [],
      runtimeClasses: [],
      ...spec.exemptions,
    }),
    profiles,
    workloads,
  });
}

/** A profile that several extend is resolved for each of them, and its problems are found each time. */
function distinct(problems: readonly ConfigurationProblem[]): ConfigurationProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
