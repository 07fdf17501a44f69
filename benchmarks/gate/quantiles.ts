/** The value that a share of the values doesn't exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('A quantile needs at least one value.');
  return value;
}

/** Half of the times, and all but a hundredth of them, don't exceed these. Milliseconds. */
export interface Times {
  readonly p50: number;
  readonly p99: number;
}

export function timesOf(milliseconds: readonly number[]): Times {
  return { p50: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) };
}
