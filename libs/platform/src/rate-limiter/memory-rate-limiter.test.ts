import { describe, expect, it } from 'vitest';
import { MemoryRateLimiter } from './memory-rate-limiter.js';
import { rateLimiterContract } from './rate-limiter.contract.js';

describe('MemoryRateLimiter', () => {
  rateLimiterContract(async () => {
    let time = 0;
    const now = () => time;
    return {
      limiter: new MemoryRateLimiter({ factor: 1, now }),
      withFactor: (factor) => new MemoryRateLimiter({ factor, now }),
      pass: async (ms) => void (time += ms),
      [Symbol.asyncDispose]: async () => undefined,
    };
  });

  it('keeps a bounded number of buckets and forgets those that were idle longest', () => {
    const limiter = new MemoryRateLimiter({ factor: 1, maxBuckets: 10, now: () => 0 });
    const rule = { name: 'r', perSecond: 1, burst: 1 };
    for (let i = 0; i < 10; i++) limiter.take(rule, `key-${i}`);
    expect(limiter.take(rule, 'key-0')).toMatchObject({ allowed: false });
    limiter.take(rule, 'one-more');
    expect(limiter.take(rule, 'key-0')).toMatchObject({ allowed: false });
    expect(limiter.take(rule, 'key-1')).toEqual({ allowed: true });
  });

  it.each([-1, Number.NaN])('refuses the factor %s', (factor) => {
    expect(() => new MemoryRateLimiter({ factor })).toThrow(RangeError);
  });
});
