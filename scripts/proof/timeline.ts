/** A recording as it is drawn. All times are milliseconds since the roll-out began. */
import { livesOfPods, type Phase, type PodLife } from './pods.ts';
import type { Recording } from './recording.ts';
import { listedSpans, routedSpans } from './routing.ts';
import { clip, type Span } from './span.ts';

export const BUCKET_MS = 100;

export interface Timeline {
  readonly title: string;
  readonly label: string;
  /** Of the first and the last request. */
  readonly span: Span;
  /** Every pod of before is gone. */
  readonly rolledOutAt: number;
  readonly buckets: readonly Bucket[];
  /** The old ones in the order of their end, then the new ones in that of their beginning. */
  readonly pods: readonly PodTimeline[];
}

/** Requests that were sent within 100 ms. */
export interface Bucket {
  readonly from: number;
  readonly answered: number;
  readonly failed: number;
}

export interface PodTimeline {
  readonly name: string;
  readonly addedAt: number;
  /** Was there before the roll-out. */
  readonly isOld: boolean;
  readonly phases: readonly Phase[];
  /** An EndpointSlice lists it as ready. */
  readonly listed: readonly Span[];
  /** The node's rules route to it. */
  readonly routed: readonly Span[];
  /** They do though it has been told to stop. */
  readonly misrouted: readonly Span[];
  /** Requests that failed while it was routed to after its deletion. */
  readonly lost: number;
  readonly deletedAt?: number;
  readonly sigtermAt?: number;
  readonly endedAt?: number;
}

export function timelineOf(recording: Recording): Timeline {
  const { title, label, requests, observed, startedAt } = recording;
  const sent = requests.map(({ at }) => at);
  if (sent.length === 0) throw new Error(`${title}: no request was sent`);
  const span = { from: Math.min(...sent), to: Math.max(...sent) + BUCKET_MS };
  const lives = livesOfPods(observed.events, span.to);
  if (lives.length === 0) throw new Error(`${title}: no pod was seen`);
  const pods = lives.map((life) => podTimeline(life, recording, span));
  for (const [seen, what] of [
    ['listed', 'no EndpointSlice listed a pod'],
    ['routed', 'no rule of the node routed to a pod'],
  ] as const)
    if (pods.every((pod) => pod[seen].length === 0)) throw new Error(`${title}: ${what}`);
  const [old, fresh] = [pods.filter(({ isOld }) => isOld), pods.filter(({ isOld }) => !isOld)];
  return {
    title,
    label,
    span: since(span, startedAt),
    rolledOutAt: recording.endedAt - startedAt,
    buckets: bucketsOf(recording),
    pods: [...inTurn(old, ({ deletedAt }) => deletedAt), ...inTurn(fresh, ({ addedAt }) => addedAt)],
  };
}

function inTurn(pods: readonly PodTimeline[], turn: (pod: PodTimeline) => number | undefined): PodTimeline[] {
  const key = (pod: PodTimeline): number => turn(pod) ?? Number.MAX_SAFE_INTEGER;
  return pods.toSorted((a, b) => key(a) - key(b));
}

function podTimeline(life: PodLife, { requests, observed, startedAt }: Recording, span: Span): PodTimeline {
  const { name, address, deletedAt, sigtermAt, endedAt } = life;
  const routed = clip(routedSpans(address, observed.routes, span.to), span);
  const routedAfter = (time: number | undefined): Span[] =>
    time === undefined ? [] : clip(routed, { from: time, to: span.to });
  const afterDeletion = routedAfter(deletedAt);
  const isAfterDeletion = (at: number): boolean =>
    afterDeletion.some(({ from, to }) => at >= from && at < to);
  const relative = <T extends Span>(spans: readonly T[]): T[] => spans.map((each) => since(each, startedAt));
  return {
    name,
    addedAt: life.addedAt - startedAt,
    isOld: life.addedAt < startedAt,
    phases: relative(
      life.phases.flatMap((phase) => clip([phase], span).map((part) => ({ ...phase, ...part }))),
    ),
    listed: relative(clip(listedSpans(name, observed.events, span.to), span)),
    routed: relative(routed),
    misrouted: relative(routedAfter(sigtermAt)),
    lost: requests.filter(({ at, failure }) => failure !== undefined && isAfterDeletion(at)).length,
    ...(deletedAt !== undefined && { deletedAt: deletedAt - startedAt }),
    ...(sigtermAt !== undefined && { sigtermAt: sigtermAt - startedAt }),
    ...(endedAt !== undefined && { endedAt: endedAt - startedAt }),
  };
}

function bucketsOf({ requests, startedAt }: Recording): Bucket[] {
  const groups = Map.groupBy(requests, ({ at }) => Math.floor((at - startedAt) / BUCKET_MS));
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([index, group]) => {
      const failed = group.filter(({ failure }) => failure !== undefined).length;
      return { from: index * BUCKET_MS, answered: group.length - failed, failed };
    });
}

function since<T extends Span>(span: T, start: number): T {
  return { ...span, from: span.from - start, to: span.to - start };
}
