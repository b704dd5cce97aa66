/** The start of a pod's containers: when each may be Ready, and what kills it before. */
import type { ContainerStart } from '../../policy/life/start.ts';
import { join, type Markup } from '../markup.ts';
import { axis, axisHeight, bar, label, mark, row, type Drawing } from './drawing.ts';
import { seconds, timeScale, width, type TimeScale } from './scale.ts';

/** More containers are counted. */
const mostContainers = 6;

/** Of the time that is drawn in any case, so that there is a bar to see where everything may happen at once. */
const leastSeconds = 10;

export function startPicture(containers: readonly ContainerStart[]): Drawing {
  const shown = containers.slice(0, mostContainers);
  const last = Math.max(
    leastSeconds,
    ...containers.flatMap(({ ready, kill }) => [ready * 1.4, (kill?.at ?? 0) * 1.15]),
  );
  const scale = timeScale(last);
  const more = containers.length - shown.length;
  const parts = shown.flatMap((container, index) => containerRow(container, scale, index * row.height));
  const top = shown.length * row.height + (more > 0 ? 18 : 0);
  if (more > 0) parts.push(label(`and ${more} more`, top - 8, 'muted'));
  return { width, height: top + axisHeight, content: join([...axis(scale, top), ...parts]) };
}

function containerRow(container: ContainerStart, scale: TimeScale, top: number): Markup[] {
  const { name, isSidecar, kill, outcome } = container;
  const bars = { top: top + row.bar, height: row.barHeight };
  const below = bars.top + row.barHeight;
  return [
    label(`${name}${isSidecar ? ' (sidecar)' : ''}`, top + row.name, 'text strong'),
    ...stretches(container, scale, bars),
    ...readyMark(container, scale, { from: bars.top - 2, to: bars.top + 5, y: top + row.above }),
    ...(kill === undefined
      ? [label('no liveness probe: nothing restarts it when it hangs', top + row.below, 'muted')]
      : mark(kill.at, killText(container), scale, {
          from: below - 5,
          to: below + 2,
          y: top + row.below,
          alarm: outcome === 'loop',
        })),
  ];
}

function killText({ kill, outcome }: ContainerStart): string {
  const at = seconds(kill?.at ?? 0);
  if (outcome === 'loop') return `killed at ${at}`;
  return kill?.by === 'startupProbe'
    ? `killed at ${at} if it has not started`
    : `killed at ${at} if it does not answer`;
}

function readyMark(
  { ready, outcome, asks }: ContainerStart,
  scale: TimeScale,
  lines: { readonly from: number; readonly to: number; readonly y: number },
): Markup[] {
  if (outcome === 'blind') return mark(0, 'Ready at 0 s', scale, { ...lines, alarm: true });
  const probe = asks.readinessProbe === undefined ? 'startup probe' : 'readiness probe';
  const text = `${probe} asks ${outcome === 'loop' ? 'at' : 'from'} ${seconds(ready)}${outcome === 'loop' ? '' : ' on'}`;
  return mark(ready, text, scale, lines);
}

function stretches(
  { ready, kill, outcome }: ContainerStart,
  scale: TimeScale,
  bars: { readonly top: number; readonly height: number },
): Markup[] {
  const { end } = scale;
  const starting = { ...bars, texts: ['starting, no requests yet', 'starting'] };
  if (outcome === 'blind') {
    return bar('risk', { from: 0, to: end }, scale, {
      ...bars,
      texts: ['gets requests at once, able to answer or not'],
    });
  }
  if (outcome === 'loop') {
    const at = kill?.at ?? 0;
    return [
      ...(at > 0 ? bar('starting', { from: 0, to: at }, scale, starting) : []),
      ...bar('lost', { from: at, to: end }, scale, {
        ...bars,
        texts: [
          'killed before it can be Ready, again and again',
          'killed before it can be Ready',
          'restarts for ever',
          'restarts',
        ],
      }),
    ];
  }
  return [
    ...(ready > 0 ? bar('starting', { from: 0, to: ready }, scale, starting) : []),
    ...bar('ready', { from: ready, to: end }, scale, {
      ...bars,
      texts: ['Ready as soon as it answers', 'Ready'],
    }),
  ];
}
