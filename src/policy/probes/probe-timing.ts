/**
 * When probes ask and what follows, in seconds since the start of the container.
 *
 * The model is the kubelet's (pkg/kubelet/prober/worker.go) without its jitter: a probe asks as soon as
 * initialDelaySeconds have passed, then every periodSeconds. Both clocks run from the start of the container, also where a
 * startup probe makes readiness and liveness wait for its success. In truth a worker ticks from its own start, so the first
 * probe comes up to one period later; and a change of the pod's status asks readiness once more (prober_manager.go).
 */
import { asArray, asNumber, asObject, deepEqual, isObject, type Json, type JsonObject } from '../json.ts';
import { probeOf, type ContainerView, type ProbeName } from '../objects/view.ts';

/**
 * When readiness is first asked at the earliest, if the application answers whenever it is asked. An author who sets this
 * high says: nothing is to be expected of it before. How many successes are asked for (successThreshold) says nothing of
 * how long the start lasts: an application that can answer the first time is not killed by the other probes either.
 */
export function firstReadinessProbe(container: ContainerView): number {
  const startup = probeOf(container, 'startupProbe');
  const readiness = probeOf(container, 'readinessProbe');
  return Math.max(startup === undefined ? 0 : delay(startup), readiness === undefined ? 0 : delay(readiness));
}

/**
 * When an application that does not answer yet is killed at the earliest, which is the time that it is given to start:
 * at the last failure that the startup probe allows, because liveness waits for that probe; without one at the last that
 * liveness allows. Undefined when neither probe is there to kill it.
 *
 * The timeout of that last probe does not count: while nothing listens on the port, a probe fails at once.
 *
 * `earliestKill < firstReadinessProbe` is a restart loop: with readiness asked first after 60 s, and liveness three times from
 * 5 s on, 5 s apart, the container is killed at 15 s, before it could ever have been Ready, and so is the next one. Equal
 * moments are no loop, and neither are equal delays with more than one failure allowed.
 */
export function earliestKill(container: ContainerView): number | undefined {
  const probe = probeOf(container, 'startupProbe') ?? probeOf(container, 'livenessProbe');
  return probe === undefined ? undefined : delay(probe) + span(probe);
}

/** When a probe asks first, where nothing makes it wait; undefined where it is not there. */
export function firstProbe(container: ContainerView, name: ProbeName): number | undefined {
  const probe = probeOf(container, name);
  return probe === undefined ? undefined : delay(probe);
}

function delay(probe: JsonObject): number {
  return positive(probe['initialDelaySeconds']) ?? 0;
}

/** From the first probe to the last failure that it allows. Defaults of SetDefaults_Probe. */
function span(probe: JsonObject): number {
  const failures = positive(probe['failureThreshold']) ?? 3;
  return (failures - 1) * (positive(probe['periodSeconds']) ?? 10);
}

/** Zero counts as absent, as in the API server's defaulting; less is refused there. */
function positive(value: Json | undefined): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number > 0 ? number : undefined;
}

/**
 * What each handler means where it says nothing: SetDefaults_HTTPGetAction and SetDefaults_Probe in
 * pkg/apis/core/v1/defaults.go, and what the kubelet makes of the rest (runProbe in pkg/kubelet/prober/prober.go).
 */
const handlerDefaults: Readonly<Record<string, JsonObject>> = {
  httpGet: { path: '/', scheme: 'HTTP', host: '', httpHeaders: [], protocol: 'HTTP1' },
  tcpSocket: { host: '' },
  grpc: { service: '', mode: 'Plaintext' },
  exec: {},
};

/** True when two probes of a container ask the same of it, however often and patiently they do. */
export function sameProbe(a: JsonObject, b: JsonObject, container: ContainerView): boolean {
  const kinds = Object.keys(handlerDefaults).filter((kind) => isObject(a[kind]) || isObject(b[kind]));
  return (
    kinds.length > 0 &&
    kinds.every((kind) => deepEqual(handler(a, kind, container), handler(b, kind, container)))
  );
}

/** The handler with its defaults, or undefined where the probe has none of this kind. */
function handler(probe: JsonObject, kind: string, container: ContainerView): JsonObject | undefined {
  const action = probe[kind];
  if (!isObject(action)) return undefined;
  const written = Object.entries(action).filter(([, value]) => value !== null && value !== '');
  const whole: JsonObject = { ...handlerDefaults[kind], ...Object.fromEntries(written) };
  return { ...whole, port: portNumber(whole['port'], container) };
}

/** The number of a named port, found as in pkg/probe/util.go: by name alone, so "8080" in quotes finds none. */
function portNumber(port: Json | undefined, container: ContainerView): Json | undefined {
  if (typeof port !== 'string') return port;
  const named = asArray(container.raw['ports']).find((candidate) => asObject(candidate)['name'] === port);
  return asObject(named)['containerPort'] ?? port;
}
