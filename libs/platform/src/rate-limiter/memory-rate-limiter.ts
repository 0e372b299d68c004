import { LRUCache } from 'lru-cache';
import { RateLimiter, type RateRule, type RateVerdict } from './rate-limiter.js';

/** Buckets kept at once. A flood of keys beyond that pushes out those that were idle longest. */
const MAX_BUCKETS = 100_000;

export interface MemoryRateLimiterOptions {
  /** Multiplies rate and burst of every rule; 0 allows everything. */
  readonly factor: number;
  /** Ms, monotonic. */
  readonly now?: () => number;
  readonly maxBuckets?: number;
}

/**
 * Token buckets in their shortest form (GCRA): one number per key, the time at which the bucket will be full again.
 */
export class MemoryRateLimiter extends RateLimiter {
  readonly #fullAt: LRUCache<string, number>;
  override readonly factor: number;
  readonly #now: () => number;

  constructor({ factor, now = () => performance.now(), maxBuckets = MAX_BUCKETS }: MemoryRateLimiterOptions) {
    super();
    if (!(factor >= 0)) throw new RangeError('the factor of the rate limits must be 0 or more');
    this.factor = factor;
    this.#now = now;
    this.#fullAt = new LRUCache({ max: maxBuckets });
  }

  override take(rule: RateRule, key: string, cost = 1): RateVerdict {
    const factor = this.factorOf(rule);
    if (factor === 0) return { allowed: true };
    const burst = Math.max(1, rule.burst * factor);
    const msPerToken = 1_000 / (rule.perSecond * factor);
    const bucket = `${rule.name} ${key}`;
    const now = this.#now();
    const fullAt = Math.max(now, this.#fullAt.get(bucket) ?? 0) + Math.min(cost, burst) * msPerToken;
    const waitMs = fullAt - now - burst * msPerToken;
    if (waitMs > 1e-6) return { allowed: false, retryAfterMs: Math.ceil(waitMs) };
    this.#fullAt.set(bucket, fullAt);
    return { allowed: true };
  }
}
