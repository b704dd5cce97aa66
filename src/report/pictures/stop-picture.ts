/** The stop of a pod: requests that still arrive, and below them what each container does, over one time. */
import type { PodStop } from '../../policy/life/life.ts';
import type { ContainerStop, Loss } from '../../policy/life/stop.ts';
import { join, type Markup } from '../markup.ts';
import { axis, axisHeight, bar, label, mark, row, type Drawing } from './drawing.ts';
import { seconds, timeScale, width, type TimeScale } from './scale.ts';

/** More containers are counted. */
const mostContainers = 6;

/** The bar of what is not a container, in its lane. */
const lane = { top: 18, height: 10 } as const;
const laneHeight = 34;

export function stopPicture(stop: PodStop): Drawing {
  const shown = stop.containers.slice(0, mostContainers);
  const scale = timeScale(lastMoment(stop) * 1.02);
  const more = stop.containers.length - shown.length;
  const parts = requestsLane(stop, scale);
  let top = laneHeight;
  for (const container of shown) {
    parts.push(...containerRow(container, scale, top));
    top += row.height;
  }
  if (more > 0) {
    parts.push(label(`and ${more} more`, top + 10, 'muted'));
    top += 18;
  }
  if (stop.balancer !== undefined) {
    parts.push(...balancerLane(stop, scale, top));
    top += laneHeight;
  }
  return {
    width,
    height: top + axisHeight,
    content: join([...axis(scale, top), ...parts]),
  };
}

function lastMoment({ removalSeconds, containers, balancer }: PodStop): number {
  const ends = containers.flatMap(({ sigkill, losses }) => [sigkill, ...losses.map(({ to }) => to)]);
  return Math.max(removalSeconds, balancer?.delay ?? 0, ...ends);
}

/** Red from the moment on at which the first container turns requests away. */
function requestsLane({ removalSeconds, removalIsAssumed, containers }: PodStop, scale: TimeScale): Markup[] {
  const losses = containers.flatMap((container) => container.losses.filter(({ why }) => why === 'refused'));
  const bars = lane;
  const assumed = removalIsAssumed ? ' (assumed)' : '';
  return [
    label(`new requests still arrive for ${seconds(removalSeconds)}${assumed}`, 12),
    ...bar('arriving', { from: 0, to: removalSeconds }, scale, bars),
    ...losses
      // What is sure is drawn over what is not.
      .toSorted((a, b) => Number(a.sure) - Number(b.sure))
      .flatMap((loss) => bar(loss.sure ? 'lost' : 'risk', loss, scale, bars)),
  ];
}

function containerRow(container: ContainerStop, scale: TimeScale, top: number): Markup[] {
  const { name, hook, sigterm, sigkill, losses } = container;
  const bars = { top: top + row.bar, height: row.barHeight };
  const ends = losses.filter(({ why }) => why !== 'refused');
  const lines = { from: bars.top - 2, to: bars.top + row.barHeight + 2 };
  const refused = losses.filter(({ why }) => why === 'refused');
  return [
    ...refused.flatMap((loss) => column(loss, scale, bars.top + row.barHeight)),
    label(name, top + row.name, 'text strong'),
    ...phases(container, scale, bars),
    ...ends.flatMap((loss) =>
      bar('lost', loss, scale, {
        ...bars,
        texts: loss.why === 'cut' ? ['requests cut off', 'cut off'] : ['requests lost', 'lost'],
      }),
    ),
    ...(sigterm === undefined
      ? []
      : mark(sigterm, `SIGTERM ${seconds(sigterm)}`, scale, { ...lines, y: top + row.above })),
    ...mark(sigkill, `${hook === 'unknown' ? 'at the latest ' : ''}SIGKILL ${seconds(sigkill)}`, scale, {
      ...lines,
      y: top + row.below,
      alarm: ends.length > 0,
    }),
  ];
}

/** From the requests that arrive down to the container that turns them away. */
function column({ from, to }: Loss, scale: TimeScale, bottom: number): Markup[] {
  return bar('column', { from, to }, scale, {
    top: lane.top + lane.height,
    height: bottom - lane.top - lane.height,
  });
}

function phases(
  { hook, sigterm, sigkill, shell }: ContainerStop,
  scale: TimeScale,
  bars: { readonly top: number; readonly height: number },
): Markup[] {
  if (sigterm === undefined) {
    return bar('unknown', { from: 0, to: sigkill }, scale, {
      ...bars,
      texts: ['preStop for an unknown time, then SIGTERM', 'preStop, unknown'],
    });
  }
  const sleep = hook === 'endless' ? 'preStop never ends' : `preStop sleeps ${seconds(sigterm)}`;
  const left = seconds(sigkill - sigterm);
  return [
    ...(sigterm > 0
      ? bar('waiting', { from: 0, to: sigterm }, scale, {
          ...bars,
          texts: [`${sleep}, serving as before`, sleep, 'preStop'],
        })
      : []),
    ...(shell?.ignoresSignal === false
      ? []
      : bar(shell === undefined ? 'working' : 'risk', { from: sigterm, to: sigkill }, scale, {
          ...bars,
          texts:
            shell === undefined
              ? [`${left} to finish its requests`, `finishes, ${left}`, left]
              : [`does not hear SIGTERM: ${shell.shell} is in front of it`, 'does not hear SIGTERM', 'deaf'],
        })),
  ];
}

function balancerLane({ balancer, graceSeconds }: PodStop, scale: TimeScale, top: number): Markup[] {
  if (balancer === undefined) return [];
  const bars = { ...lane, top: top + lane.top };
  return [
    label(`${balancer.balancer} keeps connections for ${seconds(balancer.delay)}`, top + 12),
    ...bar('kept', { from: 0, to: balancer.delay }, scale, bars),
    ...(balancer.delay > graceSeconds
      ? bar('lost', { from: graceSeconds, to: balancer.delay }, scale, bars)
      : []),
  ];
}
