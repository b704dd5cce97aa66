/** How the pods of a workload start and stop, as numbers: those that the checks judge by. */
import type { Judged } from '../evaluate.ts';
import { askedContainers } from '../objects/asked-containers.ts';
import type { Profile } from '../profile.ts';
import { leastDrainSeconds } from '../stopping/grace.ts';
import { declaresPorts } from '../stopping/pre-stop.ts';
import { longestDeregistration, type Deregistration } from '../wiring/aws-targets.ts';
import { startOf, type ContainerStart } from './start.ts';
import { stopOf, type ContainerStop } from './stop.ts';

/**
 * How long requests are taken to arrive at a pod after its deletion, in seconds, where a profile does not say (`minSeconds`
 * of the check pre-stop). Nobody can know it from a manifest: the controller writes the EndpointSlice, each node and each
 * proxy reads it and changes its rules, and clients use the connections and addresses that they hold. The least that the
 * check pre-stop advises to wait for.
 */
export const assumedRemovalSeconds = 5;

export interface PodStop {
  /** `terminationGracePeriodSeconds`; a negative one counts as 1, as on the API server. */
  readonly graceSeconds: number;
  /** How long new requests still arrive. */
  readonly removalSeconds: number;
  /** True where nobody has said it. */
  readonly removalIsAssumed: boolean;
  /** What an application is given to finish its requests at least. */
  readonly drainSeconds: number;
  /** App containers that serve. */
  readonly containers: readonly ContainerStop[];
  /** Names of those that stop once the containers above have ended (KEP-753). */
  readonly sidecars: readonly string[];
  /** A load balancer that keeps connections to a pod that stops. */
  readonly balancer?: Deregistration;
}

/** Everything in seconds. */
export interface Life {
  readonly start: readonly ContainerStart[];
  readonly stop: PodStop;
}

/** Undefined where no container serves, as in a Job: requests are not what it lives for. */
export function lifeOf(
  { pod, namespace, graph }: Pick<Judged, 'pod' | 'namespace' | 'graph'>,
  profile: Pick<Profile, 'ignores' | 'workloadChecks'>,
): Life | undefined {
  const serving = askedContainers(pod, profile.ignores).filter(({ serves }) => serves);
  if (serving.length === 0) return undefined;
  const graceSeconds = pod.gracePeriodSeconds < 0 ? 1 : pod.gracePeriodSeconds;
  const minSeconds = Number(parameterOf(profile, 'pre-stop', 'minSeconds') ?? 0);
  const removalSeconds = minSeconds > 0 ? minSeconds : assumedRemovalSeconds;
  const drainSeconds = Number(parameterOf(profile, 'grace-period', 'minDrainSeconds') ?? leastDrainSeconds);
  const needsPorts = parameterOf(profile, 'pre-stop', 'containers') === 'with-ports';
  const balancer = longestDeregistration(
    graph,
    pod,
    namespace,
    Number(parameterOf(profile, 'deregistration-delay', 'assumedSeconds') ?? 0),
  );
  const settings = {
    removalSeconds,
    drainSeconds,
    takesRequests: (container: Parameters<typeof declaresPorts>[0]) =>
      !needsPorts || declaresPorts(container),
  };
  return {
    start: serving.map(startOf),
    stop: {
      graceSeconds,
      removalSeconds,
      removalIsAssumed: minSeconds <= 0,
      drainSeconds,
      containers: serving
        .filter(({ class: containerClass }) => containerClass === 'app')
        .map((container) => stopOf(pod, container, graceSeconds, settings)),
      sidecars: serving
        .filter(({ class: containerClass }) => containerClass === 'sidecar')
        .map(({ name }) => name),
      ...(balancer && { balancer }),
    },
  };
}

/** The value of a parameter of a check, if the profile has the check. */
function parameterOf({ workloadChecks }: Pick<Profile, 'workloadChecks'>, id: string, name: string): unknown {
  return workloadChecks.find(({ check }) => check.id === id)?.parameters[name];
}
