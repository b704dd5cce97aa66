import { describe, expect, it } from 'vitest';
import type { ContainerStart } from '../../../../src/policy/life/start.ts';
import type { PodStop } from '../../../../src/policy/life/life.ts';
import type { ContainerStop } from '../../../../src/policy/life/stop.ts';
import type { Drawing } from '../../../../src/report/pictures/drawing.ts';
import { left, right, timeScale, width } from '../../../../src/report/pictures/scale.ts';
import { startPicture } from '../../../../src/report/pictures/start-picture.ts';
import { stopPicture } from '../../../../src/report/pictures/stop-picture.ts';
import { describeStart, describeStop } from '../../../../src/report/pictures/words.ts';

const container: ContainerStop = {
  name: 'app',
  hook: 'sleep',
  sigterm: 15,
  sigkill: 45,
  takesRequests: true,
  losses: [],
};

const calm: PodStop = {
  graceSeconds: 45,
  removalSeconds: 5,
  removalIsAssumed: true,
  drainSeconds: 10,
  containers: [container],
  sidecars: [],
};

const stopOf = (fields: Partial<ContainerStop>): PodStop => ({
  ...calm,
  containers: [{ ...container, ...fields }],
});

const start: ContainerStart = {
  name: 'app',
  isSidecar: false,
  asks: { readinessProbe: 5, livenessProbe: 15 },
  ready: 5,
  kill: { at: 35, by: 'livenessProbe' },
  outcome: 'ready',
};

interface Rect {
  readonly fill: string;
  readonly from: number;
  readonly to: number;
}

