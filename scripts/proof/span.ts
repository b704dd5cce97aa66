/** Stretches of time, in milliseconds of any clock, as long as it is the same one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** When a thing that was told of at some moments was so. `end` closes what has not ended. */
export function spansWhile(
  sightings: readonly { readonly at: number; readonly holds: boolean }[],
  end: number,
): Span[] {
  const spans: Span[] = [];
  let from: number | undefined;
  for (const { at, holds } of sightings) {
    if (holds) from ??= at;
    else if (from !== undefined) {
      spans.push({ from, to: at });
      from = undefined;
    }
  }
  if (from !== undefined && from < end) spans.push({ from, to: end });
  return spans;
}

/** What of the spans lies within `limits`. */
export function clip(spans: readonly Span[], limits: Span): Span[] {
  return spans
    .map(({ from, to }) => ({ from: Math.max(from, limits.from), to: Math.min(to, limits.to) }))
    .filter(({ from, to }) => from < to);
}
