/** The upper part of a panel: requests per 100 ms, those that failed in red. */
import { element, join, type Markup } from '../../src/report/markup.ts';
import { LEFT, RIGHT, WIDTH, type TimeScale } from './scale.ts';
import { BUCKET_MS, type Timeline } from './timeline.ts';
import { seconds } from './words.ts';

export const PLOT_HEIGHT = 72;
/** A single failure among many answers must be seen. */
const SMALLEST_BAR = 4;

/** @param most requests in a bucket of any panel: the height of the plot */
export function requestsPlot(timeline: Timeline, scale: TimeScale, top: number, most: number): Markup {
  const bottom = top + PLOT_HEIGHT;
  const width = Math.max(1, scale.x(BUCKET_MS) - scale.x(0) - 0.6);
  const bar = (kind: 'answered' | 'failed', x: number, y: number, height: number): Markup =>
    element('rect', { class: kind, x, y, width, height });
  const bars = timeline.buckets.flatMap(({ from, answered, failed }) => {
    const x = scale.x(from);
    const red = failed === 0 ? 0 : Math.max(SMALLEST_BAR, (failed / most) * PLOT_HEIGHT);
    const rest = Math.min((answered / most) * PLOT_HEIGHT, PLOT_HEIGHT - red);
    const title = element('title', {}, `${seconds(from)}: ${answered} answered, ${failed} failed`);
    return [
      element(
        'g',
        {},
        title,
        ...(rest > 0 ? [bar('answered', x, bottom - red - rest, rest)] : []),
        ...(red > 0 ? [bar('failed', x, bottom - red, red)] : []),
      ),
    ];
  });
  return join([
    label('requests', top + 12),
    label(`per ${BUCKET_MS} ms`, top + 27),
    element('text', { class: 'muted small', x: LEFT - 6, y: top + 9, 'text-anchor': 'end' }, most),
    ...bars,
    element('line', { class: 'axis', x1: LEFT, x2: WIDTH - RIGHT, y1: bottom, y2: bottom }),
  ]);
}

function label(text: string, y: number): Markup {
  return element('text', { class: 'muted', x: 16, y }, text);
}
