/** Random LimitRanges and pods, from a seed that is printed: fast-check's generators, sampled. */
import fc from 'fast-check';

/** The seed of this run: GRACEGATE_SEED, or the time. A failure says it, so that the run can be repeated. */
export const seed = Number(process.env['GRACEGATE_SEED'] ?? Date.now() % 2 ** 31);

export function sample<T>(arbitrary: fc.Arbitrary<T>, count: number, salt = 0): T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: seed + salt });
}

export type Resources = Record<string, string>;

/** Amounts by size, in every way of writing them. The larger the index, the larger the amount. */
const amounts: Record<string, readonly (readonly string[])[]> = {
  cpu: [
    ['0'],
    ['10m', '0.01'],
    ['50m', '0.05', '50e-3'],
    ['100m', '0.1'],
    ['250m', '.25'],
    ['500m', '0.5'],
    ['1', '1000m', '1e0'],
    ['1500m', '1.5'],
    ['2', '2000m'],
  ],
  memory: [
    ['0'],
    ['16Mi', '16777216'],
    ['64Mi', '67108864'],
    ['100M', '1e8', '100000k'],
    ['128Mi', '0.125Gi'],
    ['256Mi', '262144Ki'],
    ['1Gi', '1024Mi'],
    ['1500M', '1.5G'],
    ['2Gi'],
  ],
  'ephemeral-storage': [
    ['0'],
    ['100Mi'],
    ['1Gi'],
    ['1.5Gi', '1536Mi'],
    ['2Gi'],
    ['3G'],
    ['4Gi'],
    ['5Gi'],
    ['8Gi'],
  ],
};
const names = Object.keys(amounts);
const levels = 9;

const level = fc.nat({ max: levels - 1 });

/** An amount of a resource at a level. */
const amountAt = (name: string, at: number): fc.Arbitrary<string> =>
  fc.constantFrom(...(amounts[name]?.[at] ?? ['0']));

/** For each resource, maybe, some levels in rising order: what is wanted in order, so that the API server takes it. */
function rising(count: number, chance: number): fc.Arbitrary<Record<string, string[]>> {
  return fc
    .record(
      Object.fromEntries(
        names.map((name) => [
          name,
          maybe(
            chance,
            fc
              .array(level, { minLength: count, maxLength: count })
              .chain((found) => fc.tuple(...found.toSorted((a, b) => a - b).map((at) => amountAt(name, at)))),
          ),
        ]),
      ),
    )
    .map(
      (all) =>
        Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
          string,
          string[]
        >,
    );
}

/** The value with a chance of 1 to 9 in 10, else undefined. */
export function maybe<T>(chance: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: chance, arbitrary }, { weight: 10 - chance, arbitrary: fc.constant(undefined) });
}

/** A random part of the amounts at one place of the rising levels. */
function part(all: Record<string, string[]>, index: number, chance: number): fc.Arbitrary<Resources> {
  return fc
    .record(
      Object.fromEntries(
        Object.entries(all).map(([name, found]) => [name, maybe(chance, fc.constant(found[index] ?? '0'))]),
      ),
    )
    .map(
      (picked) =>
        Object.fromEntries(Object.entries(picked).filter(([, value]) => value !== undefined)) as Resources,
    );
}

/** Without empty lists, as people write it. */
export function compact<T extends object>(object: T): T {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([, value]) =>
        value !== undefined &&
        !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
    ),
  ) as T;
}

const ratio = fc.constantFrom('1', '1.5', '2', '4', '10');

const containerItem = rising(4, 6).chain((found) =>
  fc
    .record({
      min: part(found, 0, 4),
      defaultRequest: part(found, 1, 5),
      default: part(found, 2, 5),
      max: part(found, 3, 4),
      maxLimitRequestRatio: fc.record({ cpu: maybe(2, ratio), memory: maybe(2, ratio) }).map(compact),
    })
    .map((item) => compact({ type: 'Container', ...item })),
);

const podItem = rising(2, 6).chain((found) =>
  fc
    .record({
      min: part(found, 0, 3),
      max: part(found, 1, 3),
      maxLimitRequestRatio: fc.record({ cpu: maybe(1, ratio) }).map(compact),
    })
    .map((item) => compact({ type: 'Pod', ...item })),
);

