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

  /** 0 when a token was taken, else how long it takes until there is one. */
  take(now: number): number {
    if (this.perSecond === 0) return 0;
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
    if (this.tokens >= 1) {
      this.tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - this.tokens) / this.perSecond) * 1000);
  }
}
