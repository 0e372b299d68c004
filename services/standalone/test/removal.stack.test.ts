import type { ServerEventName } from '@parley/contracts';
import { ensureTopics } from '@parley/platform/kafka';
import { ChatClient, TcpProxy, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Constellation } from './support/constellation.js';

const stack = inject('stackEnv');
const isThere = stack['PARLEY_KAFKA_BROKERS'] !== undefined && stack['PARLEY_REDIS_URL'] !== undefined;
const ROOM_EVENTS: readonly ServerEventName[] = ['messages', 'room:head', 'room:changed', 'activity', 'typing'];

/** What is promised to those who stay when somebody is put out (`api.md` §2, §3), on real Kafka and Redis with two gateways. */
describe.skipIf(!isThere)('people who were put out of a room', () => {
  let constellation: Constellation;
  let redis: TcpProxy;
  const clients: ChatClient[] = [];

  beforeAll(async () => {
    await ensureTopics({ brokers: stack['PARLEY_KAFKA_BROKERS']!.split(',') });
    const url = new URL(stack['PARLEY_REDIS_URL']!);
    redis = await TcpProxy.start({ targetHost: url.hostname, targetPort: Number(url.port || 6379) });
    url.host = redis.address;
    const engines = { PARLEY_KAFKA_BROKERS: stack['PARLEY_KAFKA_BROKERS']!, PARLEY_REDIS_URL: url.href };
    constellation = await Constellation.start({ auth: 1, rooms: 1, messages: 2, gateway: 2 }, engines);
  });

  afterAll(async () => {
    for (const client of clients) await client[Symbol.asyncDispose]();
    await constellation?.[Symbol.asyncDispose]();
    await redis?.[Symbol.asyncDispose]();
  });

  /** The edge takes turns, so that two devices of a person are at different gateways. */
  const newMember = async (code?: string): Promise<[ChatClient, ChatClient]> => {
    const [one, other] = [new ChatClient({ url: constellation.url }), new ChatClient({ url: constellation.url })];
    clients.push(one, other);
    await one.register();
    await other.login(one.http.user!.username);
    if (code !== undefined) await one.http.call('POST /api/invites/{code}', { params: { code } });
    await one.connect();
    await other.connect();
    return [one, other];
  };

  it.each([
    { how: 'removed', query: {}, boundMs: 2_000, isPartitioned: false, refused: 'ROOM_NOT_FOUND' },
    { how: 'banned', query: { ban: 'true' as const }, boundMs: 2_000, isPartitioned: false, refused: 'BANNED' },
    { how: 'removed while Redis is away', query: {}, boundMs: 15_000, isPartitioned: true, refused: 'ROOM_NOT_FOUND' },
  ])('hear nothing more of it: $how', { timeout: 90_000 }, async ({ query, boundMs, isPartitioned, refused }) => {
    const owner = await newMember();
    const room = await owner[0].http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility: 'private' } });
    const params = { id: room.id };
    const { code } = await owner[0].http.call('POST /api/chat/rooms/{id}/invites', { params, body: {} });
    const [stays, goes] = [await newMember(code), await newMember(code)];
    const heard: { at: number; event: string }[] = [];
    for (const device of [...owner, ...stays, ...goes]) await device.openRoom(room.id);
    for (const device of goes)
      for (const event of ROOM_EVENTS)
        device.on(event, (payload) => void (JSON.stringify(payload).includes(room.id) && heard.push({ at: performance.now(), event })));

    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) {
        await owner[0].sendReliably({ roomId: room.id, text: 'every 100 ms', clientMsgId: newClientMsgId() });
        await delay(100);
      }
    })();
    try {
      await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(2);
      if (isPartitioned) redis.mode = 'blackhole';
      await owner[0].http.call('DELETE /api/chat/rooms/{id}/members/{userId}', { params: { ...params, userId: goes[0].userId }, query });
      const removedAt = performance.now();
      const readHistory = () =>
        goes[0].history(room.id).then(
          () => 'read',
          (error: { code?: string }) => error.code,
        );
      await expect.poll(readHistory, { timeout: isPartitioned ? 6_000 : 1_000, interval: 20 }).toBe(refused);
      const before = stays[1].timeline(room.id).lastSeq;
      await delay(boundMs + 3_000);
      expect(heard.filter(({ at }) => at > removedAt + boundMs)).toEqual([]);
      expect(await readHistory()).toBe(refused);
      await expect(goes[1].emit('room:open', { roomId: room.id })).rejects.toMatchObject({ code: refused });
      await expect.poll(() => stays[1].timeline(room.id).lastSeq, { timeout: 10_000 }).toBeGreaterThan(before + 5);
      const last = Math.max(0, ...heard.map(({ at }) => at - removedAt));
      console.log(`the last event came ${Math.round(last)} ms after the removal`);
    } finally {
      redis.mode = 'pass';
      stop.abort();
      await writing;
    }
  });
});