/** `spec.limits` of a LimitRange. Not every one is valid: the API server is asked. */
export const limits = fc
  .tuple(containerItem, maybe(4, podItem))
  .map(([container, pod]) => (pod === undefined ? [container] : [container, pod]));

export const resources = rising(2, 6).chain((found) =>
  fc.record({ requests: part(found, 0, 6), limits: part(found, 1, 6) }).map(compact),
);

export const imageOf = (name: string) => ({ name, image: 'registry.example.com/app:1' });

const httpProbe = fc.record(
  {
    initialDelaySeconds: fc.integer({ min: 1, max: 60 }),
    periodSeconds: fc.integer({ min: 1, max: 30 }),
    failureThreshold: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: [] },
);
const handler = fc.constantFrom<object>(
  { httpGet: { port: 8080 } },
  { httpGet: { port: 'http', path: '/ready', scheme: 'HTTPS' } },
  { tcpSocket: { port: 8080 } },
  { exec: { command: ['true'] } },
  { grpc: { port: 9090 } },
);
const probe = fc.tuple(httpProbe, handler).map(([timings, action]) => ({ ...timings, ...action }));

const preStop = fc.constantFrom<object>(
  { sleep: { seconds: 5 } },
  { sleep: { seconds: 25 } },
  { exec: { command: ['/bin/sh', '-c', 'sleep 20'] } },
  { exec: { command: ['sleep', '90'] } },
  { httpGet: { port: 8080 } },
  { tcpSocket: { port: 8080 } },
);

/** Probes, hooks and ports of a container that may run for good. */
const running = fc
  .record({
    readinessProbe: maybe(5, probe),
    livenessProbe: maybe(5, probe),
    startupProbe: maybe(2, probe),
    lifecycle: maybe(
      3,
      preStop.map((hook) => ({ preStop: hook })),
    ),
    ports: maybe(5, fc.constant([{ name: 'http', containerPort: 8080 }])),
  })
  .map(compact);

function containers(withLifecycle: boolean): fc.Arbitrary<object[]> {
  const one = fc.record({ resources, more: withLifecycle ? running : fc.constant({}) });
  return fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((all) =>
      all.map(({ resources: own, more }, index) =>
        compact({ ...imageOf(`c${index}`), resources: own, ...more }),
      ),
    );
}

function initContainers(withLifecycle: boolean): fc.Arbitrary<object[]> {
  const one = fc.record({
    resources,
    isSidecar: fc.boolean(),
    more: withLifecycle ? running : fc.constant({}),
  });
  return fc.array(one, { maxLength: 2 }).map((all) =>
    all.map(({ resources: own, isSidecar, more }, index) =>
      compact({
        ...imageOf(`i${index}`),
        resources: own,
        ...(isSidecar && { restartPolicy: 'Always', ...more }),
      }),
    ),
  );
}

/** KEP-2837, in one pod of ten. */
const podLevel = maybe(
  1,
  fc.constantFrom<object>(
    { requests: { cpu: '8', memory: '16Gi' } },
    { limits: { cpu: '8', memory: '16Gi' } },
    { requests: { cpu: '8' }, limits: { cpu: '8' } },
  ),
);

/** The spec of a pod with random resources and nothing else. */
export const resourcePod = fc
  .record({ containers: containers(false), initContainers: initContainers(false), resources: podLevel })
  .map(compact);

export const annotations = fc
  .record({
    'gracegate.dev/pre-stop-sleep-seconds': maybe(2, fc.constantFrom('0', '7', '3600', 'soon', '-1')),
    'gracegate.dev/drain-seconds': maybe(2, fc.constantFrom('0', '3', '120', '9999')),
    'example.com/note': maybe(3, fc.constant('x')),
  })
  .map(compact);

/** A pod template with random resources, probes, hooks, grace periods and annotations. */
export const podTemplate = fc
  .record({
    annotations,
    spec: fc
      .record({
        containers: containers(true),
        initContainers: initContainers(true),
        resources: podLevel,
        restartPolicy: maybe(3, fc.constantFrom('Always', 'OnFailure', 'Never')),
        terminationGracePeriodSeconds: maybe(4, fc.constantFrom(0, 1, 5, 30, 45, 120, 700)),
      })
      .map(compact),
  })
  .map(({ annotations: found, spec }) => ({
    metadata: compact({ labels: { app: 'random' }, annotations: found }),
    spec,
  }));
