/** The reviews that are sent, as an API server 1.37 sent one: a pod of two containers made by a ReplicaSet, about 8 KB. */
import { readFile } from 'node:fs/promises';

/** What the benchmark touches of a pod; the rest is passed on as it is. */
export interface Pod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: {
    readonly containers: readonly Container[];
    readonly terminationGracePeriodSeconds: number;
    readonly [field: string]: unknown;
  };
}

export interface Container {
  readonly name: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly livenessProbe?: object;
  readonly readinessProbe?: object;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly [field: string]: unknown;
}

export interface Review {
  readonly request: { readonly uid: string; readonly namespace: string; readonly object: Pod };
  readonly [field: string]: unknown;
}

/** Passes every check of baseline. */
export async function cleanReview(): Promise<Review> {
  const file = new URL('reviews/pod-create.json', import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Review;
}

/** The same without probes and requests: refused where baseline is enforced. */
export async function bareReview(): Promise<Review> {
  const review = await cleanReview();
  const object = withContainers(review.request.object, (container) =>
    // The API server would fill requests from limits, so without the one there is not the other.
    ({ ...without(container, 'livenessProbe', 'readinessProbe'), resources: {} }),
  );
  return { ...review, request: { ...review.request, object } };
}

export function withContainers(pod: Pod, change: (container: Container) => Container): Pod {
  return { ...pod, spec: { ...pod.spec, containers: pod.spec.containers.map(change) } };
}

export function without(container: Container, ...fields: readonly string[]): Container {
  const kept = Object.entries(container).filter(([field]) => !fields.includes(field));
  return { ...Object.fromEntries(kept), name: container.name };
}
