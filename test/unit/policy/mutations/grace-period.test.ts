import { describe, expect, it } from 'vitest';

import { Draft } from '../../../../src/policy/draft.ts';
import { gracePeriodMutation } from '../../../../src/policy/mutations/grace-period.ts';
import { readPod } from '../../../../src/policy/objects/view.ts';
import { podOf } from '../objects.ts';
import { stopping } from './settings.ts';

/** A serving pod with a preStop sleep and a grace period. */
function pod(sleep: number, grace?: number): string {
  const hook = sleep === 0 ? '{}' : `{ preStop: { sleep: { seconds: ${sleep} } } }`;
  const period = grace === undefined ? '' : `, terminationGracePeriodSeconds: ${grace}`;
  return `{ containers: [{ name: app, lifecycle: ${hook} }] ${period} }`;
}

function applied(spec: string, annotations: Record<string, string> = {}) {
  const draft = new Draft(podOf(spec, annotations));
  const outcome = gracePeriodMutation.apply(draft, stopping);
  return { grace: readPod(draft.current).gracePeriodSeconds, changed: draft.isChanged, ...outcome };
}

describe('grace = max(existing, min(longest sleep + drain, maxSeconds))', () => {
  it.each([
    ['30 s are enough without a sleep', pod(0), 30],
    ['an explicit 1 s is not', pod(0, 1), 30],
    ['nor is 0', pod(0, 0), 30],
    ['sleep and drain add up', pod(15), 45],
    ['an author who asks for more gets it', pod(15, 200), 200],
    ['exactly enough stays', pod(15, 45), 45],
    ['maxSeconds caps', pod(580), 600],
    ['maxSeconds never lowers', pod(580, 900), 900],
    [
      'the longest sleep counts',
      `containers: [${[5, 90].map((s) => `{ lifecycle: { preStop: { sleep: { seconds: ${s} } } } }`).join(',')}]`,
      120,
    ],
    [
      'an exec sleep counts, rounded up',
      'containers: [{ lifecycle: { preStop: { exec: { command: [sleep, "9.5"] } } } }]',
      40,
    ],
    [
      'the sleep of a sidecar counts',
      `
        containers: [{ name: app }]
        initContainers: [{ name: proxy, restartPolicy: Always, lifecycle: { preStop: { sleep: { seconds: 20 } } } }]
      `,
      50,
    ],
    [
      'a Job keeps what it has',
      '{ restartPolicy: Never, containers: [{ name: app }], terminationGracePeriodSeconds: 1 }',
      1,
    ],
    ['so does a pod without containers', 'terminationGracePeriodSeconds: 1', 1],
  ])('%s', (_name, spec, grace) => {
    expect(applied(spec).grace).toBe(grace);
  });

  it('is off without settings', () => {
    const draft = new Draft(podOf(pod(15)));
    expect(gracePeriodMutation.apply(draft, {})).toEqual({ records: [], warnings: [] });
    expect(draft.isChanged).toBe(false);
  });

  it('records what it raised, and nothing when it raised nothing', () => {
    expect(applied(pod(15)).records).toEqual(['terminationGracePeriodSeconds 45 (was 30)']);
    expect(applied(pod(15, 45))).toEqual({ grace: 45, changed: false, records: [], warnings: [] });
  });
});

describe('the annotation gracegate.dev/drain-seconds', () => {
  it.each([
    ['0', pod(15), 30],
    ['0', pod(15, 1), 1],
    ['10', pod(15), 30],
    ['60', pod(15), 75],
    ['3600', pod(15), 600],
    ['60', pod(15, 200), 200],
  ])('%s, %s: %s s', (seconds, spec, grace) => {
    expect(applied(spec, { 'gracegate.dev/drain-seconds': seconds }).grace).toBe(grace);
  });

  it.each(['3601', 'soon', '-1', ''])('is ignored with a warning when it is %j', (seconds) => {
    expect(applied(pod(15), { 'gracegate.dev/drain-seconds': seconds })).toMatchObject({
      grace: 45,
      warnings: [
        `annotation gracegate.dev/drain-seconds: "${seconds}" is not a number of seconds from 0 to 3600; it is ignored`,
      ],
    });
  });
});
