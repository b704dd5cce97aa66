/** Random pods and settings, of the right shape unless it says malformed. */
import * as fc from 'fast-check';

import type { Json, JsonObject } from '../../../src/policy/json.ts';
import { limitRangeOf } from '../../../src/policy/resources/limit-range.ts';
import type { MutationSettings } from '../../../src/policy/mutation.ts';

/** What stands around each value of a pod: as it is, or now and then replaced by something of another shape. */
type Loosen = (value: fc.Arbitrary<Json>) => fc.Arbitrary<Json>;

const junk = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    0.5,
    1e21,
    '',
    'Always',
    '-1',
    '1Gi',
    '__proto__',
    [],
    {},
    [null],
    [[]],
    [{}],
  ),
  fc.constantFrom<Json>(
    ...['{"__proto__": {"cpu": "1"}}', '{"constructor": 1}'].map((text) => JSON.parse(text) as Json),
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

const strictly: Loosen = (value) => value;
const loosely: Loosen = (value) => fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: junk });

/** An object of which any field may be absent. */
function object(loosen: Loosen, fields: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<Json> {
  const loosened = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, loosen(value)]));
  return loosen(fc.record(loosened, { requiredKeys: [] }));
}

/** Per resource, amounts from small to large. */
const amounts = {
  cpu: ['0', '1m', '50m', '0.1', '100m', '0.5', '1', '2', '1e1'],
  memory: ['0', '1000', '64Mi', '128Mi', '0.5Gi', '1G', '1Gi'],
  'example.com/device': ['1', '2', '4'],
} as const;

type Resource = keyof typeof amounts;

const resourceNames = Object.keys(amounts) as Resource[];

/** Two amounts of which the first is not above the second; either may be absent. */
function orderedAmounts(resource: Resource): fc.Arbitrary<[string | undefined, string | undefined]> {
  const scale = amounts[resource];
  const index = fc.nat({ max: scale.length - 1 });
  return fc
    .tuple(index, index, fc.boolean(), fc.boolean())
    .map(([a, b, hasLow, hasHigh]) => [
      hasLow ? scale[Math.min(a, b)] : undefined,
      hasHigh ? scale[Math.max(a, b)] : undefined,
    ]);
}

/** Two resource lists, each amount of the first at most that of the second. */
function orderedLists(low: string, high: string): fc.Arbitrary<Json> {
  return fc.tuple(...resourceNames.map(orderedAmounts)).map((pairs) => {
    const list = (side: 0 | 1): JsonObject =>
      Object.fromEntries(
        pairs.flatMap((pair, index) =>
          pair[side] === undefined ? [] : [[resourceNames[index] ?? '', pair[side]]],
        ),
      );
    return { [low]: list(0), [high]: list(1) };
  });
}

function hooks(loosen: Loosen): fc.Arbitrary<Json> {
  const seconds = fc.constantFrom(0, 5, 15, 30, 180, 900);
  return fc.oneof(
    object(loosen, { sleep: object(loosen, { seconds }) }),
    object(loosen, {
      exec: object(loosen, {
        command: fc.constantFrom<Json>(
          ['sleep', '20'],
          ['sh', '-c', 'sleep 0.5; sleep 1m'],
          ['/stop.sh'],
          [],
        ),
      }),
    }),
    object(loosen, { httpGet: object(loosen, { port: fc.constant(80) }) }),
  );
}

function containers(loosen: Loosen, prefix: string): fc.Arbitrary<Json> {
  const probe = object(loosen, {
    httpGet: object(loosen, { port: fc.constant(80) }),
    periodSeconds: fc.nat({ max: 20 }),
  });
  const container = object(loosen, {
    image: fc.constantFrom('web:1', 'docker.io/istio/proxyv2:1'),
    restartPolicy: fc.constantFrom('Always', 'Never', 'OnFailure'),
    ports: fc.constantFrom<Json>([], [{ containerPort: 8080 }]),
    resources: orderedLists('requests', 'limits'),
    lifecycle: object(loosen, { preStop: hooks(loosen) }),
    readinessProbe: probe,
    livenessProbe: probe,
  });
  return loosen(
    fc
      .array(container, { maxLength: 3 })
      .map((list) => list.map((one, index) => ({ name: `${prefix}-${index}`, ...(one as JsonObject) }))),
  );
}

/** An object with `metadata` and `spec`. */
function podShape(loosen: Loosen): fc.Arbitrary<Json> {
  const seconds = fc.constantFrom('0', '5', '45', '3600', '3601', 'soon');
  return object(loosen, {
    metadata: object(loosen, {
      annotations: object(loosen, {
        'gracegate.dev/pre-stop-sleep-seconds': seconds,
        'gracegate.dev/drain-seconds': seconds,
        'gracegate.dev/exempt': fc.constantFrom('readiness-probe', 'cpu-request,nothing', ''),
        'gracegate.dev/exempt-reason': fc.constantFrom('because', ''),
        'gracegate.dev/mutations': fc.constantFrom('', 'set by an earlier call'),
      }),
    }),
    spec: object(loosen, {
      restartPolicy: fc.constantFrom('Always', 'Never'),
      terminationGracePeriodSeconds: fc.constantFrom(0, 1, 30, 45, 200, 3600),
      containers: containers(loosen, 'app'),
      initContainers: containers(loosen, 'init'),
      ephemeralContainers: containers(loosen, 'debug'),
      resources: object(loosen, { requests: object(loosen, { cpu: fc.constant('2') }) }),
    }),
  });
}

export const pods = podShape(strictly) as fc.Arbitrary<JsonObject>;

/** Pods in which any part may be something else. The pod itself is an object, as everything that is reviewed. */
export const malformedPods = podShape(loosely).map((pod) =>
  typeof pod === 'object' && pod !== null && !Array.isArray(pod) ? (pod as JsonObject) : { spec: pod },
);

export const malformedJson = fc.oneof(junk, podShape(loosely));

export const mutationSettings: fc.Arbitrary<MutationSettings> = fc.record(
  {
    'limit-range': orderedLists('defaultRequest', 'default').map((lists) =>
      limitRangeOf('profile random', [{ type: 'Container', ...(lists as JsonObject) }]),
    ),
    'pre-stop-sleep': fc.record({
      seconds: fc.constantFrom(0, 15, 120, 700),
      containers: fc.constantFrom('all', 'with-ports'),
      method: fc.constantFrom('sleep', 'exec'),
    }),
    'grace-period': fc.record({
      drainSeconds: fc.constantFrom(0, 10, 30),
      maxSeconds: fc.constantFrom(1, 60, 600),
    }),
  },
  { requiredKeys: [] },
);
