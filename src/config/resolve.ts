import type { Check, ObjectCheck, ParameterValues, Parameters, WorkloadCheck } from '../policy/check.ts';
import { checks } from '../policy/checks/registry.ts';
import { containerMatcher } from '../policy/objects/container-matcher.ts';
import type { Json, JsonObject } from '../policy/json.ts';
import { matchesSelector, selectorProblem } from '../policy/objects/label-selector.ts';
import { limitRangeOf } from '../policy/resources/limit-range.ts';
import type { MutationSettings } from '../policy/mutation.ts';
import { mutations } from '../policy/mutations/registry.ts';
import type { CheckSetting, Profile } from '../policy/profile.ts';
import type { WorkloadTable } from '../policy/objects/workload-kinds.ts';
import { builtinProfiles, injectedContainers } from './builtin.ts';
import type { ConfigurationProblem } from './configuration.ts';
import { limitProblems } from './limits.ts';
import { stopProblems } from './stop.ts';
import type { CheckSpec, ContainerPatternsSpec, MutationSpec, ProfileSpec } from './spec.ts';

type ProfileSpecs = Readonly<Record<string, ProfileSpec>>;

/**
 * Turns the profiles as written, over the built-in ones, into profiles ready for use. Problems are added to the list.
 * @param workloads what checks of workloads may be narrowed to
 */
export function resolveProfiles(
  written: ProfileSpecs,
  workloads: WorkloadTable,
  problems: ConfigurationProblem[],
): Map<string, Profile> {
  const profiles = new Map<string, Profile>();
  for (const name of new Set([...Object.keys(builtinProfiles), ...Object.keys(written)])) {
    const spec = flatten(name, written, problems);
    if (spec !== undefined) profiles.set(name, resolveProfile(name, spec, workloads, problems));
  }
  return profiles;
}

/** Merges a profile with the one that it extends, and so on up. */
function flatten(
  name: string,
  written: ProfileSpecs,
  problems: ConfigurationProblem[],
  below: readonly string[] = [],
): ProfileSpec | undefined {
  const own = Object.hasOwn(written, name) ? written[name] : builtinProfiles[name];
  if (own?.extends === undefined) return own;
  const path = ['profiles', name, 'extends'];
  // A built-in profile may be refined under its own name.
  if (own.extends === name && Object.hasOwn(builtinProfiles, name))
    return merge(builtinProfiles[name] ?? {}, own);
  if (below.includes(own.extends) || own.extends === name) {
    problems.push({
      path,
      message: `profiles extend each other in a circle: ${[...below, name, own.extends].join(' -> ')}`,
    });
    return undefined;
  }
  if (!Object.hasOwn(written, own.extends) && !Object.hasOwn(builtinProfiles, own.extends)) {
    problems.push({ path, message: `there is no profile ${own.extends}` });
    return undefined;
  }
  const base = flatten(own.extends, written, problems, [...below, name]);
  return base === undefined ? undefined : merge(base, own);
}

/** The extending profile wins, field by field of each check and mutation; ignored containers add up. */
function merge(base: ProfileSpec, over: ProfileSpec): ProfileSpec {
  const ignoreContainers = mergePatterns(base.ignoreContainers, over.ignoreContainers);
  return {
    ...base,
    ...over,
    ...(ignoreContainers && { ignoreContainers }),
    mutations: mergeEach<MutationSpec>(base.mutations ?? {}, over.mutations ?? {}),
    checks: mergeEach<CheckSpec>(base.checks ?? {}, over.checks ?? {}),
  };
}

function mergeEach<T extends object>(base: Readonly<Record<string, T>>, over: Readonly<Record<string, T>>) {
  const merged: Record<string, T> = { ...base };
  for (const [id, spec] of Object.entries(over)) merged[id] = { ...base[id], ...spec };
  return merged;
}

function mergePatterns(
  base: ContainerPatternsSpec | undefined,
  over: ContainerPatternsSpec | undefined,
): ContainerPatternsSpec | undefined {
  if (base === undefined || over === undefined) return over ?? base;
  return {
    names: [...(base.names ?? []), ...(over.names ?? [])],
    images: [...(base.images ?? []), ...(over.images ?? [])],
  };
}

