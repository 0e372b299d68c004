/** Source of randomness in [0, 1); tests give their own. */
export type Random = () => number;

export interface BackoffRange {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** One second at first, half a minute at most: a server that restarts is not met by all its clients at once. */
export const NETWORK_BACKOFF: BackoffRange = { baseMs: 1_000, maxMs: 30_000 };

const ceiling = (attempt: number, { baseMs, maxMs }: BackoffRange) => Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));

/** Anything from 0 to the ceiling of this attempt (0 is the first): spreads a crowd evenly. */
export function fullJitterMs(attempt: number, random: Random, range: BackoffRange = NETWORK_BACKOFF): number {
  return Math.round(random() * ceiling(attempt, range));
}

/** The ceiling of this attempt ± 50 %: for repeats that must not come too early either. */
export function halfJitterMs(attempt: number, random: Random, range: BackoffRange = NETWORK_BACKOFF): number {
  return Math.round(ceiling(attempt, range) * (0.5 + random()));
}
