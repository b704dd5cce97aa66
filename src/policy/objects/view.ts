import {
  asArray,
  asNumber,
  asObject,
  asString,
  isObject,
  type Json,
  type JsonObject,
  type Path,
} from '../json.ts';

/**
 * app: a container of `spec.containers`; sidecar: an init container with restartPolicy exactly Always (KEP-753);
 * init: any other init container; ephemeral: a debug container.
 */
export type ContainerClass = 'app' | 'sidecar' | 'init' | 'ephemeral';

export interface ContainerView {
  readonly class: ContainerClass;
  readonly name: string;
  readonly image: string;
  /** From the pod: for example `['spec', 'containers', 0]`. */
  readonly path: Path;
  readonly raw: JsonObject;
  /**
   * True when the container is expected to run for good, so that traffic may reach it: an app container whose effective
   * restart policy is Always (KEP-5307 lets a container override its pod), and every sidecar of a pod that has one.
   * Probe, preStop and grace rules ask these; a Job, and the sidecar of a Job, are left in peace.
   */
  readonly serves: boolean;
}

/** What the core reads of a pod or a pod template. */
export interface PodView {
  readonly raw: JsonObject;
  readonly labels: JsonObject;
  readonly annotations: JsonObject;
  readonly spec: JsonObject;
  /** In seconds. 30 when absent, as the API server sets it. */
  readonly gracePeriodSeconds: number;
  /** `spec.resources` (KEP-2837), when the pod sets any. */
  readonly resources: JsonObject | undefined;
  /** Containers in the order of the API server's own reports: app, then init and sidecar, then ephemeral. */
  readonly containers: readonly ContainerView[];
}

/** DefaultTerminationGracePeriodSeconds in k8s.io/api core/v1. */
export const defaultGracePeriodSeconds = 30;

/** Reads a pod or a pod template: an object with `metadata` and `spec`. Never throws; what is malformed counts as absent. */
export function readPod(raw: JsonObject): PodView {
  const spec = asObject(raw['spec']);
  const metadata = asObject(raw['metadata']);
  const resources = spec['resources'];
  return {
    raw,
    labels: asObject(metadata['labels']),
    annotations: asObject(metadata['annotations']),
    spec,
    gracePeriodSeconds: asNumber(spec['terminationGracePeriodSeconds']) ?? defaultGracePeriodSeconds,
    resources: isObject(resources) ? resources : undefined,
    containers: readContainers(spec),
  };
}

function readContainers(spec: JsonObject): ContainerView[] {
  const podPolicy = asString(spec['restartPolicy']) ?? 'Always';
  const containers: ContainerView[] = [];
  let serving = false;
  asArray(spec['containers']).forEach((value, index) => {
    const raw = asObject(value);
    const serves = (asString(raw['restartPolicy']) ?? podPolicy) === 'Always';
    serving ||= serves;
    containers.push(container('app', 'containers', index, raw, serves));
  });
  asArray(spec['initContainers']).forEach((value, index) => {
    const raw = asObject(value);
    const isSidecar = raw['restartPolicy'] === 'Always';
    containers.push(
      container(isSidecar ? 'sidecar' : 'init', 'initContainers', index, raw, isSidecar && serving),
    );
  });
  asArray(spec['ephemeralContainers']).forEach((value, index) => {
    containers.push(container('ephemeral', 'ephemeralContainers', index, asObject(value), false));
  });
  return containers;
}

function container(
  containerClass: ContainerClass,
  field: string,
  index: number,
  raw: JsonObject,
  serves: boolean,
): ContainerView {
  return {
    class: containerClass,
    name: asString(raw['name']) ?? `#${index}`,
    image: asString(raw['image']) ?? '',
    path: ['spec', field, index],
    raw,
    serves,
  };
}

export type ProbeName = 'readinessProbe' | 'livenessProbe' | 'startupProbe';

/** Fields of a Probe that are not a handler. Whatever else is there is one, also one of a later Kubernetes. */
const probeTimings = new Set([
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
  'terminationGracePeriodSeconds',
]);

/** The probe, if it is there and has a handler (httpGet, tcpSocket, exec, grpc). */
export function probeOf(view: ContainerView, name: ProbeName): JsonObject | undefined {
  const probe = view.raw[name];
  if (!isObject(probe)) return undefined;
  return Object.keys(probe).some((key) => !probeTimings.has(key) && isSet(probe[key])) ? probe : undefined;
}

function isSet(value: Json | undefined): boolean {
  return value !== null && value !== undefined;
}
