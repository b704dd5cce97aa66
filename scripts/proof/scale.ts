/** Where things are in the picture, in pixels of an SVG that is 1000 wide. */
import type { Span } from './span.ts';
import type { Timeline } from './timeline.ts';

export const WIDTH = 1000;
export const LEFT = 120;
export const RIGHT = 20;
/** Of a bold character of 12 px in a wide typeface: the reader's is not known. */
const CHARACTER_WIDTH = 7;

export interface TimeScale {
  readonly span: Span;
  /** @param time milliseconds since the roll-out began */
  x(time: number): number;
  /** Whole seconds within the span, as many as have room for a label, in milliseconds. */
  readonly ticks: readonly number[];
}

export function widthOf(text: string): number {
  return text.length * CHARACTER_WIDTH;
}

/** Whether the text, begun at `x`, ends within the picture. */
export function hasRoom(text: string, x: number): boolean {
  return x + widthOf(text) <= WIDTH - RIGHT;
}

/** One for all timelines, so that what is above each other happened after the same time. */
export function timeScale(timelines: readonly Timeline[]): TimeScale {
  const span = {
    from: Math.min(...timelines.map((timeline) => timeline.span.from)),
    to: Math.max(...timelines.map((timeline) => timeline.span.to)),
  };
  const pixels = (WIDTH - LEFT - RIGHT) / (span.to - span.from);
  const minimum = 44 / pixels;
  const step =
    [1, 2, 5, 10, 20, 30, 60, 120].map((seconds) => seconds * 1000).find((ms) => ms >= minimum) ?? 300_000;
  const first = Math.ceil(span.from / step) * step;
  const count = Math.floor((span.to - first) / step) + 1;
  return {
    span,
    x: (time) => LEFT + (time - span.from) * pixels,
    ticks: Array.from({ length: count }, (_, index) => first + index * step),
  };
}
