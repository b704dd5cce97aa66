/** What both pictures are drawn with. */
import { element, type Markup } from '../markup.ts';
import { left, right, seconds, widthOf, width, type TimeScale } from './scale.ts';

/** A picture without its frame, so that it can be shown in many places. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly content: Markup;
}

export type Fill =
  'arriving' | 'waiting' | 'unknown' | 'working' | 'starting' | 'ready' | 'lost' | 'risk' | 'kept' | 'column';

/** Seconds. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A bar, with the first of the texts that has room in it. */
export function bar(
  fill: Fill,
  { from, to }: Stretch,
  scale: TimeScale,
  { top, height, texts = [] }: { top: number; height: number; texts?: readonly string[] },
): Markup[] {
  const x = scale.x(from);
  const wide = Math.max(2, scale.x(to) - x);
  const text = texts.find((candidate) => widthOf(candidate, fill === 'lost') + 8 <= wide);
  return [
    element('rect', { class: fill, x, y: top, width: wide, height }),
    ...(text === undefined
      ? []
      : [element('text', { class: `on-${fill}`, x: x + 5, y: top + height / 2 + 4 }, text)]),
  ];
}

/** A moment, in seconds: a line across a bar, and words above or below it, on the side that has room. */
export function mark(
  moment: number,
  text: string,
  scale: TimeScale,
  { from, to, y, alarm = false }: { from: number; to: number; y: number; alarm?: boolean },
): Markup[] {
  const x = scale.x(moment);
  const anchor = x + widthOf(text, alarm) <= width ? 'start' : 'end';
  return [
    element('line', { class: alarm ? 'moment alarm' : 'moment', x1: x, x2: x, y1: from, y2: to }),
    element('text', { class: alarm ? 'alarm' : 'text', x, y, 'text-anchor': anchor }, text),
  ];
}

export function label(text: string, y: number, className = 'text'): Markup {
  return element('text', { class: className, x: left, y }, shortened(text));
}

/** Names may have 253 characters. */
function shortened(text: string): string {
  const most = Math.floor((width - left - right) / widthOf(' ') / 1.1);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** A row of a container: its name, words above its bar, the bar, words below it. */
export const row = { height: 86, name: 14, above: 32, bar: 37, barHeight: 22, below: 74 } as const;

export const axisHeight = 20;

/** The time below, and lines up through the picture. */
export function axis(scale: TimeScale, top: number): Markup[] {
  return [
    ...scale.ticks.map((tick) =>
      element('line', { class: 'grid', x1: scale.x(tick), x2: scale.x(tick), y1: 0, y2: top + 4 }),
    ),
    element('line', { class: 'axis', x1: left, x2: width - right, y1: top, y2: top }),
    ...scale.ticks.map((tick, index) => tickLabel(tick, scale.x(tick), top, index === 0)),
  ];
}

/** Without one at the right end, where it would be cut off. */
function tickLabel(tick: number, x: number, top: number, isFirst: boolean): Markup {
  const text = seconds(tick);
  const fits = x + widthOf(text) / 2 <= width;
  const anchor = isFirst ? 'start' : 'middle';
  return element('text', { class: 'muted', x, y: top + 16, 'text-anchor': anchor }, fits ? text : '');
}
