import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { rateLimiterContract } from '../src/rate-limiter/rate-limiter.contract.js';
import { RedisRateLimiter } from '../src/rate-limiter/redis-rate-limiter.js';
import { RedisWorld } from './redis-world.js';

Logger.overrideLogger(false);

const url = inject('stackEnv').PARLEY_REDIS_URL;
const PATIENCE = { timeout: 10_000, interval: 10 };

describe.skipIf(url === undefined)('RedisRateLimiter', () => {
  rateLimiterContract(async () => {
    const world = new RedisWorld(url!);
    const redis = await world.connect();
    const { prefix } = world;
    return {
      limiter: new RedisRateLimiter(redis, { prefix, factor: 1 }),
      withFactor: (factor) => new RedisRateLimiter(redis, { prefix, factor }),
      pass: (ms) => delay(ms + 1), // the clock is that of Redis; timers may be early by a part of a ms
      [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    };
  });

  describe('of several processes', () => {
    let world: RedisWorld;
    let limiters: RedisRateLimiter[];
    let rule: { name: string; perSecond: number; burst: number };

    beforeEach(async () => {
      world = new RedisWorld(url!);
      const open = async () => new RedisRateLimiter(await world.connect(), { prefix: world.prefix, factor: 1 });
      limiters = await Promise.all([open(), open(), open()]);
      rule = { name: `rule-${randomUUID()}`, perSecond: 0.1, burst: 30 };
    });
    afterEach(() => world[Symbol.asyncDispose]());

    const takeEverywhere = async (count: number) => {
      const verdicts = await Promise.all(limiters.flatMap((limiter) => Array.from({ length: count }, () => limiter.take(rule, 'key'))));
      return verdicts.filter(({ allowed }) => allowed).length;
    };

    it('allows no more in all of them together than in one', async () => {
      expect(await takeEverywhere(40)).toBe(30);
    });

    it('asks Redis nothing about what it knows to be refused', async () => {
      await takeEverywhere(40);
      const redis = (await world.connect()).commands;
      const calls = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.info('commandstats'))![1]);
      const before = await calls();
      expect(await takeEverywhere(100)).toBe(0);
      expect(await calls()).toBe(before);
    });

    it('limits each process by itself while Redis is away, and never waits', async () => {
      const connection = await world.connect();
      const alone = new RedisRateLimiter(connection, { prefix: world.prefix, factor: 1 });
      await connection.close();
      const began = performance.now();
      const verdicts = await Promise.all(Array.from({ length: 100 }, () => alone.take(rule, 'key')));
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(30);
      expect(performance.now() - began).toBeLessThan(500);
      expect(alone.counters.alone).toBe(30);
    });

    it('waits 50 ms once for a Redis that is silent, then asks it again later', async () => {
      const redis = (await world.connect()).commands;
      await limiters[0]!.take(rule, 'key'); // the script is there
      void redis.call('CLIENT', 'PAUSE', 600, 'ALL').catch(() => undefined);
      const waits: number[] = [];
      await vi.waitFor(async () => {
        const began = performance.now();
        await limiters[0]!.take({ ...rule, burst: 1_000 }, 'patient');
        waits.push(performance.now() - began);
        expect(limiters[0]!.counters.alone).toBeGreaterThan(0);
      }, PATIENCE);
      for (let n = 0; n < 20; n++) {
        const began = performance.now();
        await limiters[0]!.take({ ...rule, burst: 1_000 }, 'patient');
        waits.push(performance.now() - began);
      }
      expect(waits.filter((wait) => wait > 40).length).toBeLessThanOrEqual(2);
      expect(Math.max(...waits)).toBeLessThan(500);
      await vi.waitFor(async () => {
        const { alone } = limiters[0]!.counters;
        await limiters[0]!.take({ ...rule, burst: 1_000 }, 'patient');
        expect(limiters[0]!.counters.alone).toBe(alone);
      }, PATIENCE);
    });
  });
});
