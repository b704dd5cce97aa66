import { asObject, asString, type JsonObject } from '../policy/json.ts';
import type { Workload } from '../policy/objects/workload-kinds.ts';
import type { PodTrial, TrialResult } from './ports.ts';
import { trialPod } from './trial-pod.ts';

/** What a pod names that the same manifests may bring along, and how the API server says that it is not there. */
const references: readonly { readonly fields: readonly string[]; readonly missing: RegExp }[] = [
  { fields: ['serviceAccountName', 'serviceAccount'], missing: /error looking up service account/ },
  { fields: ['priorityClassName'], missing: /no PriorityClass with name/ },
  { fields: ['runtimeClassName'], missing: /RuntimeClass "[^"]*" not found/ },
];

/**
 * Asks an API server about a pod of a workload. One that is applied together with what it names is not refused for the order
 * of the apply: it is tried without that, which is said.
 * @param template as {@link trialPod} takes it
 * @param isApplied false for the workload of a file
 */
export async function tryPod(
  trial: PodTrial,
  workload: Workload,
  { namespace, template, isApplied }: { namespace: string; template: JsonObject; isApplied: boolean },
): Promise<TrialResult> {
  let pod = trialPod(workload, namespace, template);
  let result = await trial.try(namespace, pod);
  const left: string[] = [];
  for (let next = isApplied ? undefined : missingIn(result); next !== undefined; next = missingIn(result)) {
    const spec = asObject(pod['spec']);
    const [field = ''] = next;
    // Named by the API server and not by the pod: nothing is left to take away.
    if (!(field in spec)) break;
    left.push(`${field} ${asString(spec[field]) ?? ''}`);
    pod = { ...pod, spec: without(spec, next) };
    result = await trial.try(namespace, pod);
  }
  if (left.length === 0 || result.outcome === 'unknown') return result;
  const said = `it was tried without ${left.join(' and ')}, not there yet`;
  return { ...result, warnings: [...result.warnings, said] };
}

function missingIn(result: TrialResult): readonly string[] | undefined {
  if (result.outcome !== 'refused') return undefined;
  return references.find(({ missing }) => missing.test(result.message))?.fields;
}

function without(spec: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => !fields.includes(key)));
}
