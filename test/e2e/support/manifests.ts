/** Objects for the tests: a small valid one, and what a test wants different. */

export interface ContainerSpec {
  readonly name: string;
  readonly [field: string]: unknown;
}

const selector = { matchLabels: { app: 'web' } };

const probe = { httpGet: { path: '/healthz', port: 8080 } };

/** What baseline asks for, but for the preStop hook, which its mutations add. */
export const hooklessContainer: ContainerSpec = {
  name: 'app',
  image: 'registry.example.com/app:1',
  ports: [{ containerPort: 8080 }],
  resources: { requests: { cpu: '100m', memory: '128Mi' } },
  readinessProbe: probe,
  livenessProbe: { ...probe, failureThreshold: 6 },
};

/** A container that baseline has nothing to say about. Its sleep is another one than that of the mutations. */
export const cleanContainer: ContainerSpec = {
  ...hooklessContainer,
  lifecycle: { preStop: { sleep: { seconds: 10 } } },
};

/** What strict asks for, but for the preStop hook. */
export const strictHooklessContainer: ContainerSpec = {
  ...hooklessContainer,
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '128Mi' } },
};

/** A container that strict has nothing to say about. */
export const strictContainer: ContainerSpec = {
  ...strictHooklessContainer,
  lifecycle: { preStop: { sleep: { seconds: 10 } } },
};

/** A container as people write it at first. */
export const bareContainer: ContainerSpec = { name: 'app', image: 'registry.example.com/app:1' };

export interface Options {
  readonly name?: string;
  readonly replicas?: number;
  readonly containers?: readonly object[];
  readonly spec?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

function podTemplate({ containers = [bareContainer], spec = {}, annotations }: Options) {
  return {
    metadata: { labels: { app: 'web' }, ...(annotations && { annotations }) },
    spec: { ...spec, containers },
  };
}

export function deployment({ name = 'web', replicas = 1, ...rest }: Options) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: podTemplate(rest) },
  };
}

export function pod({ name = 'web', ...rest }: Options) {
  const { metadata, spec } = podTemplate(rest);
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec };
}

/** With two replicas, over all nodes: what strict wants of the object, to be created after the `budget`. */
export function replicated(options: Options) {
  const constraint = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: selector,
  };
  const spec = { ...options.spec, topologySpreadConstraints: [constraint] };
  return deployment({ ...options, replicas: 2, spec });
}

/** The PodDisruptionBudget of all pods here. */
export const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web' },
  spec: { maxUnavailable: 1, selector },
};

/** For `kubectl apply -f -`: JSON documents, which are YAML. */
export function manifest(...objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

/** A workload of any kind, called web, with one container. */
export function workloadOf(kind: string, container: object): object {
  const template = podTemplate({ containers: [container] });
  const jobTemplate = {
    spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
  };
  const specs: Record<string, [apiVersion: string, spec: object]> = {
    Deployment: ['apps/v1', { selector, template }],
    ReplicaSet: ['apps/v1', { selector, template }],
    // It may do without a Service while nobody connects to its pods by name.
    StatefulSet: ['apps/v1', { selector, template }],
    DaemonSet: ['apps/v1', { selector, template }],
    ReplicationController: ['v1', { selector: selector.matchLabels, template }],
    Job: ['batch/v1', jobTemplate.spec],
    CronJob: ['batch/v1', { schedule: '0 0 1 1 *', jobTemplate }],
  };
  if (kind === 'Pod') return pod({ containers: [container] });
  const [apiVersion, spec] = specs[kind] ?? [];
  if (apiVersion === undefined) throw new Error(`no workload of kind ${kind}`);
  return { apiVersion, kind, metadata: { name: 'web' }, spec };
}
