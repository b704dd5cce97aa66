import { asObject, asString } from '../json.ts';
import { groupOf, specOf, type KubeObject } from '../objects/kube-object.ts';

/** What a HorizontalPodAutoscaler scales, as it is written. */
export interface ScaleTarget {
  /** Undefined when it is not written, which means the core group. */
  readonly apiVersion: string | undefined;
  /** The version counts for nothing: the target is found by group and kind. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Source: CrossVersionObjectReference, and reconcileAutoscaler in pkg/controller/podautoscaler/horizontal.go. */
export function scaleTarget(hpa: KubeObject): ScaleTarget {
  const reference = asObject(specOf(hpa)['scaleTargetRef']);
  const apiVersion = asString(reference['apiVersion']);
  return {
    apiVersion,
    group: groupOf(apiVersion ?? ''),
    kind: asString(reference['kind']) ?? '',
    name: asString(reference['name']) ?? '',
  };
}

/**
 * True when a scaleTargetRef that says `written` finds the kind: by its exact name or, since the REST mapper of client-go
 * (restmapper/discovery.go) adds it, by that name all in lower case. No other case is found.
 */
export function isKindName(written: string, kind: string): boolean {
  return written === kind || written === kind.toLowerCase();
}

/** True when two HorizontalPodAutoscalers scale the same thing, in whatever version and case they name it. */
export function isSameTarget(a: ScaleTarget, b: ScaleTarget): boolean {
  return (
    a.name !== '' &&
    a.name === b.name &&
    a.group === b.group &&
    (isKindName(a.kind, b.kind) || isKindName(b.kind, a.kind))
  );
}
