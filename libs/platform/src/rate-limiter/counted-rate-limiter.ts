import type { Metrics } from '@parley/telemetry';
import { RateLimiter, type RateRule, type RateVerdict } from './rate-limiter.js';

/** Counts what another limiter refuses. */
class CountedRateLimiter extends RateLimiter {
  readonly #refusals;

  constructor(
    private readonly limiter: RateLimiter,
    metrics: Metrics,
  ) {
    super();
    this.#refusals = metrics.counter({
      name: 'parley_rate_limit_refusals_total',
      help: 'Attempts that a rate limit refused, by rule.',
      labelNames: ['rule'],
    });
  }

  override get factor(): number {
    return this.limiter.factor;
  }

  override take(rule: RateRule, key: string, cost?: number): Promise<RateVerdict> | RateVerdict {
    const verdict = this.limiter.take(rule, key, cost);
    return verdict instanceof Promise ? verdict.then((answer) => this.#note(rule, answer)) : this.#note(rule, verdict);
  }

  #note({ name }: RateRule, verdict: RateVerdict): RateVerdict {
    if (!verdict.allowed) this.#refusals.inc({ rule: name });
    return verdict;
  }
}

export const counted = (limiter: RateLimiter, metrics: Metrics | undefined): RateLimiter =>
  metrics ? new CountedRateLimiter(limiter, metrics) : limiter;
