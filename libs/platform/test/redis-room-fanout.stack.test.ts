import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { roomChannel } from '@parley/contracts';
import { TcpProxy } from '@parley/testing';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { startRedis } from '../../../deploy/stack/redis.ts';
import type { RunningComponent } from '../../../deploy/stack/local-server.ts';
import { RedisRateLimiter } from '../src/rate-limiter/redis-rate-limiter.js';
import { RedisConnection } from '../src/redis/redis-connection.js';
import { RedisRoomFanout } from '../src/room-fanout/redis-room-fanout.js';
import { roomFanoutContract } from '../src/room-fanout/room-fanout.contract.js';
import { batchOf, openGateway, type TestGateway } from './redis-gateway.js';
import { RedisWorld } from './redis-world.js';

Logger.overrideLogger(false);

const PATIENCE = { timeout: 10_000, interval: 10 };
const CACHE = join(import.meta.dirname, '../../../.cache/stack');
const url = inject('stackEnv').PARLEY_REDIS_URL;

describe.skipIf(url === undefined)('RedisRoomFanout', () => {
  describe('keeps the contract', () => {
    roomFanoutContract(async (processes) => {
      const world = new RedisWorld(url!);
      const fanouts = await Promise.all(Array.from({ length: processes }, () => world.openFanout()));
      return { fanouts, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
    });
  });

  describe('with two gateways and a process without sockets', () => {
    let world: RedisWorld;
    let fanouts: RedisRoomFanout[];
    let publisher: RedisRoomFanout;
    let gateways: TestGateway[];

    beforeEach(async () => {
      world = new RedisWorld(url!);
      fanouts = await Promise.all([world.openFanout(), world.openFanout()]);
      publisher = new RedisRoomFanout(await world.connect(), { prefix: world.prefix });
      gateways = await Promise.all(fanouts.map(openGateway));
    });
    afterEach(async () => {
      for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    });

    it('hands each event to the gateways with viewers, once, and to no other', async () => {
      const rooms = Array.from({ length: 20 }, () => randomUUID());
      const [unseen, shared] = [randomUUID(), randomUUID()];
      for (const [index, room] of rooms.entries()) await gateways[index % 2]!.connect([roomChannel(room), roomChannel(shared)]);
      for (const room of [...rooms, unseen]) publisher.toSockets(roomChannel(room), 'messages', batchOf(room, 1));
      publisher.toSockets(roomChannel(shared), 'messages', batchOf(shared, 1));
      await vi.waitFor(() => expect(publisher.counters.published).toBe(22), PATIENCE);
      await vi.waitFor(() => expect(fanouts.map(({ counters }) => counters.received)).toEqual([11, 11]), PATIENCE);
      expect(publisher.counters).toMatchObject({ receivers: 22, failed: 0 });
      for (const [index, gateway] of gateways.entries()) {
        const seen = gateway.observed.map(({ channel }) => channel).sort();
        expect(seen).toEqual([...rooms.filter((_, n) => n % 2 === index), shared].map(roomChannel).sort());
      }
    });

    it('gives rooms back to Redis when their last viewer leaves', async () => {
      const room = randomUUID();
      const viewers = [await gateways[0]!.connect([roomChannel(room)]), await gateways[0]!.connect([roomChannel(room)])];
      viewers[0]!.socket.disconnect();
      publisher.toSockets(roomChannel(room), 'messages', batchOf(room, 1));
      await vi.waitFor(() => expect(publisher.counters.receivers).toBe(1), PATIENCE);
      viewers[1]!.socket.disconnect();
      const redis = await world.connect();
      const channel = `${world.prefix}#/#${roomChannel(room)}#`;
      await vi.waitFor(async () => expect(await redis.commands.call('PUBSUB', 'SHARDNUMSUB', channel)).toEqual([channel, 0]), PATIENCE);
    });

    it('has a room whose name is as long as the id of a socket go to every gateway, as Socket.IO does', async () => {
      const channel = 'room:123456789012345';
      expect(channel).toHaveLength(20);
      const viewer = await gateways[1]!.connect([channel]);
      publisher.toSockets(channel, 'session:ended', { reason: 'x' });
      await vi.waitFor(() => expect(viewer.events).toEqual([['session:ended', { reason: 'x' }]]), PATIENCE);
    });

    it('survives what other publishers might write into its channels', async () => {
      const room = randomUUID();
      const viewer = await gateways[0]!.connect([roomChannel(room)]);
      const redis = await world.connect();
      const channel = `${world.prefix}#/#${roomChannel(room)}#`;
      for (const junk of ['', '{', '{}', '{"type":3}', '{"type":3,"nsp":"/","uid":"x","data":{}}', '\u0081\u0000'])
        await redis.commands.spublish(channel, junk);
      for (const junk of ['', '\n', 'a\nnothing\n{', 'a\nnothing']) await redis.commands.publish(`${world.prefix}#notices`, junk);
      publisher.toSockets(roomChannel(room), 'messages', batchOf(room, 1));
      await vi.waitFor(() => expect(viewer.events).toEqual([['messages', batchOf(room, 1)]]), PATIENCE);
    });

    it('tells of a killed subscription, in a burst too, and events go on', async () => {
      const room = randomUUID();
      const viewers = await Promise.all(gateways.map((gateway) => gateway.connect([roomChannel(room)])));
      const interrupted = [0, 0];
      fanouts.forEach((fanout, index) => fanout.onInterrupted(() => interrupted[index]!++));
      const killer = (await world.connect()).commands;
      let seq = 0;
      for (; seq < 500; seq++) {
        publisher.toSockets(roomChannel(room), 'messages', batchOf(room, seq * 2)); // holes, so that nothing is merged
        if (seq === 250) void killer.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
        if (seq % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await vi.waitFor(() => expect(interrupted).toEqual([1, 1]), PATIENCE);
      const lost = viewers.map(({ events }) => 500 - events.length);
      expect(Math.max(...lost)).toBeGreaterThan(0); // the fault did hit
      const last = batchOf(room, seq * 2);
      publisher.toSockets(roomChannel(room), 'messages', last);
      for (const { events } of viewers) await vi.waitFor(() => expect(events.at(-1)).toEqual(['messages', last]), PATIENCE);
      for (const { events } of viewers) {
        const seqs = events.map(([, batch]) => (batch as { messages: { seq: number }[] }).messages[0]!.seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      }
    });
  });

  it('works as a user with rights to its own names alone, and no other user may publish into its channels', async () => {
    await using world = new RedisWorld(url!);
    const admin = (await world.connect()).commands;
    const [own, other] = [`own-${randomUUID()}`, `other-${randomUUID()}`];
    const rights = ['on', '>secret', '+@all', '-@admin', '-@dangerous', '+info', 'resetchannels'];
    await admin.call('ACL', 'SETUSER', own, ...rights, `~${world.prefix}*`, `~{${world.prefix}*`, `&${world.prefix}*`);
    await admin.call('ACL', 'SETUSER', other, ...rights, '~other*', '&other*');
    const worldOf = (user: string) => {
      const address = new URL(url!);
      [address.username, address.password] = [user, 'secret'];
      return new RedisWorld(address.href, world.prefix);
    };
    try {
      await using ours = worldOf(own);
      const [publisher, fanout] = await Promise.all([ours.openFanout(), ours.openFanout()]);
      await using gateway = await openGateway(fanout);
      const room = randomUUID();
      const viewer = await gateway.connect([roomChannel(room)]);
      publisher.toSockets(roomChannel(room), 'messages', batchOf(room, 1));
      await vi.waitFor(() => expect(viewer.events).toEqual([['messages', batchOf(room, 1)]]), PATIENCE);
      const connection = await ours.connect();
      const limiter = new RedisRateLimiter(connection, { factor: 1, prefix: world.prefix });
      expect(await limiter.take({ name: 'acl', perSecond: 1, burst: 1 }, 'x')).toMatchObject({ allowed: true });
      await using theirs = worldOf(other);
      const intruder = (await theirs.connect()).commands;
      await expect(intruder.spublish(`${world.prefix}#/#${roomChannel(room)}#`, 'forged')).rejects.toThrow('NOPERM');
      await expect(intruder.publish(`${world.prefix}#notices`, 'forged')).rejects.toThrow('NOPERM');
      expect(viewer.events).toHaveLength(1);
    } finally {
      await admin.call('ACL', 'DELUSER', own, other);
    }
  });

  it('hears from a publisher that was cut off alone that its events were lost', async () => {
    await using world = new RedisWorld(url!);
    const far = await world.openFanout();
    let interruptions = 0;
    far.onInterrupted(() => interruptions++);
    const { hostname, port } = new URL(url!);
    await using link = await TcpProxy.start({ targetHost: hostname, targetPort: Number(port) });
    const through = new URL(url!);
    [through.hostname, through.port] = ['127.0.0.1', String(link.port)];
    await using outpost = new RedisWorld(through.href, world.prefix);
    const publisher = await outpost.openFanout();
    publisher.toSockets('nobody', 'typing', { roomId: randomUUID(), userIds: [] });
    await vi.waitFor(() => expect(publisher.counters.published).toBe(1), PATIENCE);
    link.mode = 'reset';
    publisher.toSockets('nobody', 'typing', { roomId: randomUUID(), userIds: [] });
    await vi.waitFor(() => expect(publisher.counters.failed).toBe(1), PATIENCE);
    expect(interruptions).toBe(0);
    link.mode = 'pass';
    await vi.waitFor(() => {
      publisher.toSockets('nobody', 'typing', { roomId: randomUUID(), userIds: [] });
      expect(interruptions).toBe(1);
    }, PATIENCE);
    expect(far.counters.interruptions).toBe(0);
  });

  describe('without Redis', () => {
    let dir: string;
    let redis: RunningComponent | undefined;
    const unhandled: unknown[] = [];
    const remember = (reason: unknown) => unhandled.push(reason);

    const start = async (port?: number) => {
      redis = await startRedis({ dir, cacheDir: CACHE, log: () => undefined, ...(port === undefined ? {} : { port }) });
      return redis.env.PARLEY_REDIS_URL!;
    };
    beforeEach(async () => {
      vi.stubEnv('PARLEY_REDIS_URL', ''); // one that may be killed
      dir = await mkdtemp(join(tmpdir(), 'parley-redis-'));
      unhandled.length = 0;
      process.on('unhandledRejection', remember);
    });
    afterEach(async () => {
      process.off('unhandledRejection', remember);
      vi.unstubAllEnvs();
      await redis?.stop();
      await rm(dir, { recursive: true, force: true });
    });

    it('serves its own sockets, counts what is lost, and is whole again when Redis is back', async () => {
      const ownUrl = await start();
      await using world = new RedisWorld(ownUrl);
      const [near, far] = await Promise.all([world.openFanout(), world.openFanout()]);
      await using nearGateway = await openGateway(near);
      await using farGateway = await openGateway(far);
      const room = randomUUID();
      const viewers = [await nearGateway.connect([roomChannel(room)]), await farGateway.connect([roomChannel(room)])];
      let interruptions = 0;
      far.onInterrupted(() => interruptions++);
      redis!.kill('SIGKILL');
      await redis!.stop();
      const began = performance.now();
      let sent = 0;
      await vi.waitFor(
        () => {
          near.toSockets(roomChannel(room), 'messages', batchOf(room, ++sent * 2));
          near.toProcesses('subject', sent);
          expect(performance.now() - began).toBeGreaterThan(3_000);
        },
        { timeout: 10_000, interval: 10 },
      );
      await vi.waitFor(() => expect(viewers[0]!.events).toHaveLength(sent), PATIENCE);
      await vi.waitFor(() => expect(near.counters.failed).toBeGreaterThanOrEqual(sent), PATIENCE);
      const latecomer = await farGateway.connect([roomChannel(room)]); // joining does not wait for Redis either
      await start(Number(new URL(ownUrl).port));
      await vi.waitFor(() => expect(interruptions).toBe(1), PATIENCE);
      await vi.waitFor(() => {
        near.toSockets(roomChannel(room), 'messages', batchOf(room, ++sent * 2));
        for (const { events } of [viewers[1]!, latecomer]) expect(events.length).toBeGreaterThan(0);
      }, PATIENCE);
      expect(unhandled).toEqual([]);
    });

    it('notices a Redis that is there and says nothing', async () => {
      const ownUrl = await start();
      await using world = new RedisWorld(ownUrl);
      const [near, far] = await Promise.all([world.openFanout(), world.openFanout()]);
      await using farGateway = await openGateway(far);
      const room = randomUUID();
      const viewer = await farGateway.connect([roomChannel(room)]);
      let interruptions = 0;
      far.onInterrupted(() => interruptions++);
      redis!.kill('SIGSTOP');
      near.toSockets(roomChannel(room), 'messages', batchOf(room, 2));
      await vi.waitFor(() => expect(near.counters.failed).toBe(1), PATIENCE);
      await farGateway.connect([roomChannel(randomUUID())]); // joining waits a second at most
      await vi.waitFor(() => expect(world.connections.every(({ isUp }) => !isUp)).toBe(true), PATIENCE);
      redis!.kill('SIGCONT');
      await vi.waitFor(() => expect(interruptions).toBeGreaterThan(0), PATIENCE);
      await vi.waitFor(() => {
        near.toSockets(roomChannel(room), 'messages', batchOf(room, 4));
        expect(viewer.events.length).toBeGreaterThan(1);
      }, PATIENCE);
      expect(unhandled).toEqual([]);
    });

    it('starts before Redis does, and closes without it', async () => {
      await start();
      await redis!.stop();
      const connection = new RedisConnection({ url: redis!.env.PARLEY_REDIS_URL! });
      const fanout = new RedisRoomFanout(connection);
      fanout.listen('subject', () => undefined);
      await using gateway = await openGateway(fanout);
      const room = randomUUID();
      const viewer = await gateway.connect([roomChannel(room)]);
      fanout.toSockets(roomChannel(room), 'messages', batchOf(room, 1));
      await vi.waitFor(() => expect(viewer.events).toHaveLength(1), PATIENCE);
      await start(Number(new URL(redis!.env.PARLEY_REDIS_URL!).port));
      await vi.waitFor(() => expect(connection.isUp).toBe(true), PATIENCE);
      await redis!.stop();
      await connection.close();
      expect(unhandled).toEqual([]);
    });
  });
});