function resolveProfile(
  name: string,
  spec: ProfileSpec,
  workloads: WorkloadTable,
  problems: ConfigurationProblem[],
): Profile {
  const settings = resolveMutations(name, spec, problems);
  problems.push(...stopProblems(['profiles', name, 'mutations'], settings));
  const limits = settings['limit-range'];
  return Object.freeze({
    name,
    pods: spec.pods ?? 'deny',
    ignores: containerMatcher(spec.ignoreContainers ?? injectedContainers),
    workloadChecks: Object.freeze(resolveChecks(isWorkloadCheck, name, spec, workloads, problems)),
    objectChecks: Object.freeze(resolveChecks(isObjectCheck, name, spec, workloads, problems)),
    mutations: Object.freeze(settings),
    limits: limits === undefined ? [] : [limits],
  });
}

const isWorkloadCheck = (check: Check): check is WorkloadCheck => check.judges === 'workloads';
const isObjectCheck = (check: Check): check is ObjectCheck => check.judges !== 'workloads';

function resolveChecks<C extends Check>(
  isWanted: (check: Check) => check is C,
  name: string,
  spec: ProfileSpec,
  workloads: WorkloadTable,
  problems: ConfigurationProblem[],
): CheckSetting<C>[] {
  const settings: CheckSetting<C>[] = [];
  for (const check of checks.filter(isWanted)) {
    const written = spec.checks?.[check.id];
    if (written === undefined || written.action === 'off') continue;
    const { action, exemptible, ignoreContainers, kinds, selector, ...parameters } = written;
    const path = ['profiles', name, 'checks', check.id];
    if (action === undefined) {
      problems.push({
        path: [...path, 'action'],
        message: 'must be set: deny, warn or off',
      });
      continue;
    }
    for (const [field, message] of [
      ['kinds', kindsProblem(kinds, check, workloads)],
      ['selector', selectorProblem(selector)],
    ] as const) {
      if (message !== undefined) problems.push({ path: [...path, field], message });
    }
    settings.push({
      check,
      action,
      exemptible: exemptible ?? false,
      parameters: Object.freeze(withDefaults(check.parameters, parameters)),
      ignores: ignoreContainers === undefined ? undefined : containerMatcher(ignoreContainers),
      asks: whoIsAsked(kinds, selector),
    });
  }
  return settings;
}

/** What is wrong in `kinds`: a name that is none would narrow a check to nothing, and nobody would hear of it. */
function kindsProblem(
  kinds: readonly string[] = [],
  { judges }: Check,
  workloads: WorkloadTable,
): string | undefined {
  const known = new Set<string>(judges === 'workloads' ? workloads.kinds.map(({ kind }) => kind) : judges);
  const unknown = kinds.filter((kind) => !known.has(kind));
  if (unknown.length === 0) return undefined;
  return `this check does not judge ${unknown.join(', ')}; it judges ${[...known].join(', ')}`;
}

function whoIsAsked(
  kinds: readonly string[] | undefined,
  selector: JsonObject | undefined,
): CheckSetting['asks'] {
  if (kinds === undefined && selector === undefined) return undefined;
  return (kind, labels) =>
    (kinds === undefined || kinds.includes(kind)) &&
    (selector === undefined || matchesSelector(selector, labels));
}

function resolveMutations(
  name: string,
  spec: ProfileSpec,
  problems: ConfigurationProblem[],
): MutationSettings {
  const settings: Record<string, unknown> = {};
  for (const mutation of mutations) {
    const written = spec.mutations?.[mutation.id];
    if (written === undefined || written.enabled === false) continue;
    const { enabled: _, ...parameters } = written;
    if (mutation.id === 'limit-range') {
      const limits = (parameters['limits'] ?? []) as readonly Json[];
      problems.push(...limitProblems(['profiles', name, 'mutations', 'limit-range', 'limits'], limits));
      settings[mutation.id] = limitRangeOf(`profile ${name}`, limits);
    } else {
      settings[mutation.id] = Object.freeze(withDefaults(mutation.parameters, parameters));
    }
  }
  return settings;
}

function withDefaults(parameters: Parameters, values: ParameterValues): ParameterValues {
  const defaults = Object.entries(parameters).flatMap(([key, schema]) =>
    schema.default === undefined ? [] : [[key, schema.default] as const],
  );
  return { ...Object.fromEntries(defaults), ...values };
}
