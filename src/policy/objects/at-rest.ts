/** What objects that are on a cluster already say of themselves. */
import { asObject, own, type JsonObject } from '../json.ts';
import { annotationsOf, controllerOf, type KubeObject } from './kube-object.ts';

/** A pod that has finished, or an object that is being deleted: nobody will create it again. */
export function isOver({ kind, object }: KubeObject): boolean {
  if (asObject(object['metadata'])['deletionTimestamp'] !== undefined) return true;
  const phase = asObject(object['status'])['phase'];
  return kind.kind === 'Pod' && kind.group === '' && (phase === 'Succeeded' || phase === 'Failed');
}

/** The annotation of a mirror pod, the shadow of a static pod. Anyone can write it. */
export function hasMirrorAnnotation(object: JsonObject): boolean {
  return own(annotationsOf({ object }), 'kubernetes.io/config.mirror') !== undefined;
}

/** A mirror pod as a kubelet makes it: nobody else could mend it. */
export function isMirrorPodOfNode({ kind, object }: KubeObject): boolean {
  const owner = controllerOf(asObject(object['metadata']));
  return (
    kind.kind === 'Pod' && kind.group === '' && owner?.['kind'] === 'Node' && hasMirrorAnnotation(object)
  );
}
