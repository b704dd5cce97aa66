/** Random workloads of every kind that makes pods, with every handler, hook and restart policy that a template may have. */
import fc from 'fast-check';
import { asObject, type JsonObject } from '../../../src/policy/json.ts';
import { apiVersionOf } from '../../../src/policy/objects/kube-object.ts';
import { workloadKinds, type WorkloadKind } from '../../../src/policy/objects/workload-kinds.ts';
import { annotations, compact, imageOf, maybe, resources as amounts } from './random.ts';

export interface RandomWorkload {
  readonly kind: WorkloadKind;
  /** The pod template as its author wrote it, without labels. */
  readonly template: JsonObject;
}

/** Workloads that a minor of Kubernetes takes, but for amounts that do not fit together. */
export function workload(minor: number): fc.Arbitrary<RandomWorkload> {
  const kinds = workloadKinds.filter(({ kind }) => kind !== 'Pod');
  return fc
    .constantFrom(...kinds)
    .chain((kind) =>
      fc.record({ kind: fc.constant(kind), template: templateFor(kind, minor) }),
    ) as unknown as fc.Arbitrary<RandomWorkload>;
}

/** The object to create; its pods carry its name in the label `app`. */
export function objectOf({ kind, template }: RandomWorkload, name: string): JsonObject {
  const labels = { app: name };
  const metadata = { ...asObject(template['metadata']), labels };
  const labelled = { ...template, metadata };
  // A node that no kubelet speaks for is soon tainted as unreachable.
  const everywhere = { ...asObject(template['spec']), tolerations: [{ operator: 'Exists' }] };
  const selector = { matchLabels: labels };
  const specs: Readonly<Record<string, JsonObject>> = {
    ReplicationController: { selector: labels, template: labelled },
    StatefulSet: { selector, serviceName: name, template: labelled },
    DaemonSet: { selector, template: { metadata, spec: everywhere } },
    Job: { template: labelled },
    CronJob: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: { template: labelled } } },
  };
  const spec = specs[kind.kind] ?? { selector, template: labelled };
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name }, spec };
}

/** The Job that `kubectl create job --from=cronjob/NAME` makes. */
export function jobOf(cronJob: JsonObject): JsonObject {
  const { name, uid } = asObject(cronJob['metadata']);
  const owner = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    name: name ?? '',
    uid: uid ?? '',
    controller: true,
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: name ?? '',
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [owner],
    },
    spec: asObject(asObject(cronJob['spec'])['jobTemplate'])['spec'] ?? {},
  };
}

const timings = {
  initialDelaySeconds: fc.integer({ min: 1, max: 60 }),
  timeoutSeconds: fc.integer({ min: 0, max: 9 }),
  periodSeconds: fc.integer({ min: 0, max: 30 }),
  failureThreshold: fc.integer({ min: 0, max: 9 }),
};
const readinessTimings = fc.record(
  { ...timings, successThreshold: fc.integer({ min: 0, max: 3 }) },
  { requiredKeys: [] },
);
/** Of liveness and startup probes, which may bring a grace period of their own. */
const killingTimings = fc.record(
  {
    ...timings,
    successThreshold: fc.constantFrom(0, 1),
    terminationGracePeriodSeconds: fc.constantFrom(1, 10, 3600),
  },
  { requiredKeys: [] },
);
const httpGets = [
  { httpGet: { port: 8080 } },
  { httpGet: { port: 'http', path: '', scheme: 'HTTPS' } },
  { httpGet: { port: 8080, path: '/ready?deep=1', httpHeaders: [{ name: 'Host', value: 'example.com' }] } },
  { httpGet: { port: 8080, host: '127.0.0.1', scheme: 'HTTP' } },
];
const tcpSockets = [{ tcpSocket: { port: 8080 } }, { tcpSocket: { port: 'http', host: '127.0.0.1' } }];
const probeHandler = fc.constantFrom<JsonObject>(
  ...httpGets,
  ...tcpSockets,
  { exec: { command: ['true'] } },
  { grpc: { port: 9090 } },
  { grpc: { port: 9090, service: 'ready' } },
);
const probe = (found: fc.Arbitrary<object>) =>
  fc.tuple(found, probeHandler).map(([timing, handler]) => ({ ...timing, ...handler }));

/** A hook, whose native sleep fits the grace period: else API validation would refuse it. */
function hook(graceSeconds: number): fc.Arbitrary<JsonObject> {
  const sleeps = [0, 1, 5, 25, 90, 200].filter((seconds) => seconds <= graceSeconds);
  return fc.constantFrom<JsonObject>(
    ...httpGets,
    ...tcpSockets,
    { exec: { command: ['/bin/sh', '-c', 'nginx -s quit; sleep 20'] } },
    { exec: { command: ['sleep', '90'] } },
    ...sleeps.map((seconds) => ({ sleep: { seconds } })),
  );
}

