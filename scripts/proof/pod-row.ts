/** The lower part of a panel: a row for each pod, and over each whether requests are sent there. */
import { element, join, type Markup } from '../../src/report/markup.ts';
import type { PhaseName } from './pods.ts';
import { LEFT, RIGHT, WIDTH, widthOf, type TimeScale } from './scale.ts';
import type { Span } from './span.ts';
import type { PodTimeline } from './timeline.ts';
import { count, seconds, shortName } from './words.ts';

export const ROW_HEIGHT = 38;
const [LISTED_TOP, ROUTED_TOP, LINE_HEIGHT] = [4, 9, 4];
const [BAR_TOP, BAR_HEIGHT] = [15, 17];

const PHASES: Readonly<Record<PhaseName, string>> = {
  unready: 'not ready',
  ready: 'ready',
  sleeping: 'preStop sleep, serving as before',
  stopping: 'SIGTERM sent',
};

export function podRow(pod: PodTimeline, scale: TimeScale, top: number): Markup {
  const rect = (className: string, { from, to }: Span, y: number, height: number, title: string): Markup =>
    element(
      'rect',
      { class: className, x: scale.x(from), y, width: Math.max(1, scale.x(to) - scale.x(from)), height },
      element('title', {}, `${pod.name}: ${title}, ${seconds(from)} to ${seconds(to)}`),
    );
  const line = (className: string, span: Span, y: number, title: string): Markup =>
    rect(className, span, top + y, LINE_HEIGHT, title);
  return join([
    element(
      'text',
      { class: 'text', x: LEFT - 6, y: top + BAR_TOP + 13, 'text-anchor': 'end' },
      `${pod.isOld ? 'old' : 'new'} pod ${shortName(pod.name)}`,
    ),
    ...pod.listed.map((span) => line('listed', span, LISTED_TOP, 'ready in the EndpointSlice')),
    ...pod.routed.map((span) => line('routed', span, ROUTED_TOP, 'the node routes to it')),
    ...pod.misrouted.map((span) =>
      line('failed', span, ROUTED_TOP, 'the node routes to it, and it has stopped'),
    ),
    ...pod.phases.map((phase) => rect(phase.name, phase, top + BAR_TOP, BAR_HEIGHT, PHASES[phase.name])),
    ...remarkOf(pod, scale, top + BAR_TOP + 13),
  ]);
}

/** One sentence at the bar of a pod that was stopped: what became of the requests that were sent to it. */
function remarkOf(pod: PodTimeline, scale: TimeScale, y: number): Markup[] {
  const { deletedAt, sigtermAt, misrouted, routed, lost } = pod;
  if (deletedAt === undefined || sigtermAt === undefined) return [];
  const end = pod.phases.at(-1)?.to ?? sigtermAt;
  if (misrouted.length > 0) {
    const late = misrouted.reduce((sum, { from, to }) => sum + to - from, 0);
    const text = `stopped, and routed to for ${seconds(late)} more: ${count(lost, 'request')} failed`;
    return [remark('alarm strong', text, scale.x(Math.max(end, misrouted.at(-1)?.to ?? end)), y)];
  }
  const last = routed.at(-1)?.to;
  if (last === undefined || last <= deletedAt) return [];
  const text = `still serving; routed to for ${seconds(last - deletedAt)} more: ${count(lost, 'request')} failed`;
  const [from, to] = [scale.x(deletedAt), scale.x(sigtermAt)];
  return widthOf(text) < to - from
    ? [element('text', { class: 'text', x: from + 6, y }, text)]
    : [remark('text', text, scale.x(end), y)];
}

/** Beside the bar, on the side that has room. */
function remark(className: string, text: string, end: number, y: number): Markup {
  const x = Math.min(end + 8, WIDTH - RIGHT - widthOf(text));
  return element('text', { class: className, x, y }, text);
}
