/** Where moments are in a picture. */

/** Pixels of the picture, and what of them time has: narrow, so that its words can be read on a telephone. */
export const width = 480;
export const left = 8;
export const right = 8;

/** Of a character of 11 px in a wide typeface: the reader's is not known. */
const characterWidth = 6.7;

export interface TimeScale {
  /** Pixels from the left. @param moment in seconds, cut off at the end */
  readonly x: (moment: number) => number;
  /** In seconds: as many as have room for a label. */
  readonly ticks: readonly number[];
  /** The last second that is drawn. */
  readonly end: number;
}

/** @param last the last second at which something happens */
export function timeScale(last: number): TimeScale {
  const end = Math.max(last, 1);
  const pixels = (width - left - right) / end;
  const step = stepOf(50 / pixels);
  return {
    end,
    x: (moment) => left + Math.min(moment, end) * pixels,
    ticks: Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step),
  };
}

/** The next of 1, 2, 5, 10, ... and, where people count in minutes and hours, of those. */
function stepOf(least: number): number {
  const steps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];
  const found = steps.find((step) => step >= least);
  return found ?? 10 ** Math.ceil(Math.log10(least));
}

/** @param isBold as what raises an alarm is */
export function widthOf(text: string, isBold = false): number {
  return text.length * characterWidth * (isBold ? 1.12 : 1);
}

/** `4,000 s`, `2.5 s`, without a break before the unit. */
export function seconds(value: number): string {
  return `${(Math.round(value * 10) / 10).toLocaleString('en-US')}\u00A0s`;
}
