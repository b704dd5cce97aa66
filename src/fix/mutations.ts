/** The mutations of a profile as changes of a pod template: what the webhook would write into each pod. */
import { Draft, pathOfPointer } from '../policy/draft.ts';
import type { MutationId, MutationSettings } from '../policy/mutation.ts';
import { mutations } from '../policy/mutations/registry.ts';
import type { Workload } from '../policy/objects/workload-kinds.ts';
import { predictPod } from '../policy/predict.ts';
import type { ContainerDefaults, LimitRange } from '../policy/resources/limit-range.ts';
import type { NamedChange } from './change.ts';

/**
 * What the mutations would set, from the template. They run on the pod that would come out of it, as in the webhook: a limit
 * without a request has become the request there, so no default request is ever written above a limit.
 * @param limitRanges of the namespace
 */
export function mutationChanges(
  workload: Workload,
  settings: MutationSettings,
  limitRanges: readonly LimitRange[],
): NamedChange[] {
  const changes: NamedChange[] = [];
  let { pod } = predictPod(workload.template, { limitRanges, mutations: undefined });
  for (const mutation of mutations) {
    const draft = new Draft(pod);
    mutation.apply(draft, settings);
    for (const { path, value } of draft.patch())
      changes.push({ path: pathOfPointer(path, draft.current), value, by: mutation.id });
    pod = draft.current;
  }
  return changes;
}

/** Which amounts each check asks for. */
const amountsOf: Readonly<Record<string, readonly (readonly ['requests' | 'limits', string])[]>> = {
  'cpu-request': [['requests', 'cpu']],
  'memory-request': [['requests', 'memory']],
  'cpu-limit': [['limits', 'cpu']],
  'memory-limit': [['limits', 'memory']],
  'ephemeral-storage': [
    ['requests', 'ephemeral-storage'],
    ['limits', 'ephemeral-storage'],
  ],
};

/** The mutations that mend some of these checks, with what they need to do it. */
export function settingsFor(
  settings: MutationSettings,
  checks: ReadonlySet<string> | undefined,
): MutationSettings {
  if (checks === undefined) return settings;
  const wanted = new Set(
    [...checks].flatMap((check) => (amountsOf[check] ?? []).map((pair) => pair.join(' '))),
  );
  const limits = settings['limit-range'];
  // A sleep is paid out of the grace period, which must have room for it.
  const ids: MutationId[] = checks.has('pre-stop') ? ['pre-stop-sleep', 'grace-period'] : [];
  if (checks.has('grace-period')) ids.push('grace-period');
  return {
    ...(limits !== undefined &&
      wanted.size > 0 && { 'limit-range': { ...limits, defaults: only(limits.defaults, wanted) } }),
    ...Object.fromEntries(ids.filter((id) => settings[id] !== undefined).map((id) => [id, settings[id]])),
  };
}

function only({ requests, limits }: ContainerDefaults, wanted: ReadonlySet<string>): ContainerDefaults {
  const pick = (field: string, amounts: ReadonlyMap<string, string>) =>
    new Map([...amounts].filter(([name]) => wanted.has(`${field} ${name}`)));
  return { requests: pick('requests', requests), limits: pick('limits', limits) };
}
