/** One roll-out: what it is, its requests, its pods, and the time below. */
import { element, join, type Markup } from '../../src/report/markup.ts';
import { podRow, ROW_HEIGHT } from './pod-row.ts';
import { PLOT_HEIGHT, requestsPlot } from './requests-plot.ts';
import { hasRoom, LEFT, RIGHT, WIDTH, type TimeScale } from './scale.ts';
import type { Timeline } from './timeline.ts';
import { seconds, thousands } from './words.ts';

const HEADING_HEIGHT = 34;
const GAP = 6;
const AXIS_HEIGHT = 26;

/** Pixels that a panel takes. */
export function heightOf({ pods }: Timeline): number {
  return HEADING_HEIGHT + PLOT_HEIGHT + GAP + pods.length * ROW_HEIGHT + AXIS_HEIGHT;
}

/** @param most requests in a bucket of any panel */
export function panel(timeline: Timeline, scale: TimeScale, top: number, most: number): Markup {
  const plotTop = top + HEADING_HEIGHT;
  const rowsTop = plotTop + PLOT_HEIGHT + GAP;
  const bottom = rowsTop + timeline.pods.length * ROW_HEIGHT;
  return join([
    heading(timeline, top + 20),
    ...scale.ticks.map((time) =>
      element('line', { class: 'grid', x1: scale.x(time), x2: scale.x(time), y1: plotTop, y2: bottom }),
    ),
    ...columns(timeline, scale, plotTop, rowsTop),
    requestsPlot(timeline, scale, plotTop, most),
    ...timeline.pods.map((pod, index) => podRow(pod, scale, rowsTop + index * ROW_HEIGHT)),
    ...ending(timeline, scale, plotTop + PLOT_HEIGHT / 2),
    ...axis(scale, bottom),
  ]);
}

function heading({ title, label, buckets }: Timeline, y: number): Markup {
  const failed = buckets.reduce((sum, bucket) => sum + bucket.failed, 0);
  const all = buckets.reduce((sum, bucket) => sum + bucket.answered, failed);
  const of = label === '' ? 'namespace without label' : `namespace with ${label}`;
  return element(
    'text',
    { class: 'text heading', x: 16, y },
    title,
    element(
      'tspan',
      { class: failed > 0 ? 'alarm' : 'good', dx: 12 },
      `${thousands(failed)} of ${thousands(all)} requests failed`,
    ),
    element('tspan', { class: 'muted', dx: 12, 'font-size': 12, 'font-weight': 400 }, of),
  );
}

/** From a pod that is routed to though it has stopped up to the requests of that time. */
function columns({ pods }: Timeline, scale: TimeScale, plotTop: number, rowsTop: number): Markup[] {
  return pods.flatMap(({ misrouted }, index) =>
    misrouted.map(({ from, to }) =>
      element('rect', {
        class: 'failed column',
        x: scale.x(from),
        y: plotTop,
        width: Math.max(1, scale.x(to) - scale.x(from)),
        height: rowsTop + (index + 1) * ROW_HEIGHT - 6 - plotTop,
      }),
    ),
  );
}

/** Why there is nothing to the right, where a panel ends before the other. */
function ending({ rolledOutAt, span }: Timeline, scale: TimeScale, y: number): Markup[] {
  const x = scale.x(span.to) + 10;
  const text = `all old pods are gone after ${seconds(rolledOutAt)}`;
  return hasRoom(text, x) ? [element('text', { class: 'muted', x, y }, text)] : [];
}

function axis(scale: TimeScale, y: number): Markup[] {
  return [
    element('line', { class: 'axis', x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y }),
    ...scale.ticks.map((time) =>
      element(
        'text',
        { class: 'muted small', x: scale.x(time), y: y + 15, 'text-anchor': 'middle' },
        `${time / 1000} s`,
      ),
    ),
  ];
}
