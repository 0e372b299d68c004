import { Media, type ServerEventName } from '@parley/contracts';
import { ChatClient, TcpProxy, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Constellation } from './support/constellation.js';
import { engines, isStackThere, objectStore } from './support/real-stack.js';
import { pngFile } from './support/sample-files.js';

const ROOM_EVENTS: readonly ServerEventName[] = ['messages', 'message:changed', 'room:head', 'room:changed', 'activity', 'typing'];

/** What is promised to those who stay when somebody is put out (`docs/api` §2, §3), on real Kafka and Redis with two gateways. */
describe.skipIf(!isStackThere)('people who were put out of a room', () => {
  let constellation: Constellation;
  let redis: TcpProxy;
  const clients: ChatClient[] = [];

  beforeAll(async () => {
    const given = await engines();
    const url = new URL(given.PARLEY_REDIS_URL);
    redis = await TcpProxy.start({ targetHost: url.hostname, targetPort: Number(url.port || 6379) });
    url.host = redis.address;
    constellation = await Constellation.start(
      { auth: 1, rooms: 1, messages: 2, gateway: 2, media: 1 },
      { ...given, PARLEY_REDIS_URL: url.href },
      (name) => (name === 'media' ? objectStore : {}),
    );
  }, 150_000); // seven processes begin

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

  /** With the address of a file in it that members may read. */
  const newRoom = async ({ http }: ChatClient, visibility: 'public' | 'private') => {
    const { id } = await http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility } });
    const { name, mimeType, buffer } = pngFile('picture.png', 24, 16);
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(buffer)], { type: mimeType }), name);
    const headers = { authorization: `Bearer ${http.accessToken}` };
    const media = Media.parse(await (await fetch(`${constellation.url}/api/media`, { method: 'POST', body: form, headers })).json());
    const body = { text: 'with a file', attachments: [media.id] };
    await http.call('POST /api/chat/rooms/{id}/messages', { params: { id }, query: { wait: 'stored' }, body });
    return { id, fileUrl: constellation.url + media.url };
  };
  const remove = (owner: ChatClient, id: string, userId: string, query: { ban?: 'true' } = {}) =>
    owner.http.call('DELETE /api/chat/rooms/{id}/members/{userId}', { params: { id, userId }, query });
  const shut = (owner: ChatClient, id: string) =>
    owner.http.call('PATCH /api/chat/rooms/{id}', { params: { id }, body: { visibility: 'private' } });

  it.each([
    { how: 'removed', wasMember: true, change: remove, boundMs: 2_000, isPartitioned: false, refused: 'ROOM_NOT_FOUND' },
    {
      how: 'banned',
      wasMember: true,
      change: (owner: ChatClient, id: string, userId: string) => remove(owner, id, userId, { ban: 'true' }),
      boundMs: 2_000,
      isPartitioned: false,
      refused: 'BANNED',
    },
    {
      how: 'strangers in a room made private',
      wasMember: false,
      change: shut,
      boundMs: 2_000,
      isPartitioned: false,
      refused: 'ROOM_NOT_FOUND',
    },
    {
      how: 'removed while Redis is away',
      wasMember: true,
      change: remove,
      boundMs: 15_000,
      isPartitioned: true,
      refused: 'ROOM_NOT_FOUND',
    },
  ])('hear nothing more of it: $how', { timeout: 90_000 }, async ({ wasMember, change, boundMs, isPartitioned, refused }) => {
    const owner = await newMember();
    const room = await newRoom(owner[0], wasMember ? 'private' : 'public');
    const { code } = await owner[0].http.call('POST /api/chat/rooms/{id}/invites', { params: { id: room.id }, body: {} });
    const [stays, goes, logsOut] = [await newMember(code), await newMember(wasMember ? code : undefined), await newMember(code)];
    const heard: { at: number; event: string }[] = [];
    for (const device of [...owner, ...stays, ...goes, ...logsOut]) await device.openRoom(room.id);
    for (const device of goes)
      for (const event of ROOM_EVENTS)
        device.on(event, (payload) => void (JSON.stringify(payload).includes(room.id) && heard.push({ at: performance.now(), event })));

    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted) {
        const { messageId } = await owner[0].sendReliably({ roomId: room.id, text: 'every 100 ms', clientMsgId: newClientMsgId() });
        owner[0].emit('message:react', { roomId: room.id, messageId, emoji: '👍', on: true }).catch(() => undefined);
        await delay(100);
      }
    })();
    try {
      for (const event of ['messages', 'message:changed'])
        await expect.poll(() => heard.some((each) => each.event === event), { timeout: 10_000 }).toBe(true);
      expect(await readFile(goes[0], room.fileUrl)).toBe(200);
      if (isPartitioned) redis.mode = 'blackhole';
      await change(owner[0], room.id, goes[0].userId);
      const removedAt = performance.now();
      await logsOut[0].http.call('POST /api/logout');
      const endedAt = performance.now();
      const cut = eventually(() => !logsOut[0].isConnected, { timeoutMs: boundMs }).then(() => performance.now() - endedAt);
      const readHistory = () =>
        goes[0].history(room.id).then(
          () => 'read',
          (error: { code?: string }) => error.code,
        );
      const atOnce = { timeout: isPartitioned ? 6_000 : 1_000, interval: 20 };
      await expect.poll(readHistory, atOnce).toBe(refused);
      await expect.poll(() => readFile(goes[0], room.fileUrl), atOnce).toBe(404);
      const before = stays[1].timeline(room.id).lastSeq;
      await delay(boundMs + 2_000);
      const cutMs = await cut;
      await expect(logsOut[0].history(room.id)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(logsOut[1].isConnected).toBe(true); // a session of its own
      expect(heard.filter(({ at }) => at > removedAt + boundMs)).toEqual([]);
      expect([await readHistory(), await readFile(goes[0], room.fileUrl)]).toEqual([refused, 404]);
      await expect(goes[1].emit('room:open', { roomId: room.id })).rejects.toMatchObject({ code: refused });
      await expect.poll(() => stays[1].timeline(room.id).lastSeq, { timeout: 10_000 }).toBeGreaterThan(before + 5);
      expect(await readFile(stays[0], room.fileUrl)).toBe(200);
      const last = Math.max(0, ...heard.map(({ at }) => at - removedAt));
      console.log(
        `${refused}: the last event came ${Math.round(last)} ms afterwards; a socket went ${Math.round(cutMs)} ms after its session`,
      );
    } finally {
      redis.mode = 'pass';
      stop.abort();
      await writing;
    }
  });

  it('are fifty sessions at once, and those at a gateway that stands still go as soon as it goes on', { timeout: 60_000 }, async () => {
    const [owner] = await newMember();
    const others: ChatClient[] = [];
    const logIn = async () => {
      const device = await new ChatClient({ url: constellation.url }).login(owner.http.user!.username);
      clients.push(device);
      await device.connect();
      others.push(device);
    };
    for (let batch = 0; batch < 5; batch += 1) await Promise.all(Array.from({ length: 10 }, logIn));
    const connected = () => others.filter(({ isConnected }) => isConnected).length;
    expect(connected()).toBe(50);
    const gateway = constellation.processes.gateway[0]!;
    gateway.signal('SIGSTOP');
    try {
      await owner.http.call('DELETE /api/sessions');
      await expect.poll(connected, { timeout: 2_000, interval: 20 }).toBe(25); // the edge takes turns
    } finally {
      gateway.signal('SIGCONT');
    }
    await expect.poll(connected, { timeout: 2_000, interval: 20 }).toBe(0);
    expect(owner.isConnected).toBe(true);
  });
});

async function readFile({ http }: ChatClient, url: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${http.accessToken}` } });
  await response.body?.cancel();
  return response.status;
}