/** Without empty ones, but for a `lifecycle` that holds nothing. */
function lifecycle(graceSeconds: number): fc.Arbitrary<JsonObject | undefined> {
  const hooks = fc
    .record({ preStop: maybe(6, hook(graceSeconds)), postStart: maybe(3, hook(graceSeconds)) })
    .map(compact);
  return maybe(5, hooks as fc.Arbitrary<JsonObject>);
}

/** What a container may have that can run for good: probes, hooks and ports. */
const running = (graceSeconds: number) =>
  fc
    .record({
      readinessProbe: maybe(5, probe(readinessTimings)),
      livenessProbe: maybe(5, probe(killingTimings)),
      startupProbe: maybe(3, probe(killingTimings)),
      ports: maybe(5, fc.constant([{ name: 'http', containerPort: 8080 }])),
      lifecycle: lifecycle(graceSeconds),
    })
    .map(({ lifecycle: hooks, ...rest }) => ({ ...compact(rest), ...(hooks && { lifecycle: hooks }) }));

/** Amounts as people write them in YAML, where `cpu: 1` is a number; and a device, which comes as a limit alone. */
const resources = fc
  .record({ found: amounts, isYaml: fc.boolean(), device: maybe(1, fc.constant('2')) })
  .map(({ found, isYaml, device }) => {
    const lists = Object.entries(found).map(([field, list]) => [field, isYaml ? unquoted(list) : list]);
    const { requests, limits } = Object.fromEntries(lists) as Record<string, JsonObject>;
    return compact({ requests, limits: { ...limits, ...(device && { 'example.com/device': device }) } });
  });

function unquoted(list: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(list).map(([name, text]) => [name, Number.isNaN(Number(text)) ? text : Number(text)]),
  );
}

/** KEP-5307, on since 1.35: a container may have a restart policy of its own, and rules by exit code. */
function restart(minor: number): fc.Arbitrary<object | undefined> {
  if (minor < 35) return fc.constant(undefined);
  const rule = { action: 'Restart', exitCodes: { operator: 'In', values: [42] } };
  const policy = fc.constantFrom('Always', 'OnFailure', 'Never');
  return maybe(
    3,
    fc.record({ restartPolicy: policy, restartPolicyRules: maybe(3, fc.constant([rule])) }).map(compact),
  );
}

function containers(graceSeconds: number, minor: number): fc.Arbitrary<object[]> {
  const one = fc.record({ resources, more: running(graceSeconds), restart: restart(minor) });
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((all) =>
    all.map(({ resources: own, more, restart: policy }, index) => ({
      ...imageOf(`c${index}`),
      ...compact({ resources: own }),
      ...more,
      ...policy,
    })),
  );
}

function initContainers(graceSeconds: number, minor: number): fc.Arbitrary<object[]> {
  const sidecar = running(graceSeconds).map((more) => ({ restartPolicy: 'Always', ...more }));
  const init = restart(minor).map((policy) => (isSidecar(policy) ? {} : { ...policy }));
  const one = fc.record({ resources, more: fc.oneof(sidecar, init) });
  return fc.array(one, { maxLength: 2 }).map((all) =>
    all.map(({ resources: own, more }, index) => ({
      ...imageOf(`i${index}`),
      ...compact({ resources: own }),
      ...more,
    })),
  );
}

const isSidecar = (policy: object | undefined): boolean =>
  policy !== undefined && 'restartPolicy' in policy && policy.restartPolicy === 'Always';

/** KEP-2837, on in every supported minor; in one pod of five. */
const podLevel = maybe(
  2,
  fc.constantFrom<object>(
    { requests: { cpu: '8', memory: '16Gi' } },
    { limits: { cpu: '8', memory: '16Gi' } },
    { requests: { cpu: '8' } },
    { requests: { cpu: '8' }, limits: { cpu: '8' } },
    { limits: { memory: '12Gi' } },
    { limits: { cpu: '2', memory: '2Gi' } },
    { requests: { memory: '10Gi' }, limits: { cpu: 9, memory: '0.02Ti' } },
    { limits: { cpu: '8', 'hugepages-2Mi': '4Mi' } },
  ),
);

/** Absent means 30 s. A negative one is stored with a template as it is, and means 1 s in its pods. */
const grace = fc.constantFrom(undefined, undefined, undefined, -1, 0, 1, 5, 30, 45, 120, 700);

function templateFor({ group }: WorkloadKind, minor: number): fc.Arbitrary<object> {
  const restartPolicy =
    group === 'batch'
      ? fc.constantFrom('OnFailure', 'Never')
      : fc.constantFrom(undefined, undefined, 'Always');
  return grace.chain((seconds) =>
    fc
      .record({
        annotations,
        record: maybe(1, fc.constant({ 'gracegate.dev/mutations': 'by another hand' })),
        spec: fc
          .record({
            containers: containers(seconds ?? 30, minor),
            initContainers: initContainers(seconds ?? 30, minor),
            resources: podLevel,
            restartPolicy,
            terminationGracePeriodSeconds: fc.constant(seconds),
          })
          .map(compact),
      })
      .map(({ annotations: found, record, spec }) =>
        compact({ metadata: compact({ annotations: { ...found, ...record } }), spec }),
      ),
  );
}
