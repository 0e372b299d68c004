/** A client waits this long for its turn before it is sent away to come back later (ms). */
const WAIT_MAX_MS = 1500;
/** When those who are sent away come back: spread, so that they do not come together (ms). */
const RETRY_MIN_MS = 1000;
const RETRY_SPREAD_MS = 4000;

/** Those who wait go in rounds of this length: what a round asks of other services travels together (ms). */
const ROUND_MS = 200;

/** `at` is when it may start: now, or the end of a round. */
export type Admission = { readonly at: number } | { readonly retryAfterMs: number };

/**
 * Lets resumes through at a steady pace: after an outage a whole crowd comes back at once, and its reads must not
 * push aside everybody else's. Pure state; times are milliseconds of any steady clock.
 */
export class SyncAdmission {
  /** When the next one may go, were nobody saved up. */
  private next = -Infinity;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly random: () => number = Math.random,
  ) {}

  admit(now: number): Admission {
    const intervalMs = 1000 / this.perSecond;
    const turn = Math.max(this.next, now - (this.burst - 1) * intervalMs);
    const at = turn <= now ? now : Math.ceil(turn / ROUND_MS) * ROUND_MS;
    if (at - now > WAIT_MAX_MS) return { retryAfterMs: Math.round(RETRY_MIN_MS + this.random() * RETRY_SPREAD_MS) };
    this.next = turn + intervalMs;
    return { at };
  }
}
