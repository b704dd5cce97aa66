import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyPodDefaults } from '../../../src/policy/api-defaults.ts';
import { Draft } from '../../../src/policy/draft.ts';
import { isObject, valueAt, type Json, type JsonObject, type Path } from '../../../src/policy/json.ts';
import { limitRangeOf } from '../../../src/policy/resources/limit-range.ts';
import { mutate } from '../../../src/policy/mutate.ts';
import { compareQuantities } from '../../../src/policy/resources/quantity.ts';
import { containerResources, resourceAmounts } from '../../../src/policy/resources/resources.ts';
import { readPod } from '../../../src/policy/objects/view.ts';
import { mutationSettings, pods } from './arbitraries.ts';
import { applyPatch } from './json-patch.ts';
import { stopping } from './mutations/settings.ts';
import { podOf } from './objects.ts';

const settings = {
  'limit-range': limitRangeOf('profile test', [{ type: 'Container', defaultRequest: { memory: '128Mi' } }]),
  ...stopping,
};

/** A pod as a webhook gets to see it. */
function stored(pod: JsonObject): JsonObject {
  const draft = new Draft(pod);
  applyPodDefaults(draft);
  return draft.current;
}

describe('mutate', () => {
  it('sets everything in one patch and records it', () => {
    const pod = { metadata: { name: 'web' }, spec: { containers: [{ name: 'app' }] } };
    const records = [
      'memory request for container app',
      'preStop sleep 15s for container app',
      'terminationGracePeriodSeconds 45 (was 30)',
    ];
    const mutated = mutate(pod, settings);
    expect(mutated).toMatchObject({
      records,
      applied: ['limit-range', 'pre-stop-sleep', 'grace-period'],
      warnings: [],
    });
    expect(mutated.patch).toEqual([
      { op: 'add', path: '/spec/containers/0/resources', value: { requests: { memory: '128Mi' } } },
      { op: 'add', path: '/spec/containers/0/lifecycle', value: { preStop: { sleep: { seconds: 15 } } } },
      { op: 'add', path: '/spec/terminationGracePeriodSeconds', value: 45 },
      { op: 'add', path: '/metadata/annotations', value: { 'gracegate.dev/mutations': records.join('; ') } },
    ]);
  });

  it('appends to the record of an earlier call', () => {
    const pod = podOf('containers: [{ name: app }]', {
      'gracegate.dev/mutations': 'memory request for container other',
    });
    const { patch } = mutate(pod, stopping);
    expect(patch).toContainEqual({
      op: 'replace',
      path: '/metadata/annotations/gracegate.dev~1mutations',
      value:
        'memory request for container other; preStop sleep 15s for container app; terminationGracePeriodSeconds 45 (was 30)',
    });
  });

  it('starts the record anew where it is empty', () => {
    const pod = podOf('containers: [{ name: app }]', { 'gracegate.dev/mutations': '' });
    expect(
      mutate(pod, { 'grace-period': { drainSeconds: 60, maxSeconds: 600 } }).pod['metadata'],
    ).toMatchObject({
      annotations: { 'gracegate.dev/mutations': 'terminationGracePeriodSeconds 60 (was 30)' },
    });
  });

  it('does nothing without settings, and gives back the very same pod', () => {
    const pod = podOf('containers: [{ name: app }]');
    const mutated = mutate(pod, {});
    expect(mutated).toEqual({ pod, patch: [], records: [], applied: [], warnings: [] });
    expect(mutated.pod).toBe(pod);
  });

  it('leaves how a Job stops alone', () => {
    const pod = podOf(
      '{ restartPolicy: Never, containers: [{ name: app }], terminationGracePeriodSeconds: 1 }',
    );
    expect(mutate(pod, stopping)).toMatchObject({ pod, patch: [], warnings: [] });
  });

  it('keeps fields that it has never heard of', () => {
    const pod = podOf('{ containers: [{ name: app, ofALaterKubernetes: { a: 1 } }], alsoNew: [1] }');
    expect(mutate(pod, settings).pod['spec']).toMatchObject({
      containers: [{ name: 'app', ofALaterKubernetes: { a: 1 } }],
      alsoNew: [1],
    });
  });

  it.each(['pre-stop-sleep-seconds', 'drain-seconds'])(
    'warns of an unreadable annotation %s once',
    (name) => {
      const pod = podOf('containers: [{ name: app }]', { [`gracegate.dev/${name}`]: 'soon' });
      expect(mutate(pod, stopping).warnings).toEqual([
        `annotation gracegate.dev/${name}: "soon" is not a number of seconds from 0 to 3600; it is ignored`,
      ]);
    },
  );

  it('warns of an unreadable drain-seconds also where the grace period is left alone', () => {
    const pod = podOf('containers: [{ name: app }]', { 'gracegate.dev/drain-seconds': 'soon' });
    expect(mutate(pod, { 'pre-stop-sleep': stopping['pre-stop-sleep'] }).warnings).toEqual([
      'annotation gracegate.dev/drain-seconds: "soon" is not a number of seconds from 0 to 3600; it is ignored',
    ]);
  });
});

