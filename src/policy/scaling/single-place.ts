/** What keeps the pods of a workload in one place, so that more of them would not help. */
import { asArray, asObject, isObject } from '../json.ts';
import { specOf } from '../objects/kube-object.ts';
import type { PodView } from '../objects/view.ts';
import type { Workload } from '../objects/workload-kinds.ts';

/** The author has named the node. */
export function isPinned({ spec }: PodView): boolean {
  const nodeName = spec['nodeName'];
  return (
    (typeof nodeName === 'string' && nodeName !== '') ||
    asObject(spec['nodeSelector'])['kubernetes.io/hostname'] !== undefined
  );
}

/**
 * All pods share a volume, which as a rule one node at a time may mount. A generic ephemeral volume is a claim as well, but
 * each pod gets one of its own.
 */
export function mountsClaim({ spec }: PodView): boolean {
  return asArray(spec['volumes']).some((volume) => isObject(asObject(volume)['persistentVolumeClaim']));
}

/** Each pod has a volume of its own, which outlives it: one more pod is one more member, whose volume is empty. */
export function hasOwnVolumes(workload: Workload): boolean {
  const { group, kind } = workload.kind;
  return (
    group === 'apps' && kind === 'StatefulSet' && asArray(specOf(workload)['volumeClaimTemplates']).length > 0
  );
}
