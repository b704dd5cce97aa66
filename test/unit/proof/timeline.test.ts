import { describe, expect, it } from 'vitest';
import { livesOfPods } from '../../../scripts/proof/pods.ts';
import { listedSpans } from '../../../scripts/proof/routing.ts';
import { timelineOf } from '../../../scripts/proof/timeline.ts';
import { routedAddresses } from '../../node/load/observed.ts';
import { NEW_POD, OLD_POD, podEvent, recording, sliceEvent, START } from './example.ts';

describe('the timeline of a roll-out', () => {
  it('shows a pod that is sent SIGTERM at its deletion, routed to though it has stopped', () => {
    const [old, fresh] = timelineOf(recording()).pods;
    expect(old).toMatchObject({
      name: OLD_POD,
      isOld: true,
      phases: [
        { name: 'ready', from: -1000, to: 2000 },
        { name: 'stopping', from: 2000, to: 2400 },
      ],
      listed: [{ from: -1000, to: 2030 }],
      routed: [{ from: -1000, to: 2600 }],
      misrouted: [{ from: 2000, to: 2600 }],
      lost: 6,
      deletedAt: 2000,
      sigtermAt: 2000,
      endedAt: 2400,
    });
    expect(fresh).toMatchObject({
      name: NEW_POD,
      isOld: false,
      phases: [
        { name: 'unready', from: 100, to: 1800 },
        { name: 'ready', from: 1800, to: 5000 },
      ],
      listed: [{ from: 1850, to: 5000 }],
      routed: [{ from: 1900, to: 5000 }],
      misrouted: [],
      lost: 0,
    });
    expect(fresh).not.toHaveProperty('deletedAt');
  });

  it('shows a pod that serves on while its preStop hook sleeps', () => {
    const [old] = timelineOf(recording({ sleepSeconds: 1 })).pods;
    expect(old).toMatchObject({
      phases: [
        { name: 'ready', from: -1000, to: 2000 },
        { name: 'sleeping', from: 2000, to: 3000 },
        { name: 'stopping', from: 3000, to: 3400 },
      ],
      routed: [{ from: -1000, to: 2600 }],
      misrouted: [],
      lost: 0,
      sigtermAt: 3000,
    });
  });

  it('orders old pods by their end and new ones by their beginning', () => {
    const seen = recording();
    const events = [
      podEvent(-1600, 'ADDED', 'web-5c9f-last', { isReady: true }),
      ...seen.observed.events,
      podEvent(2500, 'ADDED', 'web-77aa-later'),
      podEvent(4000, 'DELETED', 'web-5c9f-last'),
    ];
    const { pods } = timelineOf({ ...seen, observed: { ...seen.observed, events } });
    expect(pods.map(({ name }) => name)).toEqual([OLD_POD, 'web-5c9f-last', NEW_POD, 'web-77aa-later']);
  });

  it('counts what fails at a pod that sleeps as well', () => {
    const seen = recording({ sleepSeconds: 1 });
    const lost = { at: START + 2300, milliseconds: 3, failure: 'HTTP 503' };
    const [old] = timelineOf({ ...seen, requests: [...seen.requests, lost] }).pods;
    expect(old).toMatchObject({ misrouted: [], lost: 1 });
  });

  it('counts each request once, in the 100 ms in which it was sent', () => {
    const { buckets, span } = timelineOf(recording());
    expect(span).toEqual({ from: -1000, to: 5000 });
    expect(buckets).toHaveLength(60);
    expect(buckets.filter(({ failed }) => failed > 0).map(({ from }) => from)).toEqual([
      2000, 2100, 2200, 2300, 2400, 2500,
    ]);
    expect(buckets.reduce((sum, { answered, failed }) => sum + answered + failed, 0)).toBe(60);
  });

  it('refuses a recording that saw nothing', () => {
    const seen = recording();
    expect(() => timelineOf({ ...seen, requests: [] })).toThrow('Without Gracegate: no request was sent');
    expect(() => timelineOf({ ...seen, observed: { events: [], routes: [] } })).toThrow(
      'Without Gracegate: no pod was seen',
    );
    expect(() => timelineOf({ ...seen, observed: { ...seen.observed, routes: [] } })).toThrow(
      'Without Gracegate: no rule of the node routed to a pod',
    );
    const ofPods = seen.observed.events.filter(({ object }) => object.kind === 'Pod');
    expect(() => timelineOf({ ...seen, observed: { ...seen.observed, events: ofPods } })).toThrow(
      'Without Gracegate: no EndpointSlice listed a pod',
    );
  });
});

