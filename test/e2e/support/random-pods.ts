/** Random pods for what a server reckons from their resources: QoS classes, quotas, the autoscaler's percentages. */
import fc from 'fast-check';

type Amounts = Record<string, string>;

interface Resources {
  readonly requests?: Amounts;
  readonly limits?: Amounts;
}

/** From small to large, each in several ways of writing it. Zero is an amount, too. */
const amounts: Readonly<Record<string, readonly (readonly string[])[]>> = {
  cpu: [['0', '0m'], ['0.4m', '1m', '100u'], ['250m', '0.25', '.25'], ['1', '1000m', '1e0'], ['1500m']],
  memory: [
    ['0'],
    ['1000', '1k'],
    ['64Mi', '67108864'],
    ['1Gi', '1024Mi', '1048576Ki'],
    ['1500M', '1.5G', '15e8'],
  ],
  'ephemeral-storage': [['0'], ['100Mi'], ['1.5Gi', '1536Mi'], ['2G']],
  'hugepages-2Mi': [['2Mi'], ['4Mi', '4096Ki'], ['8Mi']],
  'example.com/gpu': [['1'], ['2', '2e0']],
};

/** Amounts of a whole pod: large enough for its containers, as a rule. */
const podAmounts: typeof amounts = {
  cpu: [['0'], ['1'], ['8', '8000m'], ['12']],
  memory: [['0'], ['1Gi'], ['16Gi', '16384Mi'], ['20G']],
  'hugepages-2Mi': [['8Mi'], ['32Mi', '32768Ki']],
};

type Shape = 'none' | 'request' | 'limit' | 'equal' | 'rising';

/** How often an amount has which shape. */
type Weights = Partial<Record<Shape, number>>;

/** How the containers of a pod are written: a pod of chance alone is next to never Guaranteed. */
const styles: readonly Readonly<Record<'compute' | 'other', Weights>>[] = [
  {
    compute: { none: 3, request: 2, limit: 2, equal: 2, rising: 2 },
    other: { none: 8, request: 1, limit: 1, equal: 1 },
  },
  { compute: { limit: 1, equal: 3 }, other: { none: 8, equal: 1 } },
  { compute: { none: 12, equal: 1, request: 1 }, other: { none: 4, request: 1, equal: 1 } },
  { compute: { none: 1 }, other: { none: 6, request: 1 } },
];

/** All containers say all that a quota could want to know. */
const complete: (typeof styles)[number] = {
  compute: { limit: 1, equal: 1, rising: 3 },
  other: { none: 2, limit: 1, equal: 1, rising: 1 },
};

/** The API server takes no requests that differ from the limits, nor limits alone where it fills in the same. */
const unbending = new Set(['hugepages-2Mi', 'example.com/gpu']);

function shapeOf(weights: Weights): fc.Arbitrary<Shape> {
  const all = Object.entries(weights) as [Shape, number][];
  return fc.oneof(...all.map(([shape, weight]) => ({ weight, arbitrary: fc.constant(shape) })));
}

function pairOf(
  scale: readonly (readonly string[])[],
  shape: Shape,
): fc.Arbitrary<{ request?: string; limit?: string }> {
  const level = fc.nat({ max: scale.length - 1 });
  return fc.tuple(level, level).chain(([a, b]) => {
    const [low, high] = shape === 'rising' ? [Math.min(a, b), Math.max(a, b)] : [a, a];
    const request = fc.constantFrom(...(scale[low] ?? ['0']));
    const limit = fc.constantFrom(...(scale[high] ?? ['0']));
    if (shape === 'none') return fc.constant({});
    if (shape === 'request') return fc.record({ request });
    return shape === 'limit' ? fc.record({ limit }) : fc.record({ request, limit });
  });
}

function resourcesOf(table: typeof amounts, weights: (typeof styles)[number]): fc.Arbitrary<Resources> {
  const all = Object.entries(table).map(([name, scale]) => {
    const own = weights[name === 'cpu' || name === 'memory' ? 'compute' : 'other'];
    const shape = shapeOf(own).map((one) => (unbending.has(name) && one !== 'none' ? 'equal' : one));
    return shape.chain((one) => pairOf(scale, one)).map((pair) => ({ name, ...pair }));
  });
  return fc.tuple(...all).map((found) => {
    const requests = found.flatMap(({ name, request }) => (request === undefined ? [] : [[name, request]]));
    const limits = found.flatMap(({ name, limit }) => (limit === undefined ? [] : [[name, limit]]));
    return {
      ...(requests.length > 0 && { requests: Object.fromEntries(requests) as Amounts }),
      ...(limits.length > 0 && { limits: Object.fromEntries(limits) as Amounts }),
    };
  });
}

function containersOf(weights: (typeof styles)[number], table = amounts): fc.Arbitrary<object> {
  const resources = resourcesOf(table, weights);
  const image = 'registry.example.com/app:1';
  const app = fc.array(resources, { minLength: 1, maxLength: 3 });
  const init = fc.array(fc.record({ resources, isSidecar: fc.boolean() }), { maxLength: 3 });
  return fc.tuple(app, init).map(([apps, inits]) => ({
    containers: apps.map((own, index) => ({ name: `c${index}`, image, resources: own })),
    ...(inits.length > 0 && {
      initContainers: inits.map(({ resources: own, isSidecar }, index) => ({
        name: `i${index}`,
        image,
        resources: own,
        ...(isSidecar && { restartPolicy: 'Always' }),
      })),
    }),
  }));
}

/** KEP-2837: often empty, which is not always the same as absent. */
const podLevel: fc.Arbitrary<object> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom<object>(
      {},
      { requests: {} },
      { limits: {} },
      { requests: { cpu: '0' } },
      { limits: { memory: '0' } },
    ),
  },
  { weight: 2, arbitrary: resourcesOf(podAmounts, { compute: { none: 1, equal: 4 }, other: { none: 1 } }) },
  {
    weight: 4,
    arbitrary: resourcesOf(podAmounts, {
      compute: { none: 2, request: 2, limit: 1, rising: 2 },
      other: { none: 5, limit: 1, equal: 1 },
    }),
  },
);

/** Present in some of ten. */
export function sometimes<T extends object>(
  chance: number,
  arbitrary: fc.Arbitrary<T>,
): fc.Arbitrary<T | object> {
  return fc.oneof({ weight: chance, arbitrary }, { weight: 10 - chance, arbitrary: fc.constant({}) });
}

function withPodLevel(containers: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const own = podLevel.map((resources) => ({ resources }));
  return fc.tuple(containers, sometimes(3, own)).map(([spec, more]) => ({ ...spec, ...more }));
}

/** The spec of a pod: app containers, init containers and sidecars, and resources of the pod itself. Not all are valid. */
export const podSpec = withPodLevel(fc.constantFrom(...styles).chain(containersOf));

/** The same, where every container has amounts of cpu and memory, be they zero. */
export const completePodSpec = withPodLevel(
  fc.oneof(
    { weight: 9, arbitrary: containersOf(complete) },
    { weight: 1, arbitrary: containersOf(complete, { cpu: [['0', '0m']], memory: [['0', '0Mi']] }) },
  ),
);
