import { LRUCache } from 'lru-cache';
import type { RedisConnection } from '../redis/redis-connection.js';
import { RedisScript } from '../redis/redis-script.js';
import { RateLimiter, type RateRule, type RateVerdict } from './rate-limiter.js';

/** Buckets remembered here at once. A flood of keys beyond that pushes out those that were idle longest. */
const MAX_BUCKETS = 100_000;
/** Nobody waits longer than this for a verdict. */
const PATIENCE_MS = 50;
/** After a silence of Redis, verdicts come from here alone for so long. */
const PAUSE_MS = 1_000;

/**
 * One bucket, kept as the time at which it will be full again (GCRA). Answers whether the cost was taken, and the ms until the
 * bucket is full, as text: Redis would cut off the fraction of a number.
 */
const TAKE = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local burstMs, costMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local fullAt = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
if fullAt + costMs - now > burstMs + 0.001 then return { 0, string.format('%.3f', fullAt - now) } end
fullAt = fullAt + costMs
redis.call('SET', KEYS[1], string.format('%.3f', fullAt), 'PX', math.ceil(fullAt - now))
return { 1, string.format('%.3f', fullAt - now) }
`);

export interface RedisRateLimiterOptions {
  /** Multiplies rate and burst of every rule; 0 allows everything. */
  readonly factor: number;
  /** Begins the name of every key. */
  readonly prefix?: string;
}

/**
 * Token buckets shared by all processes. Each process keeps what it last knew of a bucket: what that refuses never reaches
 * Redis, and it goes on counting alone while Redis is away or silent.
 */
export class RedisRateLimiter extends RateLimiter {
  override readonly factor: number;
  /** Bucket -> when it will be full again, ms of `performance.now()`. */
  readonly #fullAt = new LRUCache<string, number>({ max: MAX_BUCKETS });
  readonly #prefix: string;
  #pausedUntil = 0;
  #alone = 0;

  constructor(
    private readonly redis: RedisConnection,
    { factor, prefix = 'parley' }: RedisRateLimiterOptions,
  ) {
    super();
    if (!(factor >= 0)) throw new RangeError('the factor of the rate limits must be 0 or more');
    this.factor = factor;
    this.#prefix = prefix;
  }

  /** Verdicts that were given without Redis. */
  get counters(): { readonly alone: number } {
    return { alone: this.#alone };
  }

  override async take(rule: RateRule, key: string, cost = 1): Promise<RateVerdict> {
    const factor = this.factorOf(rule);
    if (factor === 0) return { allowed: true };
    const burst = Math.max(1, rule.burst * factor);
    const msPerToken = 1_000 / (rule.perSecond * factor);
    const [burstMs, costMs] = [burst * msPerToken, Math.min(cost, burst) * msPerToken];
    const bucket = `${rule.name} ${key}`;
    const now = performance.now();
    const fullAt = Math.max(now, this.#fullAt.get(bucket) ?? 0) + costMs;
    if (fullAt - now > burstMs + 1e-3) return refusal(fullAt - now - burstMs);
    this.#fullAt.set(bucket, fullAt); // at once, so that the next one sees it while Redis is asked
    const answer = await this.#ask(bucket, burstMs, costMs);
    if (!answer) {
      this.#alone++;
      return { allowed: true };
    }
    // Redis knows what the other processes took. Counted from before the question, so that this side is never the stricter one.
    this.#fullAt.set(bucket, now + answer.fullInMs);
    return answer.isTaken ? { allowed: true } : refusal(answer.fullInMs + costMs - burstMs);
  }

  /** Undefined when Redis has no answer in time. */
  async #ask(bucket: string, burstMs: number, costMs: number): Promise<{ isTaken: boolean; fullInMs: number } | undefined> {
    if (this.redis.commands.status !== 'ready' || performance.now() < this.#pausedUntil) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        this.#pausedUntil = performance.now() + PAUSE_MS;
        resolve(undefined);
      }, PATIENCE_MS);
    });
    const asked = TAKE.run(this.redis.commands, [`${this.#prefix}:limit:${bucket}`], [burstMs, costMs]).catch(() => undefined);
    const answer = (await Promise.race([asked, silence])) as [number, string] | undefined;
    clearTimeout(timer);
    return answer && { isTaken: answer[0] === 1, fullInMs: Number(answer[1]) };
  }
}

const refusal = (waitMs: number): RateVerdict => ({ allowed: false, retryAfterMs: Math.max(1, Math.ceil(waitMs)) });
