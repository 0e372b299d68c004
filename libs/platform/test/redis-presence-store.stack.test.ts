import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { presenceStoreContract } from '../src/presence/presence-store.contract.js';
import { RedisPresenceStore } from '../src/presence/redis-presence-store.js';
import { RedisWorld } from './redis-world.js';

Logger.overrideLogger(false);

const url = inject('stackEnv').PARLEY_REDIS_URL;
const PATIENCE = { timeout: 10_000, interval: 10 };

describe.skipIf(url === undefined)('RedisPresenceStore', () => {
  presenceStoreContract(async () => {
    const world = new RedisWorld(url!);
    return {
      store: new RedisPresenceStore(await world.connect(), world),
      now: Date.now,
      pass: (ms) => delay(ms), // the clock is that of Redis
      [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    };
  });

  describe('of several processes', () => {
    let world: RedisWorld;
    let here: RedisPresenceStore;
    let there: RedisPresenceStore;
    const gatewayId = randomUUID();
    const userIds = Array.from({ length: 1_200 }, () => randomUUID());

    beforeEach(async () => {
      world = new RedisWorld(url!);
      [here, there] = [new RedisPresenceStore(await world.connect(), world), new RedisPresenceStore(await world.connect(), world)];
    });
    afterEach(() => world[Symbol.asyncDispose]());

    const connectAll = () =>
      Promise.all(
        userIds.map((userId, n) => here.connect({ gatewayId, socketId: `s${n}`, userId, state: n % 2 === 0 ? 'online' : 'away' })),
      );
    const statesThere = async () => {
      const found = await there.find(userIds);
      return new Set(found.map(({ state }, n) => `${state}${n % 2}`));
    };
    const keys = async () => (await world.connect()).commands.keys(`*${world.prefix}*`);

    it('sees everybody everywhere', async () => {
      await connectAll();
      expect(await statesThere()).toEqual(new Set(['online0', 'away1']));
    });

    it('brings its connections back with the next renewal after Redis has lost everything', async () => {
      await connectAll();
      const redis = await world.connect();
      await redis.commands.del(...(await keys()));
      expect(await statesThere()).toEqual(new Set(['offline0', 'offline1']));
      await here.renew(gatewayId, 30_000);
      expect(await statesThere()).toEqual(new Set(['online0', 'away1']));
    });

    it('brings them back after it stood still for longer than its lease, without those who left meanwhile', async () => {
      await connectAll();
      await here.renew(gatewayId, 1);
      await vi.waitFor(async () => expect(await statesThere()).toEqual(new Set(['offline0', 'offline1'])), PATIENCE);
      await there.renew(randomUUID(), 30_000); // cleans up
      await here.disconnect({ gatewayId, socketId: 's0', userId: userIds[0]! });
      await here.renew(gatewayId, 30_000);
      const [first, ...others] = await there.find(userIds);
      expect(first).toMatchObject({ state: 'offline', lastSeenAt: expect.any(Number) });
      expect(others.every(({ state }) => state !== 'offline')).toBe(true);
    });

    it('leaves nothing of a dead gateway but when its people were last there', async () => {
      await connectAll();
      await here.renew(gatewayId, 1);
      await vi.waitFor(async () => {
        await there.renew('other', 30_000);
        const left = (await keys()).filter((key) => key.includes(':gateway:'));
        expect(left).toEqual([]);
      }, PATIENCE);
      const redis = await world.connect();
      const user = `{${world.prefix}:presence}:user:${userIds[0]}`;
      expect(Object.keys(await redis.commands.hgetall(user))).toEqual(['seen']);
      expect(await redis.commands.ttl(user)).toBeGreaterThan(0);
      expect(await redis.commands.zrange(`{${world.prefix}:presence}:leases`, 0, -1)).toEqual(['other']);
    });

    it('answers with what it knows itself while Redis is away', async () => {
      const redis = await world.connect();
      const store = new RedisPresenceStore(redis, world);
      await store.connect({ gatewayId, socketId: 's', userId: userIds[0]!, state: 'away' });
      await there.connect({ gatewayId: 'other', socketId: 's', userId: userIds[1]!, state: 'online' });
      await redis.close();
      expect((await store.find(userIds.slice(0, 2))).map(({ state }) => state)).toEqual(['away', 'offline']);
      expect(store.counters.blind).toBe(1);
      expect(store.isBlind).toBe(true);
    });

    it('makes up for what it could not write', async () => {
      const redis = await world.connect();
      const store = new RedisPresenceStore(redis, world);
      const userId = randomUUID();
      await store.connect({ gatewayId, socketId: 'early', userId: randomUUID(), state: 'online' });
      redis.commands.disconnect(true);
      const [left] = await Promise.allSettled([
        store.disconnect({ gatewayId, socketId: 'early', userId }),
        store.connect({ gatewayId, socketId: 'late', userId, state: 'away' }),
      ]);
      expect(left.status).toBe('rejected');
      await vi.waitFor(() => store.renew(gatewayId, 30_000), PATIENCE);
      expect(await there.find([userId])).toMatchObject([{ state: 'away' }]);
      const hash = await redis.commands.hgetall(`{${world.prefix}:presence}:gateway:${gatewayId}`);
      expect(Object.keys(hash)).toEqual(['late']);
    });
  });
});
