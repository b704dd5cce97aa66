/** What a configuration exempts of workloads: at admission, in an audit, and where they are counted. */
import { asString, valueAt } from '../policy/json.ts';
import { isMirrorPodOfNode } from '../policy/objects/at-rest.ts';
import type { Workload } from '../policy/objects/workload-kinds.ts';
import type { Configuration } from './configuration.ts';

export function hasExemptRuntimeClass(
  { template }: Workload,
  { exemptions: { runtimeClasses } }: Configuration,
): boolean {
  if (runtimeClasses.length === 0) return false;
  const runtimeClass = asString(valueAt(template, ['spec', 'runtimeClassName']));
  return runtimeClass !== undefined && runtimeClasses.includes(runtimeClass);
}

/** True for what admission lets through, whoever may have created it. */
export function isExempt(workload: Workload, configuration: Configuration): boolean {
  return hasExemptRuntimeClass(workload, configuration) || isMirrorPodOfNode(workload);
}
