/**
 * The boundaries of preStop sleeps and grace periods: what our mutations add is never refused, and a sleep that its author
 * wrote is refused exactly when it does not fit the grace period that the pod ends up with.
 */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { annotationKeys } from '../../../src/policy/annotations.ts';
import { gracePeriod } from '../../../src/policy/checks/grace-period.ts';
import type { JsonObject } from '../../../src/policy/json.ts';
import type { MutationSettings } from '../../../src/policy/mutation.ts';
import { predictPod } from '../../../src/policy/predict.ts';
import { preStopOf } from '../../../src/policy/stopping/pre-stop.ts';
import { readPod, type PodView } from '../../../src/policy/objects/view.ts';
import { createNamespace } from '../support/cluster.ts';
import { oracleCreate, type Manifest } from '../support/oracle-create.ts';
import { barePod, container } from '../support/oracle-workloads.ts';
import { messagesOf, ourFindings } from '../support/ours.ts';
import { inParallel } from '../support/parallel.ts';
import { sample, seed } from '../support/random.ts';
import { tallyOf } from '../support/tally.ts';

const count = Number(process.env['GRACEGATE_SLEEP_PODS'] ?? 600);

const someGrace = fc.constantFrom(undefined, -1, 0, 1, 2, 10, 29, 30, 31, 45, 600);

const usually = <T extends object>(one: fc.Arbitrary<T>) => fc.option(one, { freq: 8, nil: undefined });

const profiles = fc
  .record({
    'pre-stop-sleep': usually(
      fc.record({
        seconds: fc.constantFrom(0, 1, 2, 15, 20, 29, 30, 31, 599, 600, 3600),
        containers: fc.constantFrom('all' as const, 'all' as const, 'with-ports' as const),
        method: fc.constantFrom('sleep' as const, 'sleep' as const, 'exec' as const),
      }),
    ),
    'grace-period': usually(
      fc.record({
        drainSeconds: fc.constantFrom(0, 1, 15, 29, 30, 3600),
        maxSeconds: fc.constantFrom(1, 2, 30, 31, 60, 600, 7200),
      }),
    ),
  })
  // As a configuration has it: what is off is absent.
  .map((all) => JSON.parse(JSON.stringify(all)) as MutationSettings);

/** A hook that its author wrote, around the grace period that the pod has without us. */
const hooks = (grace = 30): fc.Arbitrary<object> => {
  const seconds = [-1, 0, 1, grace - 1, grace, grace + 1, 2 * grace].map((own) => ({
    sleep: { seconds: own },
  }));
  const others: readonly object[] = [{ sleep: {} }, { exec: { command: ['sleep', String(grace + 1)] } }];
  const preStop = fc.constantFrom(...seconds, ...others);
  const own = preStop.map((hook) => ({ lifecycle: { preStop: hook } }));
  return fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: own });
};

/** Mostly no annotation. */
const none: readonly undefined[] = Array.from({ length: 8 });

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

const annotations = fc
  .record({
    sleep: fc.constantFrom(...none, '0', '1', '30', '3600'),
    drain: fc.constantFrom(...none, '0', '1', '120'),
  })
  .map(({ sleep, drain }) => ({
    ...(sleep !== undefined && { [annotationKeys.preStopSleepSeconds]: sleep }),
    ...(drain !== undefined && { [annotationKeys.drainSeconds]: drain }),
  }));

let namespace: string;
beforeAll(async () => {
  namespace = await createNamespace();
});

it(`keeps ${count} random pods within the bounds of the server`, async () => {
  const cases = sample(fc.record({ spec: specs, profile: profiles, annotations }), count);
  const outcomes = await inParallel(cases, 8, async ({ spec, profile, annotations: written }, index) => {
    const bare = barePod('random', spec);
    const template = JSON.parse(
      JSON.stringify({ ...bare, metadata: { ...bare.metadata, annotations: written } }),
    ) as JsonObject;
    const { pod } = predictPod(template, { limitRanges: [], mutations: profile });
    const [before, after] = [readPod(template), readPod(pod)];
    const answer = await oracleCreate(namespace, pod as unknown as Manifest);
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
    expect(tally[kind] ?? 0, kind).toBeGreaterThan(0);
}, 300_000);

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
