import type { ContainerMatcher } from '../objects/container-matcher.ts';
import {
  containerResources,
  effectiveResources,
  resourceAmount,
  resourceAmounts,
  unreadableAmount,
  type ResourceField,
} from '../resources/resources.ts';
import type { ContainerView, PodView } from '../objects/view.ts';

/** What a metric in percent of requests is reckoned from. Amounts are in units of 10^-9. */
export interface Share {
  /** The containers without a request; `pod` where the pod as a whole has requests, but not this one. */
  readonly missing: readonly string[] | 'pod';
  /** Undefined where it cannot be known. */
  readonly requests: bigint | undefined;
  /** Undefined where usage has no limit, or it cannot be known. */
  readonly limits: bigint | undefined;
}

/**
 * The pod of a scaled workload as the HPA controller reckons with it: its containers and sidecars, and the requests of the
 * pod as a whole before those of its containers. Source: calculateRequests in
 * pkg/controller/podautoscaler/replica_calculator.go.
 */
export class ScaledPod {
  readonly #pod: PodView;
  readonly #ignores: ContainerMatcher;
  readonly #running: ReadonlyMap<string, ContainerView>;
  readonly #shares = new Map<string, Share>();

  /** @param ignores containers that others inject or that nobody can fix: nothing is said of their requests */
  constructor(pod: PodView, ignores: ContainerMatcher) {
    this.#pod = pod;
    this.#ignores = ignores;
    const running = pod.containers.filter((one) => one.class === 'app' || one.class === 'sidecar');
    this.#running = new Map(running.map((one) => [one.name, one]));
  }

  has(container: string): boolean {
    return this.#running.has(container);
  }

  /** True when a container of that name may still come from elsewhere. */
  ignoresName(name: string): boolean {
    return this.#ignores({ class: 'app', name, image: '', path: [], raw: {}, serves: true });
  }

  /** @param container for a metric of one container; undefined for the whole pod */
  share(resource: string, container: string | undefined): Share {
    if (container !== undefined) {
      const one = this.#running.get(container);
      return this.#ofContainers(resource, one === undefined ? [] : [one]);
    }
    let share = this.#shares.get(resource);
    if (share === undefined) {
      const isPodLevel = resourceAmounts(this.#pod.resources, 'requests').size > 0;
      share = isPodLevel ? this.#ofPod(resource) : this.#ofContainers(resource, [...this.#running.values()]);
      this.#shares.set(resource, share);
    }
    return share;
  }

  #ofPod(resource: string): Share {
    const requests = effectiveResources(this.#pod, 'requests').get(resource)?.nano;
    const limits = resourceAmount(this.#pod.resources, 'limits', resource)?.nano;
    return { missing: requests === undefined ? 'pod' : [], requests, limits };
  }

  #ofContainers(resource: string, containers: readonly ContainerView[]): Share {
    const missing = containers.filter(
      (one) =>
        !this.#ignores(one) &&
        amountOf(one, 'requests', resource) === undefined &&
        unreadableAmount(containerResources(one), 'requests', resource) === undefined,
    );
    return {
      missing: missing.map(({ name }) => name),
      requests: sum(containers, 'requests', resource),
      limits: sum(containers, 'limits', resource),
    };
  }
}

/** Undefined as soon as one container has none. */
function sum(
  containers: readonly ContainerView[],
  field: ResourceField,
  resource: string,
): bigint | undefined {
  let total = 0n;
  for (const container of containers) {
    const amount = amountOf(container, field, resource);
    if (amount === undefined) return undefined;
    total += amount;
  }
  return total;
}

function amountOf(container: ContainerView, field: ResourceField, resource: string): bigint | undefined {
  return resourceAmount(containerResources(container), field, resource)?.nano;
}
