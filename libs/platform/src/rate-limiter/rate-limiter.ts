/** A token bucket: `burst` at once, refilled at `perSecond`. */
export interface RateRule {
  /** Part of the bucket's key, so that rules never share a bucket. */
  readonly name: string;
  readonly perSecond: number;
  readonly burst: number;
  /** False for what is a rule of its own and no protection: `PARLEY_LIMITS_FACTOR` does not touch it. Default true. */
  readonly isScaled?: boolean;
}

export type RateVerdict = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number };

/**
 * Counts attempts per key. Limits hold per installation, and per process while the shared store is away; they never
 * fail open without bound and never throw. `PARLEY_LIMITS_FACTOR` multiplies rate and burst; 0 allows everything.
 */
export abstract class RateLimiter {
  /** `PARLEY_LIMITS_FACTOR`, for limits that are counted where they apply, like those of one socket. */
  abstract readonly factor: number;
  /** Takes `cost` tokens from the bucket of `key`, or none and says when they will be there. */
  abstract take(rule: RateRule, key: string, cost?: number): Promise<RateVerdict> | RateVerdict;

  protected factorOf({ isScaled = true }: RateRule): number {
    return isScaled ? this.factor : 1;
  }
}
