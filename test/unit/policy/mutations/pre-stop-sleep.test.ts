import { describe, expect, it } from 'vitest';

import { Draft } from '../../../../src/policy/draft.ts';
import type { MutationSettings } from '../../../../src/policy/mutation.ts';
import { preStopSleep } from '../../../../src/policy/mutations/pre-stop-sleep.ts';
import { preStopOf } from '../../../../src/policy/stopping/pre-stop.ts';
import { readPod } from '../../../../src/policy/objects/view.ts';
import { podOf } from '../objects.ts';
import { stopping } from './settings.ts';

/** What the mutation did: the hook of each container that has one, what it recorded and what it warned of. */
function applied(
  spec: string,
  {
    settings = stopping,
    annotations = {},
  }: { settings?: MutationSettings; annotations?: Record<string, string> } = {},
) {
  const draft = new Draft(podOf(spec, annotations));
  const outcome = preStopSleep.apply(draft, settings);
  const hooks = readPod(draft.current).containers.flatMap((container) => {
    const hook = preStopOf(container);
    return hook === undefined ? [] : [[container.name, hook] as const];
  });
  return { hooks: Object.fromEntries(hooks), ...outcome };
}

const nothing = { hooks: {}, records: [], warnings: [] };
const sleep15 = { sleep: { seconds: 15 } };

describe('which containers get a sleep', () => {
  it('those that serve, all at once', () => {
    expect(applied('containers: [{ name: app }, { name: web }]')).toEqual({
      hooks: { app: sleep15, web: sleep15 },
      records: ['preStop sleep 15s for container app, web'],
      warnings: [],
    });
  });

  it.each([
    ['init containers', 'initContainers: [{ name: setup }]'],
    [
      'sidecars, which stop after the others anyway',
      'initContainers: [{ name: proxy, restartPolicy: Always }]',
    ],
    ['ephemeral containers', 'ephemeralContainers: [{ name: debug }]'],
    ['containers that end', 'containers: [{ name: once, restartPolicy: OnFailure }]'],
    ['Jobs', '{ restartPolicy: Never, containers: [{ name: app }] }'],
    [
      'a Job with a sidecar',
      '{ restartPolicy: OnFailure, containers: [{ name: app }], initContainers: [{ name: p, restartPolicy: Always }] }',
    ],
  ])('not %s', (_name, spec) => {
    expect(applied(spec)).toEqual(nothing);
  });

  it('only the serving container beside the others', () => {
    const { hooks } = applied(`
      containers: [{ name: app }, { name: once, restartPolicy: Never }]
      initContainers: [{ name: setup }, { name: proxy, restartPolicy: Always }]
      ephemeralContainers: [{ name: debug }]
    `);
    expect(hooks).toEqual({ app: sleep15 });
  });

  it.each([
    ['sleep: { seconds: 1 }'],
    ['exec: { command: [/stop.sh] }'],
    ['httpGet: { port: 80 }'],
    ['tcpSocket: { port: 80 }'],
    ['hookOfALaterKubernetes: {}'],
  ])('never one that has the hook %s', (hook) => {
    const { hooks, records } = applied(`containers: [{ name: app, lifecycle: { preStop: { ${hook} } } }]`);
    expect(hooks['app']).not.toEqual(sleep15);
    expect(records).toEqual([]);
  });

  it('keeps what else is in the lifecycle', () => {
    const draft = new Draft(
      podOf('containers: [{ name: app, lifecycle: { postStart: { exec: { command: [a] } }, preStop: {} } }]'),
    );
    preStopSleep.apply(draft, stopping);
    expect(readPod(draft.current).containers[0]?.raw['lifecycle']).toEqual({
      postStart: { exec: { command: ['a'] } },
      preStop: sleep15,
    });
  });
});

const withPreStop = (over: object): MutationSettings => ({
  ...stopping,
  'pre-stop-sleep': { ...stopping['pre-stop-sleep'], ...over },
});

