/**
 * The boundaries of preStop sleeps and grace periods: what our mutations add is never refused, and a sleep that its author
 * wrote is refused exactly when it does not fit the grace period that the pod ends up with.
 */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { gracePeriod } from '../../../src/policy/checks/grace-period.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import type { MutationSettings } from '../../../src/policy/mutation.ts';
import { predictPod } from '../../../src/policy/predict.ts';
import { preStopOf } from '../../../src/policy/pre-stop.ts';
import { readPod, type PodView } from '../../../src/policy/view.ts';
import { createNamespace } from '../support/cluster.ts';
import { oracleCreate } from '../support/oracle-create.ts';
import { barePod, container } from '../support/oracle-workloads.ts';
import { messagesOf, ourFindings } from '../support/ours.ts';
import { inParallel } from '../support/parallel.ts';
import { sample, seed } from '../support/random.ts';
import { tallyOf } from '../support/tally.ts';

const count = Number(process.env['GRACEGATE_SLEEP_PODS'] ?? 1000);

const someGrace = fc.constantFrom(undefined, -1, 0, 1, 2, 10, 29, 30, 31, 45, 600);

const profiles: fc.Arbitrary<MutationSettings> = fc.record(
  {
    'pre-stop-sleep': fc.record({
      seconds: fc.constantFrom(0, 1, 2, 15, 29, 30, 31, 599, 600, 3600),
      containers: fc.constantFrom('all' as const, 'with-ports' as const),
      method: fc.constantFrom('sleep' as const, 'sleep' as const, 'exec' as const),
    }),
    'grace-period': fc.record({
      drainSeconds: fc.constantFrom(0, 1, 15, 29, 30, 3600),
      maxSeconds: fc.constantFrom(1, 2, 30, 31, 60, 600, 7200),
    }),
  },
  { requiredKeys: [] },
);

/** A hook that its author wrote, around the grace period that the pod has without us. */
const hooks = (grace = 30): fc.Arbitrary<object> => {
  const seconds = [-1, 0, 1, grace - 1, grace, grace + 1, 2 * grace].map((own) => ({
    sleep: { seconds: own },
  }));
  const others: readonly object[] = [{ sleep: {} }, { exec: { command: ['sleep', String(grace + 1)] } }];
  const preStop = fc.constantFrom(...seconds, ...others);
  return fc.oneof(
    fc.constant({}),
    preStop.map((hook) => ({ lifecycle: { preStop: hook } })),
  );
};

const ports = fc.constantFrom<object>({}, { ports: [{ containerPort: 8080 }] });

const specs = someGrace.chain((grace) => {
  const one = fc.tuple(hooks(grace), ports).map(([hook, port]) => ({ ...hook, ...port }));
  return fc
    .record({
      apps: fc.array(one, { minLength: 1, maxLength: 2 }),
      sidecars: fc.array(one, { maxLength: 1 }),
      restartPolicy: fc.constantFrom('Always', 'Always', 'Never'),
    })
    .map(({ apps, sidecars, restartPolicy }) => ({
      ...(grace !== undefined && { terminationGracePeriodSeconds: grace }),
      restartPolicy,
      containers: apps.map((more, index) => container(`c${index}`, {}, more)),
      initContainers: [
        ...sidecars.map((more, index) => container(`s${index}`, {}, { restartPolicy: 'Always', ...more })),
        container('init'),
      ],
    }));
});

const annotations = fc.record(
  {
    'gracegate.dev/pre-stop-sleep-seconds': fc.constantFrom('0', '1', '30', '3600'),
    'gracegate.dev/drain-seconds': fc.constantFrom('0', '1', '120'),
  },
  { requiredKeys: [] },
);

let namespace: string;
beforeAll(async () => {
  namespace = await createNamespace();
});

it(`keeps ${count} random pods within the bounds of the server`, async () => {
  const cases = sample(fc.record({ spec: specs, profile: profiles, annotations }), count);
  const outcomes = await inParallel(cases, 8, async ({ spec, profile, annotations: written }, index) => {
    const bare = barePod('random', spec);
    const template = { ...bare, metadata: { ...bare.metadata, annotations: written } };
    const { pod } = predictPod(JSON.parse(JSON.stringify(template)) as JsonObject, {
      limitRanges: [],
      mutations: profile,
    });
    const [before, after] = [readPod(template as unknown as JsonObject), readPod(pod)];
    const answer = await oracleCreate(namespace, pod as unknown as typeof template);
    const context = `seed ${seed}, number ${index}: ${JSON.stringify({ spec, profile, written, pod, message: answer.message }, null, 1)}`;
    // The sleeps that we have added are not among what may be refused.
    const wrong = invalidSleeps(after).filter(({ field }) => fieldsOf(before).has(field));
    expect(refusalsOf(answer.message), context).toEqual(wrong.map(({ words }) => words).toSorted());
    expect(answer.accepted, context).toBe(wrong.length === 0);
    if (wrong.some(({ seconds, serves }) => serves && seconds > after.gracePeriodSeconds)) {
      const findings = ourFindings(gracePeriod, { ...pod, metadata: { name: 'random' } });
      expect(messagesOf(findings).length, context).toBeGreaterThan(0);
    }
    const isPatched = fieldsOf(after).size > fieldsOf(before).size;
    return `${answer.accepted ? 'accepted' : 'refused'}${isPatched ? ' with a sleep of ours' : ''}`;
  });
  const tally = tallyOf('preStop sleeps', outcomes);
  for (const kind of ['accepted', 'refused', 'accepted with a sleep of ours', 'refused with a sleep of ours'])
    expect(tally[kind] ?? 0, kind).toBeGreaterThan(count / 50);
});

const fieldOf = (path: readonly (string | number)[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);

/** The containers with a preStop hook. */
function fieldsOf(pod: PodView): Set<string> {
  return new Set(
    pod.containers.filter((one) => preStopOf(one) !== undefined).map(({ path }) => fieldOf(path)),
  );
}

interface InvalidSleep {
  readonly field: string;
  readonly seconds: number;
  readonly serves: boolean;
  readonly words: string;
}

/** Accepted is 0 to the grace period, both included, in spite of the words (validateSleepAction). */
function invalidSleeps(pod: PodView): InvalidSleep[] {
  const grace = pod.gracePeriodSeconds;
  return pod.containers.flatMap((one) => {
    const hook = preStopOf(one) as { sleep?: { seconds?: number } } | undefined;
    const seconds = hook?.sleep?.seconds ?? 0;
    if (seconds >= 0 && seconds <= grace) return [];
    const field = fieldOf(one.path);
    const words =
      `${field}.lifecycle.preStop.sleep: Invalid value: ${seconds}: ` +
      `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
    return [{ field, seconds, serves: one.serves, words }];
  });
}

/** The reasons of a refusal. */
function refusalsOf(message: string): string[] {
  if (message === '') return [];
  const [, list = ''] = /is invalid: \[?(.*?)\]?$/s.exec(message) ?? [];
  return list.split(/, (?=spec\.)/).toSorted();
}