describe('the life of a pod', () => {
  const end = START + 9000;
  const phases = (...events: Parameters<typeof livesOfPods>[0]): unknown =>
    livesOfPods(events, end)[0]?.phases.map(({ name, from, to }) => [name, from - START, to - START]);

  it('shows that readiness is lost and comes back', () => {
    expect(
      phases(
        podEvent(0, 'ADDED', 'web', { isReady: true }),
        podEvent(1000, 'MODIFIED', 'web'),
        podEvent(1500, 'MODIFIED', 'web'),
        podEvent(2000, 'MODIFIED', 'web', { isReady: true }),
      ),
    ).toEqual([
      ['ready', 0, 1000],
      ['unready', 1000, 2000],
      ['ready', 2000, 9000],
    ]);
  });

  it('ends a sleep when the containers end before it', () => {
    expect(
      phases(
        podEvent(0, 'ADDED', 'web', { isReady: true, sleepSeconds: 5 }),
        podEvent(1000, 'MODIFIED', 'web', { isReady: true, isDeleted: true, sleepSeconds: 5 }),
        podEvent(1300, 'MODIFIED', 'web', { isDeleted: true, hasEnded: true, sleepSeconds: 5 }),
      ),
    ).toEqual([
      ['ready', 0, 1000],
      ['sleeping', 1000, 1300],
    ]);
  });

  it('sleeps to the end of what was seen when it is still asleep then', () => {
    expect(
      phases(podEvent(8000, 'ADDED', 'web', { isReady: true, isDeleted: true, sleepSeconds: 15 })),
    ).toEqual([['sleeping', 8000, 9000]]);
  });

  it('is over when the pod is gone without a word', () => {
    expect(phases(podEvent(0, 'ADDED', 'web', { isReady: true }), podEvent(700, 'DELETED', 'web'))).toEqual([
      ['ready', 0, 700],
    ]);
  });
});

describe('what EndpointSlices list', () => {
  const spans = (...events: Parameters<typeof listedSpans>[1]): unknown =>
    listedSpans('web', events, START + 9000).map(({ from, to }) => [from - START, to - START]);

  it('is listed as long as one of several slices lists it', () => {
    expect(
      spans(
        sliceEvent(0, { web: true }, { name: 'a' }),
        sliceEvent(500, { web: true }, { name: 'b' }),
        sliceEvent(1000, {}, { name: 'a' }),
        sliceEvent(2000, { web: true }, { name: 'b', type: 'DELETED' }),
      ),
    ).toEqual([[0, 2000]]);
  });

  it('is not listed when it is only serving, or another pod is ready', () => {
    expect(spans(sliceEvent(0, { web: false, other: true }))).toEqual([]);
  });
});

describe('what the node routes to', () => {
  const rules = `*nat
-A KUBE-SERVICES -d 10.0.0.7/32 -p tcp -m comment --comment "proof-1/web cluster IP" -j KUBE-SVC-A
-A KUBE-SVC-A -m comment --comment "proof-1/web -> 10.244.0.9:8080" -m statistic --probability 0.5 -j KUBE-SEP-B
-A KUBE-SVC-A -m comment --comment "proof-1/web -> 10.244.0.10:8080" -j KUBE-SEP-C
-A KUBE-SVC-D -m comment --comment "proof-11/web -> 10.244.0.11:8080" -j KUBE-SEP-D
-A KUBE-SVC-E -m comment --comment "proof-1/named:http -> 10.244.0.9:80" -j KUBE-SEP-E
COMMIT`;

  it('is read from the comments of kube-proxy, for one namespace', () => {
    expect(routedAddresses(rules, 'proof-1')).toEqual(['10.244.0.10', '10.244.0.9']);
    expect(routedAddresses(rules, 'proof')).toEqual([]);
  });
});
