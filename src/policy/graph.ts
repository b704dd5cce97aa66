import type { JsonObject } from './json.ts';
import type { KubeObject } from './objects/kube-object.ts';
import type { ObjectKindName } from './objects/object-kinds.ts';
import type { PodView } from './objects/view.ts';
import { isWorkload, type Workload } from './objects/workload-kinds.ts';

/**
 * What a check may look up. `workloads` stands for every kind that makes pods, `Pod` for those that nothing makes,
 * `Namespace` for its labels.
 */
export type RelatedKind = ObjectKindName | 'workloads' | 'Pod' | 'Namespace';

/** A workload with the pod that would come out of it. */
export interface GraphWorkload {
  readonly workload: Workload;
  readonly pod: PodView;
}

/**
 * The objects around the one that is judged. The same for a bundle of manifests, for a cluster, and for a review, where
 * only what the checks need has been read.
 */
export interface Graph {
  /** False where the kind could not be read or was not asked for: then its absence says nothing. */
  knows(kind: RelatedKind): boolean;
  /** The objects of a kind in a namespace. Empty where the kind is not known. */
  objects(kind: ObjectKindName, namespace: string): readonly KubeObject[];
  /** The workloads of a namespace that no other workload made; bare Pods where `Pod` is known. */
  workloads(namespace: string): readonly GraphWorkload[];
  /** The labels of the pods that objects of unknown kinds make in a namespace, as far as they have a pod template. */
  otherPodLabels(namespace: string): readonly JsonObject[];
  /** The labels of a namespace; undefined where the namespace is not known. */
  namespaceLabels(namespace: string): JsonObject | undefined;
}

/** Knows nothing, so no check can object to what is absent. */
export const unknownSurroundings: Graph = {
  knows: () => false,
  objects: () => [],
  workloads: () => [],
  otherPodLabels: () => [],
  namespaceLabels: () => undefined,
};

/** What a graph is made of. */
export interface GraphParts {
  readonly objects: Iterable<KubeObject>;
  /** By namespace. */
  readonly otherPodLabels?: ReadonlyMap<string, readonly JsonObject[]>;
  /** Namespaces by name. */
  readonly namespaces: ReadonlyMap<string, JsonObject>;
  /** For objects that do not say. */
  readonly defaultNamespace: string;
  /** Kinds of which nothing can be said. */
  readonly unknown: ReadonlySet<RelatedKind>;
  /** The pod that would come out of a workload. */
  readonly predict: (workload: Workload) => PodView;
}

interface Place {
  readonly byKind: Map<string, KubeObject[]>;
  readonly workloads: GraphWorkload[];
}

/** Makes a graph of objects. A pod is predicted only when a check asks for it, and once. */
export function buildGraph(parts: GraphParts): Graph {
  const places = new Map<string, Place>();
  for (const object of parts.objects) {
    const place = placeOf(places, object.namespace ?? parts.defaultNamespace);
    if (!isWorkload(object)) {
      const known = place.byKind.get(object.kind.kind);
      if (known === undefined) place.byKind.set(object.kind.kind, [object]);
      else known.push(object);
    } else if (!object.madeByWorkload) {
      place.workloads.push(new PredictedWorkload(object, parts.predict));
    }
  }
  return {
    knows: (kind) => !parts.unknown.has(kind),
    objects: (kind, namespace) => places.get(namespace)?.byKind.get(kind) ?? [],
    workloads: (namespace) => places.get(namespace)?.workloads ?? [],
    otherPodLabels: (namespace) => parts.otherPodLabels?.get(namespace) ?? [],
    namespaceLabels: (namespace) => parts.namespaces.get(namespace),
  };
}

function placeOf(places: Map<string, Place>, namespace: string): Place {
  let place = places.get(namespace);
  if (place === undefined) {
    place = { byKind: new Map(), workloads: [] };
    places.set(namespace, place);
  }
  return place;
}

class PredictedWorkload implements GraphWorkload {
  readonly workload: Workload;
  readonly #predict: (workload: Workload) => PodView;
  #pod: PodView | undefined;

  constructor(workload: Workload, predict: (workload: Workload) => PodView) {
    this.workload = workload;
    this.#predict = predict;
  }

  get pod(): PodView {
    this.#pod ??= this.#predict(this.workload);
    return this.#pod;
  }
}
