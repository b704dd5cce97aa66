/** What keeps the pods of a workload in one place, so that more of them would not help. */
import { asArray, asObject, isObject } from '../json.ts';
import type { PodView } from '../objects/view.ts';

/** The author has named the node. */
export function isPinned({ spec }: PodView): boolean {
  const nodeName = spec['nodeName'];
  return (
    (typeof nodeName === 'string' && nodeName !== '') ||
    asObject(spec['nodeSelector'])['kubernetes.io/hostname'] !== undefined
  );
}

/** All pods share a volume, which as a rule one node at a time may mount. */
export function mountsClaim({ spec }: PodView): boolean {
  return asArray(spec['volumes']).some((volume) => isObject(asObject(volume)['persistentVolumeClaim']));
}
