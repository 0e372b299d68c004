/**
 * A token bucket that is owned by one socket: no key, no timer, no shared state. Times are milliseconds of any
 * steady clock. `perSecond` 0 allows everything.
 */
export class TokenBucket {
  private tokens: number;
  private at: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    now: number,
  ) {
    this.tokens = burst;
    this.at = now;
  }

  /** 0 when the tokens were taken, else how long it takes until they are there. More than the burst cost the burst. */
  take(now: number, tokens = 1): number {
    if (this.perSecond === 0) return 0;
    const cost = Math.min(tokens, this.burst);
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
    if (this.tokens >= cost) {
      this.tokens -= cost;
      return 0;
    }
    return Math.ceil(((cost - this.tokens) / this.perSecond) * 1000);
  }
}
