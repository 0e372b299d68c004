import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RateLimiter, RateRule } from './rate-limiter.js';

export interface RateLimiterWorld extends AsyncDisposable {
  readonly limiter: RateLimiter;
  /** Lets time pass for the limiter. */
  pass(ms: number): Promise<void>;
  /** A limiter with another factor over the same clock. */
  withFactor(factor: number): RateLimiter;
}

/** What `RateLimiter` promises. Run it against every adapter; production code never imports this. */
export function rateLimiterContract(start: () => Promise<RateLimiterWorld>): void {
  let world: RateLimiterWorld;
  let rule: RateRule;
  let key: string;

  beforeEach(async () => {
    world = await start();
    rule = { name: `rule-${randomUUID()}`, perSecond: 10, burst: 5 };
    key = randomUUID();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const take = async (cost?: number) => world.limiter.take(rule, key, cost);
  const takeAll = async (count: number) => {
    let allowed = 0;
    for (let i = 0; i < count; i++) if ((await take()).allowed) allowed++;
    return allowed;
  };

  it('allows the burst at once and says when the next token is there', async () => {
    expect(await takeAll(5)).toBe(5);
    const verdict = await take();
    expect(verdict.allowed).toBe(false);
    if (verdict.allowed) return;
    expect(verdict.retryAfterMs).toBeGreaterThan(0);
    expect(verdict.retryAfterMs).toBeLessThanOrEqual(100);
    await world.pass(verdict.retryAfterMs);
    expect(await take()).toEqual({ allowed: true });
  });

  it('refills at its rate, up to the burst', async () => {
    await takeAll(5);
    await world.pass(300);
    expect(await takeAll(10)).toBeGreaterThanOrEqual(3);
    await world.pass(5_000);
    expect(await takeAll(20)).toBeLessThanOrEqual(6);
  });

  it('counts nothing for what it refuses', async () => {
    await takeAll(5);
    for (let i = 0; i < 50; i++) await take();
    await world.pass(510);
    expect(await takeAll(5)).toBe(5);
  });

  it('takes several tokens or none', async () => {
    expect(await take(3)).toEqual({ allowed: true });
    expect((await take(3)).allowed).toBe(false);
    expect(await take(2)).toEqual({ allowed: true });
  });

  it('lets a cost above the burst pass when the bucket is full', async () => {
    expect(await take(50)).toEqual({ allowed: true });
    expect((await take()).allowed).toBe(false);
    await world.pass(510);
    expect((await take(50)).allowed).toBe(true);
  });

  it('keeps keys and rules apart', async () => {
    await takeAll(5);
    expect((await take()).allowed).toBe(false);
    expect(await world.limiter.take(rule, randomUUID())).toEqual({ allowed: true });
    expect(await world.limiter.take({ ...rule, name: `${rule.name}-other` }, key)).toEqual({ allowed: true });
  });

  it('multiplies rate and burst by the factor; 0 allows everything', async () => {
    const strict = world.withFactor(0.4);
    const allowed: boolean[] = [];
    for (let i = 0; i < 4; i++) allowed.push((await strict.take(rule, key)).allowed);
    expect(allowed).toEqual([true, true, false, false]);
    const open = world.withFactor(0);
    for (let i = 0; i < 1_000; i++) expect((await open.take(rule, key)).allowed).toBe(true);
  });

  it('leaves alone what is a rule of its own', async () => {
    rule = { ...rule, isScaled: false };
    for (const factor of [0, 0.2, 100]) {
      const limiter = world.withFactor(factor);
      const each = randomUUID();
      const allowed: boolean[] = [];
      for (let i = 0; i < 6; i++) allowed.push((await limiter.take(rule, each)).allowed);
      expect(allowed).toEqual([true, true, true, true, true, false]);
    }
  });

  it('never allows more in any time than burst and rate give', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 30 }),
        async (burst, perSecond, steps) => {
          const each = { name: `rule-${randomUUID()}`, perSecond, burst };
          const started = performance.now();
          let passed = 0;
          let taken = 0;
          for (const [ms, cost] of steps) {
            await world.pass(ms);
            passed += ms;
            if ((await world.limiter.take(each, key, cost)).allowed) taken += Math.min(cost, burst);
          }
          const atMostMs = Math.max(passed, performance.now() - started);
          expect(taken).toBeLessThanOrEqual(burst + (atMostMs / 1_000) * perSecond + 1e-6);
        },
      ),
      { numRuns: 20 },
    );
  });
}
