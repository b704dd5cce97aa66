/** The picture: a panel for each roll-out, over one time axis. A file of its own, and a part of the page. */
import { legend, LEGEND_HEIGHT } from './legend.ts';
import { element, Markup } from '../../src/report/markup.ts';
import { styleOfPicture } from './palette.ts';
import { heightOf, panel } from './panel.ts';
import { timeScale, WIDTH } from './scale.ts';
import type { Timeline } from './timeline.ts';

const GAP = 14;
const MARGIN = 8;

export interface PictureText {
  readonly title: string;
  /** For those who cannot see it. */
  readonly description: string;
}

export function picture(timelines: readonly Timeline[], { title, description }: PictureText): Markup {
  const scale = timeScale(timelines);
  const most = Math.max(
    1,
    ...timelines.flatMap(({ buckets }) => buckets.map(({ answered, failed }) => answered + failed)),
  );
  let top = MARGIN;
  const panels = timelines.map((timeline) => {
    const drawn = panel(timeline, scale, top, most);
    top += heightOf(timeline) + GAP;
    return drawn;
  });
  const height = Math.ceil(top + LEGEND_HEIGHT);
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'img',
      'aria-labelledby': 'picture-title picture-description',
    },
    element('title', { id: 'picture-title' }, title),
    element('desc', { id: 'picture-description' }, description),
    new Markup(`<style>\n${styleOfPicture()}\n</style>`),
    element('rect', { class: 'ground', x: 0, y: 0, width: WIDTH, height, rx: 6 }),
    ...panels,
    element('line', { class: 'frame', x1: 16, x2: WIDTH - 16, y1: top - 2, y2: top - 2 }),
    ...legend(top),
  );
}
