/** What the colours mean. */
import { element, type Markup } from '../../src/report/markup.ts';
import type { Fill } from './palette.ts';

export const LEGEND_HEIGHT = 66;

interface Entry {
  readonly fill: Fill;
  readonly text: string;
  readonly x: number;
  readonly height: number;
}

const ROWS: readonly (readonly Entry[])[] = [
  [
    { fill: 'answered', text: 'answered', x: 16, height: 12 },
    { fill: 'failed', text: 'failed', x: 112, height: 12 },
    { fill: 'listed', text: 'pod is ready in the EndpointSlice', x: 206, height: 4 },
    { fill: 'routed', text: 'node routes to the pod', x: 472, height: 4 },
    { fill: 'failed', text: 'node routes to it, but it has stopped', x: 664, height: 4 },
  ],
  [
    { fill: 'unready', text: 'not ready', x: 16, height: 12 },
    { fill: 'ready', text: 'ready', x: 112, height: 12 },
    { fill: 'sleeping', text: 'deleted: preStop sleep, still serving', x: 206, height: 12 },
    { fill: 'stopping', text: 'SIGTERM sent, ending', x: 472, height: 12 },
  ],
];

export function legend(top: number): Markup[] {
  return ROWS.flatMap((entries, row) => {
    const middle = top + 20 + row * 24;
    return entries.flatMap(({ fill, text, x, height }) => [
      element('rect', { class: fill, x, y: middle - height / 2, width: 18, height }),
      element('text', { class: 'text', x: x + 25, y: middle + 4 }, text),
    ]);
  });
}
