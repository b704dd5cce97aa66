/** A small recording, as the programs in the node would make it: one old pod gives way to a new one. */
import type { EndpointSliceObject, PodObject, WatchEvent } from '../../../test/node/load/observed.ts';
import type { Recording } from '../../../scripts/proof/recording.ts';
import { rollOutOf, type Proof } from '../../../scripts/proof/proof.ts';

/** When the roll-out began, in milliseconds of Unix time. */
export const START = 1_800_000_000_000;
export const OLD_POD = 'web-5c9f-old01';
export const NEW_POD = 'web-77aa-new01';
const [OLD_ADDRESS, NEW_ADDRESS] = ['10.244.0.5', '10.244.0.6'];

interface PodState {
  readonly address?: string;
  readonly isReady?: boolean;
  readonly isDeleted?: boolean;
  readonly hasEnded?: boolean;
  readonly sleepSeconds?: number;
}

export function podEvent(
  at: number,
  type: WatchEvent['type'],
  name: string,
  { address, isReady = false, isDeleted = false, hasEnded = false, sleepSeconds }: PodState = {},
): WatchEvent {
  const object: PodObject = {
    kind: 'Pod',
    metadata: { name, ...(isDeleted && { deletionTimestamp: '2027-01-15T08:00:30Z' }) },
    spec: {
      containers: [
        sleepSeconds === undefined ? {} : { lifecycle: { preStop: { sleep: { seconds: sleepSeconds } } } },
      ],
    },
    status: {
      ...(address !== undefined && { podIP: address }),
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: [{ state: hasEnded ? { terminated: {} } : {} }],
    },
  };
  return { at: START + at, type, object };
}

export function sliceEvent(
  at: number,
  endpoints: Readonly<Record<string, boolean>>,
  { name = 'web-abcde', type = 'MODIFIED' }: { name?: string; type?: WatchEvent['type'] } = {},
): WatchEvent {
  const object: EndpointSliceObject = {
    kind: 'EndpointSlice',
    metadata: { name },
    endpoints: Object.entries(endpoints).map(([pod, ready]) => ({
      conditions: { ready },
      targetRef: { name: pod },
    })),
  };
  return { at: START + at, type, object };
}

/**
 * The old pod is deleted after 2 s and routed to for 0.6 s more; without a sleep the requests of this time fail, ten a
 * second being sent from -1 s to 5 s.
 */
export function recording({ sleepSeconds }: { readonly sleepSeconds?: number } = {}): Recording {
  const sleep = sleepSeconds === undefined ? {} : { sleepSeconds };
  const end = 2000 + (sleepSeconds ?? 0) * 1000;
  const old = { address: OLD_ADDRESS, ...sleep };
  const fresh = { address: NEW_ADDRESS, ...sleep };
  return {
    title: sleepSeconds === undefined ? 'Without Gracegate' : 'With Gracegate',
    label: sleepSeconds === undefined ? '' : 'gracegate.dev/mutate=baseline',
    startedAt: START,
    endedAt: START + 4000,
    requests: Array.from({ length: 60 }, (_, index) => {
      const at = index * 100 - 1000;
      const isLost = sleepSeconds === undefined && at >= 2000 && at < 2600;
      return {
        at: START + at,
        milliseconds: isLost ? 2 : 20 + index,
        ...(isLost ? { failure: 'ECONNREFUSED' } : { pod: at < 2600 ? OLD_POD : NEW_POD }),
      };
    }),
    observed: {
      events: [
        podEvent(-1500, 'ADDED', OLD_POD, { ...old, isReady: true }),
        sliceEvent(-1490, { [OLD_POD]: true }, { type: 'ADDED' }),
        podEvent(100, 'ADDED', NEW_POD, sleep),
        podEvent(900, 'MODIFIED', NEW_POD, fresh),
        podEvent(1800, 'MODIFIED', NEW_POD, { ...fresh, isReady: true }),
        sliceEvent(1850, { [OLD_POD]: true, [NEW_POD]: true }),
        podEvent(2000, 'MODIFIED', OLD_POD, { ...old, isReady: true, isDeleted: true }),
        sliceEvent(2030, { [OLD_POD]: false, [NEW_POD]: true }),
        podEvent(end + 400, 'MODIFIED', OLD_POD, { ...old, isDeleted: true, hasEnded: true }),
        podEvent(end + 450, 'DELETED', OLD_POD, { ...old, isDeleted: true, hasEnded: true }),
      ],
      routes: [
        { at: START - 1400, addresses: [OLD_ADDRESS] },
        { at: START + 1900, addresses: [OLD_ADDRESS, NEW_ADDRESS] },
        { at: START + 2600, addresses: [NEW_ADDRESS] },
      ],
    },
  };
}

export function proof(): Proof {
  return {
    without: rollOutOf(recording()),
    with: rollOutOf(recording({ sleepSeconds: 1 })),
    circumstances: {
      kubernetes: 'v1.37.1',
      stops: 'ends at once',
      rate: 10,
      manifest: '{ "image": "<web> & \'more\'" }',
      date: new Date(START),
    },
  };
}