describe('settings', () => {
  it('is off without them', () => {
    expect(applied('containers: [{ name: app }]', { settings: {} })).toEqual(nothing);
  });

  it('seconds: 0 injects nothing', () => {
    expect(applied('containers: [{ name: app }]', { settings: withPreStop({ seconds: 0 }) })).toEqual(
      nothing,
    );
  });

  it('containers: with-ports asks for declared ports', () => {
    const spec =
      'containers: [{ name: app, ports: [{ containerPort: 80 }] }, { name: none, ports: [] }, { name: worker }]';
    expect(applied(spec, { settings: withPreStop({ containers: 'with-ports' }) }).hooks).toEqual({
      app: sleep15,
    });
  });

  it("method: exec runs the image's own sleep", () => {
    expect(
      applied('containers: [{ name: app }]', { settings: withPreStop({ method: 'exec' }) }).hooks,
    ).toEqual({
      app: { exec: { command: ['sleep', '15'] } },
    });
  });
});

const annotated = (seconds: string, spec = 'containers: [{ name: app }]') =>
  applied(spec, { annotations: { 'gracegate.dev/pre-stop-sleep-seconds': seconds } });

describe('the annotation gracegate.dev/pre-stop-sleep-seconds', () => {
  it('overrides the profile', () => {
    expect(annotated('40').hooks).toEqual({ app: { sleep: { seconds: 40 } } });
  });

  it('switches the sleep off with 0', () => {
    expect(annotated('0')).toEqual(nothing);
  });

  it('takes 3600 where the grace period is long enough', () => {
    const spec = '{ containers: [{ name: app }], terminationGracePeriodSeconds: 3630 }';
    expect(annotated('3600', spec).hooks).toEqual({ app: { sleep: { seconds: 3600 } } });
  });

  it.each(['3601', 'soon', '-1', ''])('is ignored with a warning when it is %j', (seconds) => {
    expect(annotated(seconds)).toEqual({
      hooks: { app: sleep15 },
      records: ['preStop sleep 15s for container app'],
      warnings: [
        `annotation gracegate.dev/pre-stop-sleep-seconds: "${seconds}" is not a number of seconds from 0 to 3600; it is ignored`,
      ],
    });
  });
});

describe('a sleep that does not fit', () => {
  it('is skipped with a warning when the grace period may not grow enough', () => {
    expect(
      applied('containers: [{ name: app }, { name: web }]', {
        annotations: { 'gracegate.dev/pre-stop-sleep-seconds': '571' },
      }),
    ).toEqual({
      hooks: {},
      records: [],
      warnings: [
        'no preStop sleep for container app, web: 571 s do not fit a grace period of 600 s with 30 s to drain',
      ],
    });
  });

  it.each([
    ['570 s are the most under maxSeconds 600', {}, '570', true],
    ['a longer grace period of the author holds more', { grace: 700 }, '670', true],
    ['but not for ever', { grace: 700 }, '671', false],
    ['more time to drain leaves less', { drain: '100' }, '501', false],
    ['less time to drain leaves more', { drain: '10' }, '590', true],
    ['drain-seconds 0 leaves the grace period alone', { drain: '0' }, '31', false],
    ['and lets the sleep have all of it', { drain: '0' }, '30', true],
  ])('%s', (_name, { grace, drain }: { grace?: number; drain?: string }, seconds, fits) => {
    const spec = `{ containers: [{ name: app }], terminationGracePeriodSeconds: ${grace ?? 30} }`;
    const annotations = {
      'gracegate.dev/pre-stop-sleep-seconds': seconds,
      ...(drain !== undefined && { 'gracegate.dev/drain-seconds': drain }),
    };
    expect(applied(spec, { annotations }).records).toHaveLength(fits ? 1 : 0);
  });

  it.each([
    [24, 0],
    [25, 1],
  ])('keeps 10 s to drain when the grace period is left alone: of %s s', (grace, records) => {
    const spec = `{ containers: [{ name: app }], terminationGracePeriodSeconds: ${grace} }`;
    const settings = { 'pre-stop-sleep': stopping['pre-stop-sleep'] };
    expect(applied(spec, { settings }).records).toHaveLength(records);
  });
});
