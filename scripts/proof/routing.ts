/** Where requests can go: what EndpointSlices list, and what the node's rules route to, which follow them. */
import type { Routes, WatchEvent } from '../../test/node/load/observed.ts';
import { spansWhile, type Span } from './span.ts';

/** When an EndpointSlice listed the pod as ready. */
export function listedSpans(pod: string, events: readonly WatchEvent[], end: number): Span[] {
  const listing = new Set<string>();
  const sightings = events.flatMap(({ at, type, object }) => {
    if (object.kind !== 'EndpointSlice') return [];
    const lists =
      type !== 'DELETED' &&
      (object.endpoints ?? []).some(
        ({ conditions, targetRef }) => targetRef?.name === pod && conditions.ready === true,
      );
    if (lists) listing.add(object.metadata.name);
    else listing.delete(object.metadata.name);
    return [{ at, holds: listing.size > 0 }];
  });
  return spansWhile(sightings, end);
}

/** When the node routed to the address. */
export function routedSpans(address: string, routes: readonly Routes[], end: number): Span[] {
  return spansWhile(
    routes.map(({ at, addresses }) => ({ at, holds: addresses.includes(address) })),
    end,
  );
}
