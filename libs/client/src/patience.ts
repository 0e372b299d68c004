import { fullJitterMs, type BackoffRange } from './backoff.js';
import { delay } from './delay.js';

/** Waits that grow, with full jitter: a crowd that lost its server together does not come back together. */
export class Patience {
  private tries = 0;

  constructor(private readonly range: BackoffRange = { baseMs: 100, maxMs: 2_000 }) {}

  reset(): void {
    this.tries = 0;
  }

  /** Waits for a random time, at least `atLeastMs`. Rejects when the signal fires. */
  async wait(signal: AbortSignal, atLeastMs = 0): Promise<void> {
    const jitterMs = fullJitterMs(this.tries, Math.random, this.range);
    this.tries += 1;
    await delay(atLeastMs + jitterMs, signal);
  }
}