describe('whatever the pod and the settings', () => {
  const numRuns = 1000;
  const cases = [pods.map(stored), mutationSettings] as const;

  it('a second call changes nothing (reinvocationPolicy IfNeeded)', () => {
    fc.assert(
      fc.property(...cases, (pod, random) => {
        const once = mutate(pod, random);
        const { warnings: _, ...twice } = mutate(once.pod, random);
        expect(twice).toEqual({ pod: once.pod, patch: [], records: [], applied: [] });
      }),
      { numRuns },
    );
  });

  it('the patch makes the pod, and the pod that came in is untouched', () => {
    fc.assert(
      fc.property(...cases, (pod, random) => {
        const before = structuredClone(pod);
        const mutated = mutate(pod, random);
        expect(pod).toEqual(before);
        expect(applyPatch(pod, mutated.patch)).toEqual(mutated.pod);
      }),
      { numRuns },
    );
  });

  it('nothing that the author wrote is changed but a grace period that is raised', () => {
    fc.assert(
      fc.property(...cases, (pod, random) => {
        const mutated = mutate(pod, random).pod;
        const changed = leaves(pod).filter(([path, value]) => valueAt(mutated, path) !== value);
        const allowed = [
          'spec.terminationGracePeriodSeconds',
          'metadata.annotations.gracegate.dev/mutations',
        ];
        expect(allowed).toEqual(expect.arrayContaining(changed.map(([path]) => path.join('.'))));
        expect(readPod(mutated).gracePeriodSeconds).toBeGreaterThanOrEqual(readPod(pod).gracePeriodSeconds);
      }),
      { numRuns },
    );
  });

  it('no limit ends up below a request', () => {
    fc.assert(
      fc.property(...cases, (pod, random) => {
        expect(limitsBelowRequests(mutate(pod, random).pod)).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('a native sleep that was injected is within the grace period', () => {
    fc.assert(
      fc.property(...cases, (pod, random) => {
        const { pod: mutated, patch } = mutate(pod, random);
        const sleeps = patch.flatMap(({ value }) => injectedSleep(value));
        expect(Math.max(0, ...sleeps)).toBeLessThanOrEqual(readPod(mutated).gracePeriodSeconds);
      }),
      { numRuns },
    );
  });
});

function limitsBelowRequests(pod: JsonObject): string[] {
  return readPod(pod).containers.flatMap((container) => {
    const requests = resourceAmounts(containerResources(container), 'requests');
    const limits = resourceAmounts(containerResources(container), 'limits');
    return [...limits].flatMap(([name, limit]) => {
      const request = requests.get(name);
      return request === undefined || compareQuantities(limit, request) >= 0
        ? []
        : [`${container.name} ${name}`];
    });
  });
}

/** Everything below a value that is not an object or a list with something in it, with its path. */
function leaves(value: Json | undefined, path: Path = []): [Path, Json | undefined][] {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((item, index) => leaves(item, [...path, index]));
  }
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  return [[path, value]];
}

/** The seconds of a sleep action anywhere in what a patch adds. */
function injectedSleep(value: Json): number[] {
  return leaves(value).flatMap(([path, leaf]) =>
    path.slice(-2).join('.') === 'sleep.seconds' && typeof leaf === 'number' ? [leaf] : [],
  );
}