/** The bars of a picture, in seconds of a scale that ends then. */
function barsOf({ content }: Drawing, end: number): Rect[] {
  const pixels = (width - left - right) / end;
  return [...content.text.matchAll(/<rect class="([\w-]+)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(
    ([, fill = '', x, wide]) => {
      const from = (Number(x) - left) / pixels;
      const round = (value: number): number => Math.round(value * 2) / 2;
      return { fill, from: round(from), to: round(from + Number(wide) / pixels) };
    },
  );
}

/** A non-breaking space stands before a unit. */
const plain = (text: string): string => text.replaceAll('\u00A0', ' ');

const textsOf = ({ content }: Drawing): string[] =>
  [...content.text.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => plain(text));

const said = (sentences: readonly { readonly text: string; readonly bad: boolean }[]): string[] =>
  sentences.map(({ text, bad }) => `${bad ? '! ' : ''}${plain(text)}`);

describe('the picture of a stop', () => {
  it('has the sleep, the drain and the requests on one time line', () => {
    const drawing = stopPicture(calm);
    expect(barsOf(drawing, 45 * 1.02)).toEqual([
      { fill: 'arriving', from: 0, to: 5 },
      { fill: 'waiting', from: 0, to: 15 },
      { fill: 'working', from: 15, to: 45 },
    ]);
    expect(textsOf(drawing)).toEqual(
      expect.arrayContaining(['SIGTERM 15 s', 'SIGKILL 45 s', '30 s to finish its requests']),
    );
  });

  it('is red where new requests are turned away, down to the container', () => {
    const losses = [{ why: 'refused', from: 0, to: 5, sure: true }] as const;
    const drawing = stopPicture(stopOf({ hook: 'none', sigterm: 0, losses }));
    expect(barsOf(drawing, 45 * 1.02).filter(({ from, to }) => from === 0 && to === 5)).toEqual([
      { fill: 'arriving', from: 0, to: 5 },
      { fill: 'lost', from: 0, to: 5 },
      { fill: 'column', from: 0, to: 5 },
    ]);
  });

  it('is hatched where they may be', () => {
    const losses = [{ why: 'refused', from: 2, to: 5, sure: false }] as const;
    const drawing = stopPicture(stopOf({ sigterm: 2, losses }));
    expect(barsOf(drawing, 45 * 1.02)).toContainEqual({ fill: 'risk', from: 2, to: 5 });
    expect(drawing.content.text).not.toContain('class="lost"');
  });

  it('is red beyond SIGKILL where requests are cut off', () => {
    const losses = [{ why: 'cut', from: 47, to: 55, sure: true }] as const;
    const drawing = stopPicture(stopOf({ sigterm: 45, sigkill: 47, losses }));
    expect(barsOf(drawing, 55 * 1.02)).toContainEqual({ fill: 'lost', from: 47, to: 55 });
    expect(drawing.content.text).toMatch(/<text class="alarm"[^>]*>SIGKILL/);
  });

  it('shows a load balancer, red beyond the grace period', () => {
    const drawing = stopPicture({ ...calm, balancer: { balancer: 'Ingress web', delay: 60 } });
    expect(barsOf(drawing, 60 * 1.02).slice(-2)).toEqual([
      { fill: 'kept', from: 0, to: 60 },
      { fill: 'lost', from: 45, to: 60 },
    ]);
  });

  it('draws six containers and counts the rest', () => {
    const containers = Array.from({ length: 9 }, (_, index) => ({ ...container, name: `app-${index}` }));
    const texts = textsOf(stopPicture({ ...calm, containers }));
    expect(texts.filter((text) => text.startsWith('app-'))).toHaveLength(6);
    expect(texts).toContain('and 3 more');
  });
});

describe('the picture of a start', () => {
  it('has the wait for readiness, and then requests', () => {
    const drawing = startPicture([start]);
    expect(barsOf(drawing, 35 * 1.15)).toEqual([
      { fill: 'starting', from: 0, to: 5 },
      { fill: 'ready', from: 5, to: 40 },
    ]);
    expect(textsOf(drawing)).toEqual(
      expect.arrayContaining(['readiness probe asks from 5 s on', 'killed at 35 s if it does not answer']),
    );
  });

  it('is red from the kill on where the start never ends', () => {
    const drawing = startPicture([
      { ...start, ready: 60, kill: { at: 15, by: 'livenessProbe' }, outcome: 'loop' },
    ]);
    expect(barsOf(drawing, 84)).toEqual([
      { fill: 'starting', from: 0, to: 15 },
      { fill: 'lost', from: 15, to: 84 },
    ]);
  });

  it('is hatched where nobody asks before requests come', () => {
    const drawing = startPicture([{ name: 'app', isSidecar: false, asks: {}, ready: 0, outcome: 'blind' }]);
    expect(barsOf(drawing, 10)).toEqual([{ fill: 'risk', from: 0, to: 10 }]);
    expect(textsOf(drawing)).toContain('no liveness probe: nothing restarts it when it hangs');
  });
});

describe('the time scale', () => {
  it.each([0.5, 1, 7, 30, 45, 90, 600, 3600, 86_400, 1e9])(
    'has ticks with room between them up to %d s',
    (last) => {
      const { ticks, x, end } = timeScale(last);
      expect(ticks[0]).toBe(0);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(x(end)).toBeCloseTo(width - right);
      expect(x(end * 2)).toBe(x(end));
      for (const [index, tick] of ticks.slice(1).entries())
        expect(x(tick) - x(ticks[index] ?? 0)).toBeGreaterThan(45);
    },
  );
});

describe('the words of a stop', () => {
  it.each([
    [stopOf({}), ['app: preStop sleeps 15 s, then SIGTERM; SIGKILL at 45 s, which leaves 30 s.']],
    [
      stopOf({ hook: 'none', sigterm: 0, losses: [{ why: 'refused', from: 0, to: 5, sure: true }] }),
      [
        'app: no preStop hook, SIGTERM at once; SIGKILL at 45 s, which leaves 45 s.',
        '! Lost: new requests, which still arrive from 0 s to 5 s (assumed).',
      ],
    ],
    [
      stopOf({ hook: 'unknown', sigterm: undefined, takesRequests: false }),
      [
        'app: a preStop hook of unknown length, then SIGTERM; SIGKILL at 45 s. It declares no ports, so no requests are expected.',
      ],
    ],
    [
      stopOf({ sigterm: 45, sigkill: 47, losses: [{ why: 'cut', from: 47, to: 55, sure: true }] }),
      [
        'app: preStop sleeps 45 s, then SIGTERM; SIGKILL at 47 s, which leaves 2 s.',
        '! Lost: what it still answers at 47 s: it has 2 s to finish, of 10 s needed.',
      ],
    ],
    [
      stopOf({
        shell: { shell: 'sh', ignoresSignal: true },
        losses: [{ why: 'deaf', from: 45, to: 55, sure: true }],
      }),
      [
        'app: preStop sleeps 15 s, then SIGTERM; SIGKILL at 45 s, which leaves 30 s.',
        '! Lost: what it answers at 45 s, because sh keeps SIGTERM from it.',
      ],
    ],
    [
      { ...calm, sidecars: ['proxy'], balancer: { balancer: 'Ingress web', delay: 60 } },
      [
        'app: preStop sleeps 15 s, then SIGTERM; SIGKILL at 45 s, which leaves 30 s.',
        '! Lost: connections that Ingress web keeps until 60 s, and the pod ends at 45 s.',
        'proxy: stopped after the containers.',
      ],
    ],
  ] satisfies [PodStop, string[]][])('%#', (stop, sentences) => {
    expect(said(describeStop(stop))).toEqual(sentences);
  });
});

describe('the words of a start', () => {
  it.each([
    [
      start,
      'app: may be Ready from 5 s on; killed by the liveness probe at 35 s at the earliest if it does not answer.',
    ],
    [
      { ...start, ready: 60, kill: { at: 15, by: 'livenessProbe' }, outcome: 'loop' },
      '! app: never serves, because it is killed at 15 s and asked whether it is ready at 60 s.',
    ],
    [
      { name: 'app', isSidecar: false, asks: {}, ready: 0, outcome: 'blind' },
      '! app: at risk are requests from 0 s on, because no probe asks whether it can answer.',
    ],
  ] satisfies [ContainerStart, string][])('%#', (container_, sentence) => {
    expect(said(describeStart([container_]))).toEqual([sentence]);
  });
});
