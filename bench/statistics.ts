/** Medians and not means: on a shared machine single measurements are far off, and always in the same direction. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Interpolates between neighbours. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new Error('there is no quantile of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}

/** `1.20 (1.15..1.31)`: the median and the extremes, which say how far to trust it. */
export function withSpread(values: readonly number[], digits: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return `${median(values).toFixed(digits)} (${low}..${high})`;
}
